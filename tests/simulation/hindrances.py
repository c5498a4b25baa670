"""What comes in the way of a departure, family by family; each is turned on and off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from services.intake.domain.agreement.follow_funds import (
    RESUME_FUNDED,
    STOP_UNFUNDED,
    ResumeFunded,
    StopUnfunded,
)
from services.intake.domain.agreement.resume_agreement import RESUME_AGREEMENT, ResumeAgreement
from services.intake.domain.agreement.suspend_agreement import SUSPEND_AGREEMENT, SuspendAgreement
from services.intake.domain.agreement.terminate_agreement import (
    TERMINATE_AGREEMENT,
    TerminateAgreement,
)
from services.intake.domain.assurance.end_assurance import END_ASSURANCE, EndAssurance
from services.intake.domain.assurance.give_assurance import GIVE_ASSURANCE, GiveAssurance
from services.intake.domain.exclusion.match_exclusion import MATCH_EXCLUSION, MatchExclusion
from services.intake.domain.exclusion.withdraw_exclusion import (
    WITHDRAW_EXCLUSION,
    WithdrawExclusion,
)
from services.intake.domain.hold.assert_hold import ASSERT_HOLD, AssertHold
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold
from services.intake.domain.manifest.departures import (
    RESUME_DEPARTURES,
    STOP_DEPARTURES,
    ResumeDepartures,
    StopDepartures,
)
from shared.contracts.agreement import Admission
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.kernel.actor import Actor
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import (
    AssuranceId,
    EntryRef,
    ExclusionId,
    HoldId,
    PersonId,
    SuspensionId,
)
from tests.simulation.desk import SAY, Ask, Desk, Step
from tests.simulation.prepared import (
    DIRECT,
    OVER_A_STOPOVER,
    PEOPLE,
    REGISTERED,
    STOPOVER,
    TERMS,
    both_sign,
)
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    FACILITY,
    OTHER,
    RECEIVER,
    RECEIVING_AUTHORITY,
    SENDER,
    SHA,
)

CLERKS = tuple(Actor("XX", "court", f"court-9/clerk-{number}") for number in (1, 2))
ANOTHER_NATIONALITY = "EEE"
LONG_AFTER = timedelta(days=60)
ANOTHER_LOG = EntryRef("accord.example/placement/0#0")
FIRST, SECOND, THIRD = (passenger.person for passenger in PEOPLE)
SCOPES: dict[str, tuple[HoldScope, ...]] = {
    "person": (
        *(PersonScope(person) for person in (FIRST, SECOND, THIRD)),
        PersonScope(FIRST, RECEIVER),
        PersonScope(THIRD, STOPOVER),
        PersonScope(FIRST, STOPOVER),
    ),
    "alias": (PersonScope(PersonId("person-4")),),
    "country": (CountryScope(RECEIVER), CountryScope(STOPOVER), CountryScope("EEE")),
    "agreement": (AgreementScope(AGREEMENT),),
    "flight": (
        FlightScope(DIRECT),
        FlightScope(OVER_A_STOPOVER),
        FlightScope(OVER_A_STOPOVER, 1),
        FlightScope(OVER_A_STOPOVER, 2),
    ),
    "class": (
        ClassScope(nationality=OTHER),
        ClassScope(nationality=SENDER),
        ClassScope(case_kind="third-country", destination=RECEIVER),
        ClassScope(nationality=OTHER, stopover=STOPOVER),
        ClassScope(destination=STOPOVER),
        ClassScope(offence="0201", court="COURT-1"),
        ClassScope(offence="0202"),
    ),
    "class of another nationality": (ClassScope(nationality=ANOTHER_NATIONALITY),),
}


def order(scope: HoldScope) -> Step:
    """A court's order, and its lifting by two clerks."""

    def step(desk: Desk) -> list[Ask]:
        key = f"order on {scope}"
        if key in desk.on:
            lifts = [
                LiftHold(hold=desk.on[key], instrument="lift-1", now=desk.now, actor=clerk)
                for clerk in CLERKS
            ]
            del desk.on[key]
            return [Ask(LIFT_HOLD, lift, lift.actor) for lift in lifts]
        desk.on[key] = hold = HoldId(desk.name("hold"))
        asserted: dict[str, Any] = {"form": "oral", "received_at": desk.now, "reference": hold}
        command = AssertHold(hold=hold, scope=scope, now=desk.now, actor=CLERKS[0], **asserted)
        return [Ask(ASSERT_HOLD, command, CLERKS[0])]

    return step


def suspension(actor: Actor) -> Step:
    """A state or a court suspends the agreement, and resumes it."""

    def step(desk: Desk) -> list[Ask]:
        key = f"suspended by {actor}"
        by: dict[str, Any] = {
            "agreement": AGREEMENT,
            "reference": "note-1",
            "now": desk.now,
            "actor": actor,
        }
        if desk.on.pop(key, None):
            return [Ask(RESUME_AGREEMENT, ResumeAgreement(**by), actor)]
        desk.on[key] = name = SuspensionId(desk.name("suspension"))
        return [Ask(SUSPEND_AGREEMENT, SuspendAgreement(suspension=name, **by), actor)]

    return step


def closed_facility(desk: Desk) -> list[Ask]:
    """Placement suspends the facility, and reinstates it."""
    about: dict[str, Any] = {"facility": FACILITY, "because": ANOTHER_LOG, "at": desk.now}
    if desk.on.pop("facility", None):
        return [Ask(RESUME_DEPARTURES, ResumeDepartures(**about))]
    desk.on["facility"] = True
    return [Ask(STOP_DEPARTURES, StopDepartures(**about))]


def no_money(desk: Desk) -> list[Ask]:
    """The money runs out, and there is some again."""
    about: dict[str, Any] = {"agreement": TERMS.ref, "because": ANOTHER_LOG}
    if desk.on.pop("money", None):
        return [Ask(RESUME_FUNDED, ResumeFunded(**about))]
    desk.on["money"] = True
    return [Ask(STOP_UNFUNDED, StopUnfunded(**about))]


def notice(desk: Desk) -> list[Ask]:
    """A state gives notice: from the next day on it is over, for good."""
    by: dict[str, Any] = {"reference": "notice-1", "now": desk.now, "actor": AUTHORITY}
    return [Ask(TERMINATE_AGREEMENT, TerminateAgreement(agreement=AGREEMENT, **by))]


def exclusion(person: PersonId) -> Step:
    """A court finds that somebody is not to be transferred, and withdraws it."""

    def step(desk: Desk) -> list[Ask]:
        key = f"excluded {person}"
        if key in desk.on:
            back = WithdrawExclusion(
                exclusion=desk.on.pop(key), document=SHA, now=desk.now, actor=CLERKS[1]
            )
            return [Ask(WITHDRAW_EXCLUSION, back, CLERKS[1])]
        desk.on[key] = name = ExclusionId(desk.name("exclusion"))
        command = MatchExclusion(
            exclusion=name,
            person=person,
            matched="pregnancy",
            document=SHA,
            on=desk.now.date(),
            matched_at=desk.now,
            actor=CLERKS[0],
        )
        return [Ask(MATCH_EXCLUSION, command, CLERKS[0])]

    return step


def assurance(person: PersonId) -> Step:
    """A government assures a court, and both end it."""

    def step(desk: Desk) -> list[Ask]:
        key = f"assured {person}"
        if key in desk.on:
            name = desk.on.pop(key)
            return [
                Ask(
                    END_ASSURANCE,
                    EndAssurance(assurance=name, instrument="i-1", now=desk.now, actor=by),
                    by,
                )
                for by in (AUTHORITY, CLERKS[0])
            ]
        desk.on[key] = name = AssuranceId(desk.name("assurance"))
        command = GiveAssurance(
            assurance=name,
            person=person,
            to_party="XX",
            to_office="court",
            to_body="court-9",
            reference="note-3",
            given_at=desk.now,
            until=desk.now + LONG_AFTER,
            now=desk.now,
            actor=AUTHORITY,
        )
        return [Ask(GIVE_ASSURANCE, command)]

    return step


LONG_PAST = DatePeriod(date(2025, 3, 1), date(2025, 3, 10))
CHANGES: dict[str, dict[str, Any]] = {
    "a longer contest period": {"contest_days": 300},
    "a nationality excluded": {"admission": Admission(("third-country",), (), (OTHER,))},
    "other kinds of case": {"admission": Admission(("repatriation",))},
    "a term that is over": {"effective": LONG_PAST},
    "another facility": {"facilities": ()},
}


def amendment(name: str) -> Step:
    """Both states sign a version with something else in it, and then one with all as it was."""

    def step(desk: Desk) -> list[Ask]:
        desk.on["version"] = version = desk.on.get("version", 1) + 1
        changed = {} if desk.on.pop("amended", None) == name else CHANGES[name]
        if changed:
            desk.on["amended"] = name
        return [Ask(SAY, both_sign(msgspec.structs.replace(TERMS, version=version, **changed)))]

    return step


ORDERS: dict[str, dict[str, Step]] = {
    family: {f"order on {scope}": order(scope) for scope in scopes}
    for family, scopes in SCOPES.items()
}
SUSPENDERS = (AUTHORITY, RECEIVING_AUTHORITY, CLERKS[0])
HINDRANCES: dict[str, dict[str, Step]] = {
    **ORDERS,
    "suspension": {f"suspension by {actor}": suspension(actor) for actor in SUSPENDERS},
    "facility": {"suspension of the facility": closed_facility},
    "money": {"want of money": no_money},
    "notice": {"notice of termination": notice},
    "exclusion": {f"exclusion of {person}": exclusion(PersonId(person)) for person in REGISTERED},
    "assurance": {
        f"assurance about {person}": assurance(PersonId(person)) for person in REGISTERED
    },
    **{name: {f"amendment: {name}": amendment(name)} for name in CHANGES},
}
