"""The facts of a case as they come in a schedule, good and bad; and who is said to be whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.intake.domain.case.answer_case import (
    ACCEPT_CASE,
    DECLINE_CASE,
    AcceptCase,
    DeclineCase,
)
from services.intake.domain.case.fact import (
    Consular,
    Counsel,
    FactContent,
    Fitness,
    Identity,
    LegalBasis,
    Nationality,
    Notice,
    RiskAssessment,
)
from services.intake.domain.case.record_fact import RECORD_FACT, RecordFact
from services.intake.domain.identity_merge import (
    MERGE_PERSONS,
    TELL_PERSONS_APART,
    MergePersons,
    TellPersonsApart,
)
from services.intake.domain.person import REGISTER_PERSON, RegisterPerson
from shared.contracts.hold import PersonScope
from shared.kernel.actor import Actor
from shared.kernel.ids import PersonId
from tests.simulation.desk import Ask, Desk, Step
from tests.simulation.hindrances import ANOTHER_NATIONALITY, order
from tests.simulation.prepared import PEOPLE, REGISTERED, UNDER_ANOTHER_NAME
from tests.support.intake_log import AGREEMENT, OTHER, RECEIVER, SENDER, SHA

if TYPE_CHECKING:
    from services.intake.domain.clearance.state import Traveller

AGENCY = Actor(SENDER, "intake-agency", "agency-1")
RECEIVING_AGENCY = Actor(RECEIVER, "intake-agency", "agency-9")
DECIDE_WHO = {
    state: Actor(state, "intake-agency", f"registry-{state}") for state in (SENDER, RECEIVER)
}
BEFORE = date(2025, 3, 1)
"""When everything that was done in time was done."""


def _judgment(final_on: date | None) -> LegalBasis:
    return LegalBasis("court-1", "j-1", date(2024, 1, 1), final_on, "0201", 900, BEFORE)


def contents(now: datetime) -> dict[str, tuple[FactContent, FactContent]]:
    """Of each kind a fact that clears, and one that does not."""
    today = now.date()
    soon = today + timedelta(days=30)
    return {
        "identity": (Identity(("fingerprints", "iris")), Identity(("fingerprints",))),
        "legal-basis": (_judgment(date(2024, 2, 1)), _judgment(None)),
        "nationality": (
            Nationality((OTHER,), disputed=False),
            Nationality((SENDER,), disputed=False),
        ),
        "risk-assessment": (
            RiskAssessment(RECEIVER, (), substantial_grounds=False, valid_until=soon),
            RiskAssessment(RECEIVER, (), substantial_grounds=True, valid_until=soon),
        ),
        "fitness": (Fitness(fit=True, valid_until=soon), Fitness(fit=False, valid_until=soon)),
        "notice": (Notice("es", BEFORE), Notice("es", today)),
        "counsel": (Counsel(BEFORE), Counsel(BEFORE)),
        "consular": (Consular(BEFORE, "declined"), Consular(BEFORE, "declined")),
    }


def fact(passenger: Traveller, kind: str) -> Step:
    """A fact that speaks against it, or for it: late where it was missing."""

    def step(desk: Desk) -> list[Ask]:
        key = f"{kind} of {passenger.case}"
        is_bad = desk.on.pop(key, False)
        desk.on[key] = not is_bad
        content = contents(desk.now)[kind][0 if is_bad else 1]
        return [_recorded(passenger, content, desk)]

    return step


def late_fact(passenger: Traveller, kind: str) -> Step:
    """A fact that was missing comes."""
    return lambda desk: [_recorded(passenger, contents(desk.now)[kind][0], desk)]


def _about(passenger: Traveller, desk: Desk, actor: Actor) -> dict[str, Any]:
    return {
        "case": passenger.case,
        "agreement": AGREEMENT,
        "document": SHA,
        "on": desk.now.date(),
        "actor": actor,
    }


def _recorded(passenger: Traveller, content: FactContent, desk: Desk) -> Ask:
    command = RecordFact(content=content, **_about(passenger, desk, AGENCY))
    return Ask(RECORD_FACT, command, AGENCY)


def answer(passenger: Traveller) -> Step:
    """The receiving state declines somebody, and accepts them again."""

    def step(desk: Desk) -> list[Ask]:
        about, key = _about(passenger, desk, RECEIVING_AGENCY), f"declined {passenger.case}"
        if desk.on.pop(key, None):
            return [Ask(ACCEPT_CASE, AcceptCase(**about), RECEIVING_AGENCY)]
        desk.on[key] = True
        return [Ask(DECLINE_CASE, DeclineCase(**about), RECEIVING_AGENCY)]

    return step


def same_person(person: PersonId, other: PersonId) -> Step:
    """Two pseudonyms are said to be one person's, and told apart again by somebody else."""

    def step(desk: Desk) -> list[Ask]:
        key, state = f"{person} is {other}", REGISTERED.get(person, SENDER)
        if desk.on.pop(key, None):
            actor = Actor(state, "intake-agency", "registry-another")
            apart = TellPersonsApart(person=person, other=other, actor=actor)
            return [Ask(TELL_PERSONS_APART, apart, actor)]
        desk.on[key] = True
        actor = DECIDE_WHO[state]
        merged = MergePersons(person=person, other=other, actor=actor)
        return [Ask(MERGE_PERSONS, merged, actor)]

    return step


def near_match(passenger: Traveller) -> Step:
    """Somebody is registered who may be somebody else, and is later told apart from them."""

    def step(desk: Desk) -> list[Ask]:
        key = f"near match of {passenger.person}"
        if key in desk.on:
            actor = DECIDE_WHO[SENDER]
            told = TellPersonsApart(person=desk.on.pop(key), other=passenger.person, actor=actor)
            return [Ask(TELL_PERSONS_APART, told, actor)]
        desk.on[key] = person = PersonId(desk.name("near"))
        alike = (passenger.person,)
        command = RegisterPerson(person=person, commitment=SHA, alike=alike, actor=AGENCY)
        return [Ask(REGISTER_PERSON, command, AGENCY)]

    return step


def order_on_near_match(passenger: Traveller) -> Step:
    """An order on whoever was registered last as somebody like them."""

    def step(desk: Desk) -> list[Ask]:
        person = desk.on.get(f"near match of {passenger.person}", PersonId("near-000"))
        return order(PersonScope(person))(desk)

    return step


KINDS = tuple(contents(datetime(2025, 3, 15)))  # noqa: DTZ001 - the day alone counts
FACTS: dict[str, Step] = {
    **{f"{kind} of {each.case}": fact(each, kind) for each in PEOPLE for kind in KINDS},
    **{f"answer about {each.case}": answer(each) for each in PEOPLE},
}
LATE_FACTS: dict[str, Step] = {
    f"late {kind} of {PEOPLE[-1].case}": late_fact(PEOPLE[-1], kind) for kind in KINDS
}
ANOTHER = Nationality((ANOTHER_NATIONALITY,), disputed=False)
OTHER_NATIONALITIES: dict[str, Step] = {
    f"another nationality of {PEOPLE[-1].case}": (
        lambda desk: [_recorded(PEOPLE[-1], ANOTHER, desk)]
    )
}
FIRST, SECOND, THIRD = (passenger.person for passenger in PEOPLE)


def _said(*pairs: tuple[PersonId, PersonId]) -> dict[str, Step]:
    return {f"{person} is {other}": same_person(person, other) for person, other in pairs}


NAMES: dict[str, dict[str, Step]] = {
    "another name": _said((UNDER_ANOTHER_NAME, FIRST), (UNDER_ANOTHER_NAME, THIRD)),
    "two passengers": _said((THIRD, FIRST)),
    "one gives way": _said((SECOND, FIRST)),
    "near match": {
        f"near match of {FIRST}": near_match(PEOPLE[0]),
        f"order on the near match of {FIRST}": order_on_near_match(PEOPLE[0]),
    },
}
