"""The list of a manifest: places confirmed, persons taken off, and the seal (G4, G19)."""

import msgspec
import pytest

from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest.confirm_place import PlaceAlreadyConfirmed
from services.intake.domain.manifest.gate import GateClosed, NotReadInOneDecision
from services.intake.domain.manifest.passenger import PersonNotOnManifest
from services.intake.domain.manifest.put_on import ManifestIsSealed, TakenOffManifest
from services.intake.domain.manifest.remove_person import AlreadyDeparted
from services.intake.domain.manifest.seal_manifest import (
    AlreadySealed,
    NobodyOnManifest,
    NoPlaceHeld,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.intake import CaseProposed
from shared.contracts.manifest import (
    ManifestingRefused,
    ManifestSealed,
    PersonRemoved,
    SealRefused,
)
from shared.kernel.ids import AgreementRef
from tests.support.decider_specification import DecisionLog
from tests.support.intake_log import (
    DOCUMENT,
    MANIFEST,
    RECEIVING_AUTHORITY,
    case_events,
    hold,
    lifted,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)


def test_a_place_is_confirmed_once_and_only_for_who_is_on_the_manifest() -> None:
    journey = Journey(1, 2).opened()
    journey.manifest(ONE)
    with pytest.raises(PersonNotOnManifest):
        journey.confirm(TWO)
    journey.confirm(ONE)
    with pytest.raises(PlaceAlreadyConfirmed):
        journey.confirm(ONE)
    journey.remove(ONE)
    with pytest.raises(TakenOffManifest):
        journey.confirm(ONE)


def test_g19_a_manifest_is_sealed_once_everybody_has_a_place() -> None:
    journey = Journey(1, 2).opened()
    with pytest.raises(NobodyOnManifest):
        journey.seal()
    journey.manifest(ONE)
    journey.manifest(TWO)
    journey.confirm(ONE)
    with pytest.raises(NoPlaceHeld):
        journey.seal()
    recorded = journey.log.last(SealRefused).refusal
    assert [(finding.rule, finding.evidence) for finding in recorded.findings] == [
        ("G19", "case/case-2")
    ]
    journey.confirm(TWO)
    journey.seal()
    assert journey.log.last(ManifestSealed).cases == (ONE.case, TWO.case)
    with pytest.raises(AlreadySealed):
        journey.seal()


def test_g1_the_seal_reads_everybody_who_is_on_the_list_and_nobody_else() -> None:
    journey = Journey(1, 2).manifested()
    journey.remove(TWO)
    journey.log.events.append(hold(on_person(TWO)))
    (sealed,) = journey.seal()
    assert isinstance(sealed, ManifestSealed)
    assert sealed.cases == (ONE.case,)


def test_the_seal_runs_the_gate_for_everybody_and_names_who_does_not_pass() -> None:
    journey = Journey(1, 2).manifested()
    journey.log.events.extend((hold(on_person(TWO)), lifted(on_person(TWO))))
    with pytest.raises(GateClosed) as refused:
        journey.seal()
    (finding,) = refused.value.findings
    assert finding.missing.startswith("case/case-2: ")
    assert finding.evidence == "case/case-2"


def test_the_list_is_closed_once_sealed() -> None:
    journey = Journey(1).sealed()
    journey.log.events.extend(case_events(TWO))
    with pytest.raises(ManifestIsSealed):
        journey.manifest(TWO)


def test_a_hold_is_on_the_ledger_even_when_the_list_is_closed() -> None:
    journey = Journey(1).sealed()
    journey.log.events.extend((*case_events(TWO), hold(on_person(TWO))))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.manifest(TWO)
    assert journey.log.last(ManifestingRefused).case == TWO.case


def test_a_person_is_taken_off_before_departure_and_not_after() -> None:
    journey = Journey(1, 2).boarded()
    with pytest.raises(ActsOnlyForItself):
        journey.remove(ONE, RECEIVING_AUTHORITY)
    journey.remove(ONE)
    assert journey.log.last(PersonRemoved).cause == "requested"
    with pytest.raises(TakenOffManifest):
        journey.remove(ONE)
    journey.authorise()
    journey.depart()
    with pytest.raises(AlreadyDeparted):
        journey.remove(TWO)


def test_who_was_left_behind_is_taken_off_by_the_departure() -> None:
    journey = Journey(1, 2).sealed()
    journey.board(ONE)
    journey.authorise()
    journey.depart()
    with pytest.raises(TakenOffManifest):
        journey.remove(TWO)


def test_g1_a_case_that_cannot_be_read_closes_the_gate() -> None:
    journey = Journey(1).manifested()
    journey.log = DecisionLog(
        event for event in journey.log.events if not isinstance(event, CaseProposed)
    )
    with pytest.raises(NotReadInOneDecision) as refused:
        journey.seal()
    assert "case/case-1: a case that can be read" in [
        finding.missing for finding in refused.value.findings
    ]


def test_a_case_under_another_agreement_does_not_pass() -> None:
    journey = Journey(1).manifested()
    elsewhere = AgreementRef("another-agreement@1")
    proposed = journey.log.last(CaseProposed)
    journey.log.exchange(proposed, msgspec.structs.replace(proposed, agreement=elsewhere))
    with pytest.raises(NotReadInOneDecision) as refused:
        journey.seal()
    missing = [finding.missing for finding in refused.value.findings]
    assert "case/case-1: a case under aaa-bbb-2025, not another agreement" in missing


def test_nothing_happens_on_a_journey_that_was_never_opened() -> None:
    sealed = ManifestSealed(manifest=MANIFEST, agreement=DOCUMENT.ref, cases=(ONE.case,))
    assert journeys.evolve(None, sealed) is None
