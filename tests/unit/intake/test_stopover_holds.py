"""Orders against a journey, or where it stops over: that counts like the destination (G3, G4)."""

from datetime import timedelta

import pytest

from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.manifest.gate import GateClosed
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
)
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.contracts.hold_scope import FlightScope
from shared.contracts.manifest import Leg, LegDepartureRefused
from shared.kernel.ids import HoldId
from tests.support.decider_specification import DecisionLog
from tests.support.intake_log import (
    AFTER,
    AGREEMENT,
    AUTHORITY,
    DEPARTURE,
    FACILITY,
    MANIFEST,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    hold,
    lifted,
    traveller,
)
from tests.support.journeys import Journey

ONE = traveller(1)
STOP = "DDD"


def with_a_stop() -> Journey:
    """A journey of two legs, on which one person is on board."""
    journey = Journey(1)
    legs = (
        Leg(SENDER, STOP, DEPARTURE),
        Leg(STOP, RECEIVER, DEPARTURE + timedelta(hours=8)),
    )
    opening = OpenManifest(
        manifest=MANIFEST,
        agreement=AGREEMENT,
        facility=FACILITY,
        legs=legs,
        now=NOW,
        actor=AUTHORITY,
    )
    journey.log.decide(OPEN_MANIFEST, opening)
    journey.manifest(ONE)
    journey.confirm(ONE)
    journey.seal()
    journey.board(ONE)
    return journey


@pytest.mark.parametrize(
    "scope",
    [
        CountryScope(STOP),
        PersonScope(ONE.person, STOP),
        ClassScope(stopover=STOP),
        ClassScope(destination=STOP),
        ClassScope(nationality=OTHER, destination=RECEIVER, stopover=STOP),
        FlightScope(MANIFEST),
        FlightScope(MANIFEST, 2),
    ],
)
def test_g3_a_flight_and_a_stopover_count_like_the_destination(
    scope: HoldScope,
) -> None:
    """While the order stands no gate opens; lifted, the clearance is for the destination still."""
    journey = with_a_stop()
    journey.log.events.append(hold(scope))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise()
    journey.log.events.append(lifted(scope))
    assert journey.authorise()


def test_g3_t3_where_the_plane_has_been_is_no_stopover_and_the_class_is_stopped_there() -> None:
    """T3: an oral class order comes while the plane is on the ground on its way."""
    journey = with_a_stop()
    journey.authorise()
    journey.depart()
    journey.arrive()
    journey.log.events += [hold(CountryScope(STOP)), hold(FlightScope(MANIFEST, 1), "hold-3")]
    before = DecisionLog(journey.log.events)
    assert journey.authorise(leg=2)
    journey.log = before
    journey.log.events.append(hold(ClassScope("third-country", OTHER), "hold-2"))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise(leg=2, now=AFTER)
    (first, *_) = journey.log.last(LegDepartureRefused).refusal.findings
    assert first.evidence == "hold/hold-2"


def test_d7_who_is_recalled_departs_on_no_further_leg_though_the_order_was_lifted() -> None:
    """A recall was ordered by rule: only bringing them back ends it."""
    journey = with_a_stop()
    journey.authorise()
    journey.depart()
    journey.log.events.append(hold(FlightScope(MANIFEST)))
    find = FindWrongfulTransfers(hold=HoldId("hold-1"), found_at=AFTER)
    journey.log.decide(FIND_WRONGFUL_TRANSFERS, find)
    journey.log.events.append(lifted(FlightScope(MANIFEST)))
    journey.arrive()
    with pytest.raises(GateClosed) as refused:
        journey.authorise(leg=2, now=AFTER)
    assert refused.value.rule == "D7"
    assert [finding.evidence for finding in refused.value.findings] == [f"case/{ONE.case}"]
