"""Stopovers: the gate runs at each leg, and no minute on the way goes round it (G3, G4; T3)."""

from datetime import timedelta

import msgspec
import pytest

from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.leg.depart_leg import (
    DepartedBeforeArrival,
)
from services.intake.domain.leg.state import (
    PreviousLegNotArrived,
)
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from shared.contracts.manifest import (
    Leg,
    LegArrived,
)
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DEPARTURE,
    FACILITY,
    MANIFEST,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    cleared_again,
    hold,
    lifted,
    on_country,
    traveller,
)
from tests.support.journeys import Journey

ONE = traveller(1)


def at_the_stopover() -> Journey:
    """One person who has arrived where the second leg begins."""
    journey = Journey(1)
    legs = (
        Leg(SENDER, OTHER, DEPARTURE),
        Leg(OTHER, RECEIVER, DEPARTURE + timedelta(hours=8)),
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
    journey.authorise()
    journey.depart()
    with pytest.raises(PreviousLegNotArrived):
        journey.authorise(leg=2)
    journey.arrive()
    return journey


def test_g4_the_gate_runs_at_each_leg_stopovers_too() -> None:
    """T3: the stopover leg is refused when the order arrives on the way."""
    journey = at_the_stopover()
    journey.log.events.append(hold(on_country()))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise(leg=2)


def test_g4_a_leg_departs_after_the_one_before_it_arrived() -> None:
    journey = at_the_stopover()
    journey.authorise(leg=2)
    there_at = journey.log.last(LegArrived).arrived_at
    with pytest.raises(DepartedBeforeArrival, match="leg 1 arrived at"):
        journey.depart(leg=2, departed_at=there_at)
    left_at = there_at + timedelta(seconds=1)
    assert journey.depart(leg=2, departed_at=left_at)


def test_g4_no_minute_on_the_way_there_goes_round_an_order_that_came_meanwhile() -> None:
    """It arrived at seven, the order stood from eight to nine, and it is told to have left at six:
    before the order, and before it was there.
    """
    journey = at_the_stopover()
    journey.authorise(leg=2)
    there_at = journey.log.last(LegArrived).arrived_at
    order = hold(on_country())
    received_at = there_at + timedelta(minutes=10)
    journey.log.events.append(msgspec.structs.replace(order, received_at=received_at))
    journey.log.events.append(lifted(on_country(), at=received_at + timedelta(minutes=20)))
    journey.log.events.append(cleared_again(ONE, journey.log.events))
    with pytest.raises(DepartedBeforeArrival):
        journey.depart(leg=2, departed_at=there_at - timedelta(hours=1))
