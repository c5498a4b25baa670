"""The version that a day is under: the latest that both signed and that has begun by then (D6)."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.intake.domain.agreement.state import AgreementState, fold
from services.intake.domain.agreement.term import AgreementNotInForce
from services.intake.domain.case.answer_case import ACCEPT_CASE, AcceptCase
from services.intake.domain.case.fact import Fitness
from services.intake.domain.case.propose_case import PROPOSE_CASE, KindIsNotAgreed, ProposeCase
from services.intake.domain.case.record_fact import (
    RECORD_FACT,
    NotTheSigningOffice,
    RecordFact,
    ValidForTooLong,
)
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.manifest.open_manifest import JourneyOutsideAgreement
from shared.contracts.agreement import AgreedFacility, AgreementDocument
from shared.contracts.intake import (
    CaseEvent,
    CaseProposed,
    ClearanceGranted,
    ClearanceRefused,
    FitnessToTravelAssessed,
)
from shared.contracts.manifest import (
    LegDeparted,
    LegDepartureRefused,
    ManifestEvent,
    ManifestingRefused,
    ManifestOpened,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import CaseKind
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import RuleBroken
from tests.support import version_of_a_day
from tests.support.decider_specification import DecisionLog, folded, given
from tests.support.first_agreement import first_agreement
from tests.support.intake_log import AFTER, DEPARTURE, DOCUMENT, NOW, agreement_events, traveller
from tests.support.journeys import Journey
from tests.support.version_of_a_day import Question
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    AGREEMENT,
    CASE,
    PAPER,
    PERSON,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    facts,
)

CHANGE = date(2025, 9, 1)
"""The first day of the amendment."""
BEFORE = CHANGE - timedelta(days=1)
FIRST = made_events.document()
INSPECTOR = Actor("USA", "monitor", "inspectors/one")


def amended(**changed: object) -> AgreementDocument:
    """Version 2, from the day of the change on."""
    days = {"start": str(CHANGE), "end": "2027-03-16"}
    return made_events.document(version="2", effective=days, **changed)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def propose(on: date, kind: CaseKind = "third-country") -> ProposeCase:
    return ProposeCase(
        case=CASE,
        person=PERSON,
        agreement=AGREEMENT,
        kind=kind,
        proposed_at=noon(on),
        now=noon(on),
        actor=SENDER,
    )


def under(event: Event) -> int:
    """The version that an event names."""
    assert isinstance(event, CaseEvent | ManifestEvent)
    return int(event.agreement.partition("@")[2])


def versions(asked: Question) -> AgreementState:
    log: list[Event] = [made_events.proposed(term.of(FIRST)) for term in asked.terms]
    for term in asked.terms:
        parties = ("USA", "SLV") if term.signed_by_both else ("SLV",)
        log += [made_events.signed(term.of(FIRST), party) for party in parties]
    return folded(fold(AGREEMENT), log)


@version_of_a_day.each
def test_d6_the_version_in_force_is_the_one_of_the_day(asked: Question) -> None:
    document = versions(asked).in_force(asked.day)
    assert (document.version if document else None) == asked.in_force


@version_of_a_day.each
def test_d6_what_follows_when_is_what_each_day_says(asked: Question) -> None:
    state = versions(asked)
    told = dict(state.changes(asked.day))
    now = state.in_force(asked.day)
    for days in range(1, 6 * 366):
        day = asked.day + timedelta(days=days)
        now = told.get(day, now)
        assert state.in_force(day) == now


def test_before_its_first_day_an_agreement_is_read_as_the_version_that_begins_first() -> None:
    state = folded(
        fold(AGREEMENT), (*made_events.in_force(FIRST), *made_events.in_force(amended()))
    )
    assert state.on(date(2020, 1, 1)) == FIRST
    assert AgreementState().on(CHANGE) is None


def test_d6_an_amendment_signed_early_closes_nothing_until_it_begins() -> None:
    log = (*made_events.in_force(), REGISTERED, *made_events.in_force(amended()))
    for day, version in ((BEFORE, 1), (CHANGE, 2)):
        assert under(*given(*log).when(PROPOSE_CASE, propose(day)).events) == version


def test_d6_what_an_amendment_allows_is_allowed_from_its_first_day() -> None:
    kinds = {**first_agreement()["admission"], "kinds": ["third-country"]}
    stricter = amended(admission=kinds)
    assert "repatriation" in FIRST.admission.kinds
    log = (*made_events.in_force(), REGISTERED, *made_events.in_force(stricter))
    assert given(*log).when(PROPOSE_CASE, propose(BEFORE, "repatriation")).events
    given(*log).when(PROPOSE_CASE, propose(CHANGE, "repatriation")).refused(KindIsNotAgreed, "@2")


def test_d6_an_amendment_that_ends_the_agreement_early_ends_it() -> None:
    """Whoever goes back to the longer term of the version before finds that it was replaced."""
    ends = made_events.document(
        version="2", effective={"start": str(CHANGE), "end": str(CHANGE + timedelta(days=30))}
    )
    log = (*made_events.in_force(), REGISTERED, *made_events.in_force(ends))
    late = CHANGE + timedelta(days=30)
    assert late in FIRST.effective
    given(*log).when(PROPOSE_CASE, propose(late)).refused(AgreementNotInForce, "@2")


def test_d6_nothing_is_accepted_or_cleared_in_a_gap_between_two_terms() -> None:
    short = made_events.document(effective={"start": "2025-03-16", "end": "2025-08-01"})
    log = (
        *made_events.in_force(short),
        *made_events.in_force(amended()),
        REGISTERED,
        made_events.case_proposed(),
        *facts(),
    )
    accept = AcceptCase(
        case=CASE, agreement=AGREEMENT, document=PAPER, on=BEFORE, actor=RECEIVING_AUTHORITY
    )
    given(*log).when(ACCEPT_CASE, accept).refused(AgreementNotInForce, "@1")
    clear = ClearCase(case=CASE, on=BEFORE, now=made_events.NOW, actor=SENDER)
    given(*log).when(CLEAR_CASE, clear).refused(AgreementNotInForce, recording=ClearanceRefused)


def test_an_amendment_signed_late_changes_nothing_that_was_decided() -> None:
    """Its first day is past: what is on record stays, what is told from now on is under it."""
    log = DecisionLog()
    log.events.extend((*made_events.in_force(), REGISTERED))
    assert under(*log.decide(PROPOSE_CASE, propose(CHANGE))) == 1
    log.events.extend(facts())
    clear = ClearCase(case=CASE, on=CHANGE, now=made_events.NOW, actor=SENDER)
    assert log.decide(CLEAR_CASE, clear) == (made_events.cleared(),)
    log.events.extend(made_events.in_force(amended()))
    assert under(log.last(CaseProposed)) == under(log.last(ClearanceGranted)) == 1
    fresh = given(*made_events.in_force(), REGISTERED, *made_events.in_force(amended()))
    assert under(*fresh.when(PROPOSE_CASE, propose(CHANGE)).events) == 2


def record(on: date, actor: Actor = SENDER, days: int = 30) -> RecordFact:
    return RecordFact(
        case=CASE,
        agreement=AGREEMENT,
        document=PAPER,
        on=on,
        content=Fitness(fit=True, valid_until=on + timedelta(days=days)),
        actor=actor,
    )


def test_d6_whose_office_signs_a_fact_is_the_version_s_of_the_day() -> None:
    required = [
        {**fact, "office": "monitor"} if fact["fact"] == "fitness" else fact
        for fact in first_agreement()["required_facts"]
    ]
    theirs = amended(required_facts=required, longest_validity={"fitness_days": "10"})
    log = (
        *made_events.in_force(),
        REGISTERED,
        made_events.case_proposed(),
        *made_events.in_force(theirs),
    )
    assert given(*log).when(RECORD_FACT, record(BEFORE)).events
    given(*log).when(RECORD_FACT, record(BEFORE, INSPECTOR)).refused(NotTheSigningOffice, "@1")
    given(*log).when(RECORD_FACT, record(CHANGE)).refused(NotTheSigningOffice, "@2")
    given(*log).when(RECORD_FACT, record(CHANGE, INSPECTOR)).refused(ValidForTooLong, "@2")
    (signed,) = given(*log).when(RECORD_FACT, record(CHANGE, INSPECTOR, days=10)).events
    assert isinstance(signed, FitnessToTravelAssessed)


def next_version(start: date, **changed: object) -> AgreementDocument:
    """Version 2 of the journeys' agreement, from a day on."""
    days = DatePeriod(start, date(2027, 1, 1))
    return msgspec.structs.replace(DOCUMENT, version=2, effective=days, **changed)


def test_d6_a_manifest_names_the_agreement_and_departs_under_the_version_of_its_day() -> None:
    journey = Journey(1).opened()
    journey.log.events.extend(agreement_events(next_version(DEPARTURE.date())))
    (one,) = journey.people
    for step in (journey.manifest, journey.confirm):
        step(one)
    journey.seal()
    journey.board(one)
    journey.authorise()
    assert isinstance(journey.depart()[0], LegDeparted)


def test_d6_the_gate_asks_for_what_the_version_of_the_day_asks_for() -> None:
    """A journey that was planned under version 1 is not let off what version 2 requires."""
    stricter = next_version(DEPARTURE.date(), required_facts=FIRST.required_facts)
    journey = Journey(1).boarded()
    journey.log.events.extend(agreement_events(stricter))
    journey.authorise()
    with pytest.raises(RuleBroken, match="gate is closed"):
        journey.depart()
    said = [finding.missing for finding in journey.log.last(LegDepartureRefused).refusal.findings]
    assert any("signed by the central-authority of BBB" in missing for missing in said)


def test_a_journey_does_not_end_where_the_version_of_the_day_agrees_no_facility() -> None:
    elsewhere = (AgreedFacility(FacilityId("house-two"), "UTC"),)
    journey = Journey(1).opened()
    journey.log.events.extend(agreement_events(next_version(NOW.date(), facilities=elsewhere)))
    with pytest.raises(RuleBroken, match="gate is closed"):
        journey.manifest(traveller(1))
    refusal = journey.log.last(ManifestingRefused).refusal
    assert refusal.rule == "facilities"
    assert "house-one is none" in refusal.findings[0].missing


def test_a_departure_told_late_is_under_the_version_of_its_day_and_not_of_the_telling() -> None:
    elsewhere = (AgreedFacility(FacilityId("house-two"), "UTC"),)
    journey = Journey(1).boarded()
    journey.authorise()
    journey.log.events.extend(
        agreement_events(next_version(DEPARTURE.date() + timedelta(days=1), facilities=elsewhere))
    )
    departed, *_ = journey.depart(now=AFTER + timedelta(days=9))
    assert isinstance(departed, LegDeparted)


def test_d6_a_journey_is_planned_under_the_version_of_the_day_on_which_it_departs() -> None:
    journey = Journey(1)
    journey.log.events.extend(agreement_events(next_version(DEPARTURE.date())))
    assert under(journey.opened().log.last(ManifestOpened)) == 2


def test_no_journey_is_planned_for_a_day_that_no_version_has() -> None:
    ended = msgspec.structs.replace(
        DOCUMENT, version=2, effective=DatePeriod(date(2025, 3, 2), DEPARTURE.date())
    )
    journey = Journey(1)
    journey.log.events.extend(agreement_events(ended))
    with pytest.raises(JourneyOutsideAgreement, match="no version is in force on 2025-03-16"):
        journey.opened()
