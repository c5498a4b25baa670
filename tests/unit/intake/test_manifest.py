"""Manifests: opened under an agreement, filled through the gate, sealed with a place for each."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain.agreement.state import AgreementIsUnknown, NotSignedByBoth
from services.intake.domain.case.state import CaseIsUnknown
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.manifest import put_on
from services.intake.domain.manifest import state as manifest
from services.intake.domain.manifest.gate import NotReadInOneDecision
from services.intake.domain.manifest.journey import ManifestUnknown, known
from services.intake.domain.manifest.open_manifest import (
    OPEN_MANIFEST,
    FacilityNotAgreed,
    JourneyOutsideAgreement,
    ManifestExists,
    OpenManifest,
    TooManyLegs,
)
from services.intake.domain.manifest.passenger import PersonNotOnManifest
from services.intake.domain.manifest.put_on import (
    AlreadyOnManifest,
    TakenOffManifest,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    Leg,
    ManifestingRefused,
    ManifestOpened,
    ManifestSealed,
    PersonManifested,
)
from shared.kernel.ids import CaseId, CustodyId, EntryRef, FacilityId, ManifestId
from tests.support.decider_specification import DecisionLog
from tests.support.intake_log import (
    AFTER,
    AGREEMENT,
    AUTHORITY,
    DEPARTURE,
    DOCUMENT,
    FACILITY,
    LEG,
    MANIFEST,
    NOW,
    OTHER,
    RECEIVER,
    RECEIVING_AUTHORITY,
    SENDER,
    agreement_events,
    case_events,
    hold,
    on_country,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)


def opening(**changed: object) -> OpenManifest:
    fields = {
        "manifest": MANIFEST,
        "agreement": AGREEMENT,
        "facility": FACILITY,
        "legs": (LEG,),
        "now": NOW,
        "actor": AUTHORITY,
        **changed,
    }
    return OpenManifest(**fields)  # type: ignore[arg-type]  # a test's changed fields are any object


def test_a_journey_is_opened_under_the_version_in_force() -> None:
    journey = Journey().opened()
    opened = journey.log.last(ManifestOpened)
    assert (opened.agreement, opened.sending, opened.receiving) == (DOCUMENT.ref, SENDER, RECEIVER)
    with pytest.raises(ManifestExists):
        journey.opened()


def test_nothing_happens_under_an_agreement_before_both_have_signed() -> None:
    log = DecisionLog()
    with pytest.raises(AgreementIsUnknown):
        log.decide(OPEN_MANIFEST, opening())
    log.events.extend(agreement_events()[:-2])
    with pytest.raises(NotSignedByBoth):
        log.decide(OPEN_MANIFEST, opening())


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"actor": RECEIVING_AUTHORITY}, ActsOnlyForItself),
        ({"facility": FacilityId("another-house")}, FacilityNotAgreed),
        ({"legs": ()}, JourneyOutsideAgreement),
        ({"legs": (Leg(SENDER, OTHER, DEPARTURE),)}, JourneyOutsideAgreement),
        (
            {"legs": (Leg(SENDER, RECEIVER, datetime(2026, 3, 1, tzinfo=UTC)),)},
            JourneyOutsideAgreement,
        ),
        ({"legs": (Leg(SENDER, RECEIVER, DEPARTURE),) * 9}, TooManyLegs),
    ],
)
def test_a_journey_outside_the_agreement_is_refused(
    changed: dict[str, object], refusal: type[Exception]
) -> None:
    log = DecisionLog()
    log.events.extend(agreement_events())
    with pytest.raises(refusal):
        log.decide(OPEN_MANIFEST, opening(**changed))


def test_a_stopover_continues_where_the_leg_before_ended_and_later() -> None:
    log = DecisionLog()
    log.events.extend(agreement_events())
    first, later = Leg(SENDER, OTHER, DEPARTURE), DEPARTURE + timedelta(hours=3)
    with pytest.raises(JourneyOutsideAgreement):
        log.decide(OPEN_MANIFEST, opening(legs=(first, Leg("DDD", RECEIVER, later))))
    with pytest.raises(JourneyOutsideAgreement):
        log.decide(OPEN_MANIFEST, opening(legs=(first, Leg(OTHER, RECEIVER, DEPARTURE))))
    assert log.decide(OPEN_MANIFEST, opening(legs=(first, Leg(OTHER, RECEIVER, later))))


def test_a_cleared_person_is_put_on_the_manifest_once() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    put = journey.log.last(PersonManifested)
    assert (put.facility, put.sending, put.receiving) == (FACILITY, SENDER, RECEIVER)
    with pytest.raises(AlreadyOnManifest):
        journey.manifest(ONE)


def test_t1_a_substitute_with_an_order_against_the_destination_is_refused_on_the_ledger() -> None:
    """T1: refused (G3, G4), and the refusal is an entry."""
    journey = Journey(1, 2).opened()
    journey.manifest(ONE)
    journey.log.events.append(hold(on_person(TWO, RECEIVER)))
    with pytest.raises(HoldStandsAgainstDeparture) as refused:
        journey.manifest(TWO, substitute_for=ONE.case)
    recorded = journey.log.last(ManifestingRefused)
    assert (recorded.case, recorded.substitute_for) == (TWO.case, ONE.case)
    assert recorded.refusal == refused.value.refusal
    assert (recorded.refusal.rule, recorded.refusal.findings[0].evidence) == ("G3", "hold/hold-1")


def test_a_substitute_passes_the_same_gate() -> None:
    """G4: a substitute passes exactly the same gate, and then is a passenger like any other."""
    journey = Journey(1, 2).opened()
    journey.manifest(ONE)
    journey.remove(ONE)
    journey.manifest(TWO, substitute_for=ONE.case)
    assert journey.log.last(PersonManifested).substitute_for == ONE.case
    journey.log.events.append(hold(on_country()))
    journey.confirm(TWO)
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.seal()


def test_nobody_is_substituted_who_was_never_on_the_manifest() -> None:
    journey = Journey(1).opened()
    with pytest.raises(PersonNotOnManifest):
        journey.manifest(ONE, substitute_for=CaseId("case-9"))


def test_a_person_is_on_one_journey_at_a_time_whatever_the_case() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    other = ManifestId("manifest-2")
    journey.log.decide(OPEN_MANIFEST, opening(manifest=other))
    with pytest.raises(AlreadyOnManifest):
        journey.manifest(ONE, manifest=other)
    journey.remove(ONE)
    with pytest.raises(TakenOffManifest):
        journey.manifest(ONE)
    assert journey.manifest(ONE, manifest=other)


def test_a_transfer_ends_the_journey_of_a_person() -> None:
    log = Journey(1).manifested().log
    transferred = CaseTransferred(
        case=ONE.case,
        person=ONE.person,
        agreement=DOCUMENT.ref,
        manifest=MANIFEST,
        custody=CustodyId(ONE.case),
        accepted=EntryRef("placement#1"),
    )
    assert len(log.fold(put_on.fold(ONE.person)).journeys) == 1
    log.events.append(transferred)
    assert log.fold(put_on.fold(ONE.person)).journeys == ()


def test_unknown_journeys_and_cases_are_told_apart() -> None:
    journey = Journey(1)
    with pytest.raises(ManifestUnknown):
        journey.manifest(ONE)
    journey.opened()
    with pytest.raises(CaseIsUnknown):
        journey.manifest(TWO)


def test_only_the_sending_state_fills_its_manifest() -> None:
    journey = Journey(1).opened()
    with pytest.raises(ActsOnlyForItself):
        journey.manifest(ONE, actor=RECEIVING_AUTHORITY)


def test_g1_what_the_gate_reads_is_what_the_log_says_of_the_case() -> None:
    journey = Journey(1, 2).opened()
    journey.log.events.append(hold(on_person(TWO)))
    assert journey.manifest(ONE)
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.manifest(TWO)
    assert journey.log.last(ManifestingRefused).person == TWO.person


def test_a_case_for_another_country_does_not_pass() -> None:
    journey = Journey().opened()
    journey.log.events.extend(case_events(ONE, receiving=OTHER))
    with pytest.raises(NotReadInOneDecision):
        journey.manifest(ONE)


def test_a_journey_begins_with_its_opening() -> None:
    sealed = Journey(1).sealed().log.last(ManifestSealed)
    assert manifest.evolve(None, sealed) is None


def test_the_next_departure_is_the_first_leg_ahead_and_then_the_last_plan() -> None:
    journey = Journey(1).boarded()
    state = known(journey.log.fold(manifest.fold(MANIFEST)), MANIFEST)
    assert manifest.next_departure(state) == DEPARTURE
    journey.authorise()
    journey.depart(now=AFTER)
    state = known(journey.log.fold(manifest.fold(MANIFEST)), MANIFEST)
    assert manifest.next_departure(state) == DEPARTURE
