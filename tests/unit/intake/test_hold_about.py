"""What an order names is on record: a flight, one leg of it, an agreement (G3)."""

import pytest

from services.intake.domain.agreement.state import AgreementIsUnknown
from services.intake.domain.hold.about import LegUnknown
from services.intake.domain.hold.assert_hold import ASSERT_HOLD
from services.intake.domain.manifest.journey import ManifestUnknown
from shared.contracts.hold import HoldAsserted, HoldScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.contracts.manifest import Leg, ManifestOpened
from shared.kernel.ids import AgreementId, FacilityId, ManifestId
from shared.kernel.rejected import Unknown
from tests.support.decider_specification import given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import NOW
from tests.unit.intake.test_hold import assert_hold

MANIFEST = ManifestId("01955e3a-0000-7000-8000-0000000000a1")


@pytest.mark.parametrize(
    ("scope", "unknown"),
    [
        (FlightScope(MANIFEST), ManifestUnknown),
        (AgreementScope(AgreementId("usa-slv-2026")), AgreementIsUnknown),
    ],
)
def test_a_hold_on_a_flight_or_an_agreement_that_is_not_there_says_so(
    scope: HoldScope, unknown: type[Unknown]
) -> None:
    given().when(ASSERT_HOLD, assert_hold(scope=scope)).refused(unknown)


def test_g3_a_hold_covers_a_flight_a_leg_of_it_or_an_agreement() -> None:
    journey = ManifestOpened(
        manifest=MANIFEST,
        agreement=made_events.document().ref,
        facility=FacilityId("cecot"),
        sending="USA",
        receiving="SLV",
        legs=(Leg("USA", "SLV", NOW),),
    )
    agreement = AgreementScope(made_events.AGREEMENT)
    for log, scope in (
        ((journey,), FlightScope(MANIFEST)),
        ((journey,), FlightScope(MANIFEST, 1)),
        (made_events.in_force(), agreement),
    ):
        (asserted,) = given(*log).when(ASSERT_HOLD, assert_hold(scope=scope)).events
        assert isinstance(asserted, HoldAsserted)
        assert asserted.scope == scope
    no_leg = assert_hold(scope=FlightScope(MANIFEST, 2))
    given(journey).when(ASSERT_HOLD, no_leg).refused(LegUnknown, "leg 1 is the last")
