"""G12, G22: who a person is is erased by two subjects of two offices, once nobody needs it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.intake.domain.erasure.erase_person import (
    ERASE_PERSON,
    ErasedByTwoSubjects,
    ErasePerson,
    ErasureNotAsked,
    IdentityStillNeeded,
)
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import (
    PersonIsErased,
    PersonIsUnknown,
)
from services.intake.exception_rows.change import Change, Over, Waits
from services.intake.exception_rows.of_persons import erasures
from shared.contracts.assurance import AssuranceExpired, AssuranceGiven
from shared.contracts.case_return import CaseReturned
from shared.contracts.erasure import ErasureAsked, ErasureReason, ErasureRefused, PersonErased
from shared.contracts.hold import HoldLifted, PersonScope
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.manifest import Custodian, PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import (
    AssuranceId,
    EntryRef,
    FacilityId,
    ManifestId,
    PersonId,
    custody_of,
)
from shared.kernel.rejected import Rejected
from shared.ledger.recorded import Recorded
from tests.support.decider_specification import given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    NOW,
    PAPER,
    PERSON,
    REGISTERED,
    SENDER,
    SENDING_AUTHORITY,
    replaced,
)

TODAY = NOW.date()
ASK = ErasePerson(
    person=PERSON, reason="registered-in-error", document=PAPER, on=TODAY, actor=SENDER
)
ERASE = replaced(ASK, actor=SENDING_AUTHORITY)
ASKED = ErasureAsked(
    person=PERSON, reason="registered-in-error", document=PAPER, asked_by=str(SENDER)
)
ERASED = PersonErased(
    person=PERSON,
    reason="registered-in-error",
    document=PAPER,
    office="central-authority",
    erased_by=str(SENDING_AUTHORITY),
)
OTHER = PersonId("01955e3a-0000-7000-8000-000000000002")
TWIN = replaced(REGISTERED, person=OTHER)
MERGED = PersonsMerged(person=OTHER, other=PERSON, set_aside=True, decided_by="USA:x:y")
NEAR = NearMatchFound(person=OTHER, other=PERSON, registrar=str(SENDER))
CASE_OPEN = made_events.case_proposed()
AGREED = made_events.in_force()
BACK_AT = datetime(2025, 6, 1, 9, tzinfo=UTC)
RETURNED = CaseReturned(
    case=CASE,
    person=PERSON,
    agreement=CASE_OPEN.agreement,
    custody=custody_of(CASE),
    completed=EntryRef("accord.example/placement/0#9"),
    returned_at=BACK_AT,
)
RECALLED = RecallCompleted(
    manifest=ManifestId("m"),
    agreement=CASE_OPEN.agreement,
    case=CASE,
    person=PERSON,
    custody=custody_of(CASE),
    completed_at=BACK_AT,
    completed_by="USA:escort:a",
    evidence=PAPER,
)
TAKEN_OFF = PersonRemoved(
    manifest=ManifestId("m"),
    agreement=CASE_OPEN.agreement,
    case=CASE,
    person=PERSON,
    facility=FacilityId("f"),
    cause="requested",
    custodian=Custodian(party="HND", body="border-police", responsible_state="USA"),
)
ASSURED = AssuranceGiven(
    assurance=AssuranceId("a"),
    person=PERSON,
    giver="USA",
    to_party="XX",
    to_office="court",
    to_body="court-9",
    reference="25-cv-1",
    given_at=NOW,
    until=NOW + timedelta(days=1),
    given_by="USA:central-authority:x",
)
EXPIRED = AssuranceExpired(
    assurance=AssuranceId("a"), person=PERSON, expired_at=NOW + timedelta(days=1)
)
LIFTED = HoldLifted(
    hold=made_events.HOLD,
    scope=made_events.hold().scope,
    instrument="25-cv-766 order 9",
    lifted_by="XX:court:y",
    lifted_at=NOW,
)


def test_g22_the_agency_asks_and_the_central_authority_erases_by_the_same_paper() -> None:
    given(REGISTERED).when(ERASE_PERSON, ASK).then(ASKED)
    given(REGISTERED, ASKED).when(ERASE_PERSON, ERASE).then(ERASED)


@pytest.mark.parametrize(
    ("log", "changed", "refusal"),
    [
        ((), {}, PersonIsUnknown),
        ((REGISTERED,), {}, ErasureNotAsked),
        ((REGISTERED, ASKED), {"document": "12" * 32}, ErasureNotAsked),
        ((REGISTERED, ASKED), {"reason": "order-of-a-court"}, ErasureNotAsked),
        (
            (REGISTERED, replaced(ASKED, asked_by="USA:intake-agency:AUTHORITY-1")),
            {},
            ErasedByTwoSubjects,
        ),
        ((REGISTERED, ASKED), {"actor": Actor("USA", "court", "c/d")}, ErasedByTwoSubjects),
        ((replaced(REGISTERED, meant_by="USA:court:c/d"), ASKED), {}, ErasedByTwoSubjects),
        (
            (REGISTERED, ASKED),
            {"actor": Actor("SLV", "central-authority", "una")},
            ActsOnlyForItself,
        ),
        ((REGISTERED, ASKED, ERASED), {}, PersonIsErased),
    ],
)
def test_g22_nobody_erases_alone_or_for_another_state_or_what_nobody_asked_for(
    log: tuple[Event, ...], changed: dict[str, Any], refusal: type[Rejected]
) -> None:
    command = msgspec.structs.replace(ERASE, **changed)
    given(*log).when(ERASE_PERSON, command).refused(refusal)


STANDING: dict[str, tuple[tuple[Event, ...], str, str]] = {
    "a near match": ((TWIN, NEAR), "G9", f"person/{OTHER}"),
    "an order": ((made_events.hold(),), "G2", f"hold/{made_events.HOLD}"),
    "an order on a pseudonym": (
        (TWIN, MERGED, made_events.hold(PersonScope(OTHER))),
        "G2",
        f"hold/{made_events.HOLD}",
    ),
    "an assurance": ((ASSURED,), "D5", "assurance/a"),
    "a case": ((CASE_OPEN,), "G12", f"case/{CASE}"),
    "a case of a pseudonym": (
        (TWIN, MERGED, replaced(CASE_OPEN, person=OTHER)),
        "G12",
        f"case/{CASE}",
    ),
    "custody, accounted for or not": (
        (CASE_OPEN, made_events.transferred()),
        "G12",
        f"case/{CASE}",
    ),
}


@pytest.mark.parametrize("row", STANDING.values(), ids=STANDING)
@pytest.mark.parametrize("reason", ["order-of-a-court", "request-of-the-person"])
def test_g12_nobody_is_erased_while_anything_stands_about_them_whatever_the_reason(
    row: tuple[tuple[Event, ...], str, str], reason: ErasureReason
) -> None:
    log, rule, evidence = row
    asked = replaced(ASKED, reason=reason)
    for command in (replaced(ASK, reason=reason), replaced(ERASE, reason=reason)):
        refusal = (
            given(REGISTERED, asked, *log)
            .when(ERASE_PERSON, command)
            .refused(IdentityStillNeeded, rule="G12", recording=ErasureRefused)
        )
        assert [(each.rule, each.evidence) for each in refusal.findings] == [(rule, evidence)]


def test_g22_a_wish_to_erase_lapses_with_a_new_case_and_is_made_anew_once_that_is_over() -> None:
    ages = replaced(ERASE, on=date(2100, 1, 1))
    over = (REGISTERED, ASKED, *AGREED, CASE_OPEN, WITHDRAWN)
    given(*over).when(ERASE_PERSON, ages).refused(ErasureNotAsked, "have the intake agency ask")
    given(*over, ASKED).when(ERASE_PERSON, ages).then(ERASED)


def changes_of(event: Event) -> list[Change]:
    """What an entry changes of what waits for an erasure."""
    at: dict[str, Any] = {"time": NOW, "recorded_at": NOW, "actor": str(SENDER), "correlation": "c"}
    recorded = Recorded(event, frozenset(), 1, "accord.example/intake/0", "e1", **at)
    return list(erasures(recorded))


def test_g22_a_wish_that_a_new_case_ended_is_no_exception_any_more() -> None:
    (waits,) = changes_of(ASKED)
    assert isinstance(waits, Waits)
    assert (waits.kind, waits.subject) == ("erasure-unconfirmed", PERSON)
    ended = [Over("erasure-unconfirmed", PERSON)]
    assert changes_of(CASE_OPEN) == changes_of(ERASED) == ended
    assert changes_of(REGISTERED) == []


def test_what_is_over_stands_no_longer() -> None:
    apart = PersonsToldApart(person=OTHER, other=PERSON, decided_by="USA:x:y")
    log = (TWIN, NEAR, apart, made_events.hold(), LIFTED, ASSURED, EXPIRED)
    given(REGISTERED, ASKED, *log).when(ERASE_PERSON, ERASE).then(ERASED)


WITHDRAWN = replaced(made_events.withdrawn(), withdrawn_on=date(2025, 3, 20))
DEPARTED = (CASE_OPEN, made_events.transferred())
KEPT: dict[str, tuple[tuple[Event, ...], date]] = {
    "withdrawn": ((CASE_OPEN, WITHDRAWN), date(2026, 3, 20)),
    "withdrawn, no day said": (
        (CASE_OPEN, replaced(WITHDRAWN, withdrawn_on=None)),
        date(2026, 3, 16),
    ),
    "returned": ((*DEPARTED, RETURNED), date(2035, 6, 2)),
    "refused at arrival and back": ((CASE_OPEN, RETURNED), date(2035, 6, 2)),
    "recalled": ((CASE_OPEN, RECALLED), date(2035, 6, 2)),
}


@pytest.mark.parametrize("row", KEPT.values(), ids=KEPT)
def test_d4_g12_the_retention_that_was_signed_ends_with_its_last_day(
    row: tuple[tuple[Event, ...], date],
) -> None:
    log, last = row
    begun = (REGISTERED, *AGREED, *log, ASKED)
    on_the_last = replaced(ERASE, on=last)
    refusal = (
        given(*begun)
        .when(ERASE_PERSON, on_the_last)
        .refused(IdentityStillNeeded, recording=ErasureRefused)
    )
    (kept,) = refusal.findings
    assert (kept.rule, kept.evidence) == ("G12", f"agreement/{CASE_OPEN.agreement}")
    given(*begun).when(ERASE_PERSON, replaced(ERASE, on=last + timedelta(days=1))).then(ERASED)


def test_d9_nobody_is_erased_who_was_merged_with_whom_an_order_means() -> None:
    meant = replaced(TWIN, registered_by="XX", meant_by="XX:court:c/d")
    log = (REGISTERED, meant, replaced(MERGED, set_aside=False), ASKED)
    for command in (ASK, ERASE):
        given(*log).when(ERASE_PERSON, command).refused(ErasedByTwoSubjects, "an order means")


def test_g12_who_was_taken_off_at_a_stopover_is_kept_until_they_are_back() -> None:
    ages = replaced(ERASE, on=date(2100, 1, 1))
    begun = (REGISTERED, *AGREED, CASE_OPEN)
    held = (*begun, TAKEN_OFF, TAKEN_OFF, WITHDRAWN)
    refusal = (
        given(*held, ASKED)
        .when(ERASE_PERSON, ages)
        .refused(IdentityStillNeeded, recording=ErasureRefused)
    )
    assert [(each.rule, each.evidence) for each in refusal.findings] == [("G12", f"case/{CASE}")]
    given(*held, RECALLED, ASKED).when(ERASE_PERSON, ages).then(ERASED)
    at_home = replaced(TAKEN_OFF, custodian=None)
    given(*begun, at_home, WITHDRAWN, ASKED).when(ERASE_PERSON, ages).then(ERASED)
