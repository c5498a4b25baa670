"""Departures wait for money; a journey that has begun, and who is in custody, does not (D12)."""

from __future__ import annotations

import pytest

from services.intake.domain.agreement.follow_funds import (
    RESUME_FUNDED,
    STOP_UNFUNDED,
    FundsFollowedAlready,
    ResumeFunded,
    StopUnfunded,
)
from services.intake.domain.agreement.stopped import FundsExhausted
from services.intake.reactions import OF_BILLING, react
from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.contracts.funding import FundingExhausted, FundingPosition, FundingRestored
from shared.contracts.manifest import LegDepartureRefused
from shared.kernel.dates import DatePeriod
from shared.kernel.event import tags_of
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money
from shared.ledger.recorded import Recorded
from tests.support.intake_log import AFTER, DOCUMENT, traveller
from tests.support.journeys import Journey

BECAUSE = EntryRef("accord.example/billing/0#9")
ONE = traveller(1)
USED = Money("195.00", "USD")


def unfunded(journey: Journey) -> Journey:
    """Billing says that all of the money is used."""
    command = StopUnfunded(agreement=DOCUMENT.ref, because=BECAUSE)
    journey.log.decide(STOP_UNFUNDED, command)
    return journey


def funded(journey: Journey) -> Journey:
    """There is some again."""
    command = ResumeFunded(agreement=DOCUMENT.ref, because=BECAUSE)
    journey.log.decide(RESUME_FUNDED, command)
    return journey


def test_d12_no_journey_is_planned_and_nobody_is_put_on_one_without_money() -> None:
    with pytest.raises(FundsExhausted, match="obligate more"):
        unfunded(Journey(1)).opened()
    opened = unfunded(Journey(1).opened())
    with pytest.raises(FundsExhausted) as refused:
        opened.manifest(ONE)
    assert refused.value.rule == "D12"
    funded(opened).manifest(ONE)


def test_d12_the_doors_of_a_plane_on_the_ground_stay_open() -> None:
    journey = unfunded(Journey(1).boarded())
    with pytest.raises(FundsExhausted):
        journey.authorise()
    assert isinstance(journey.log.events[-1], LegDepartureRefused)
    funded(journey).authorise()


def test_d12_a_journey_that_has_departed_goes_on_to_its_handover() -> None:
    journey = unfunded(Journey(1).departed())
    journey.arrive()
    journey.offer()


def test_what_is_known_already_is_followed_once() -> None:
    journey = Journey(1)
    with pytest.raises(FundsFollowedAlready, match="no money"):
        funded(journey)
    unfunded(journey)
    with pytest.raises(FundsFollowedAlready, match="already"):
        unfunded(journey)


@pytest.mark.parametrize(
    ("kind", "follows"),
    [(FundingExhausted, DeparturesUnfunded), (FundingRestored, DeparturesFunded)],
)
def test_d12_intake_follows_what_billing_says_of_money(
    kind: type[FundingPosition], follows: type[DeparturesUnfunded | DeparturesFunded]
) -> None:
    assert kind in OF_BILLING
    journey = Journey(1) if kind is FundingExhausted else unfunded(Journey(1))
    days = DatePeriod(AFTER.date().replace(day=1), AFTER.date().replace(year=2199, day=1))
    event = kind(agreement=DOCUMENT.ref, on=AFTER.date(), period=days, obligated=USED, spent=USED)
    recorded = Recorded(
        event=event,
        tags=tags_of(event),
        sequence=9,
        origin="accord.example/billing/0",
        entry_id="01900000-0000-7000-8000-000000000000",
        time=AFTER,
        recorded_at=AFTER,
        actor="XX:ops:billing-follower",
        correlation="story",
    )
    (step,) = react(recorded)
    (followed,) = journey.log.decide(step.decider, step.command)
    assert isinstance(followed, follows)
