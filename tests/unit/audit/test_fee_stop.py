"""G16: 'a return order stops the fee', once, for one stay and whatever came to be of its nights."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from services.billing.domain.accrual import ACCRUE_NIGHT, AccrueNight
from services.billing.domain.person_nights import PersonNights
from services.billing.domain.priced_stay import PricedStay
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.return_order import STOP_FEES, Charged, StopFees
from shared.contracts.billing import FeeAccrued, NightAlreadyCharged, NightUnpriced
from shared.contracts.fee_stop import FeesStopped, NightAfterReturnOrder
from shared.kernel.decider import Decider
from tests.unit.audit.names import AGENCY, custody, person
from tests.unit.audit.return_stories import ORDERED, held_three_nights, return_ordered
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import Story, audited, in_custody
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT, SMALL, night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.event import Event


def _without_stops(pricing: PricingState) -> PricingState:
    """What billing knows of the person's nights, weakened on purpose: no order is in it."""
    known = tuple(msgspec.structs.replace(own, stops=()) for own in pricing.nights.known)
    return PricingState(PersonNights(known), pricing.ledgers)


def _accrues_all_the_same(command: AccrueNight, state: PricedStay) -> tuple[Event, ...]:
    return ACCRUE_NIGHT.decide(command, PricedStay(state.stay, _without_stops(state.pricing)))


def _stops_again(command: StopFees, state: Charged) -> tuple[Event, ...]:
    unstopped = Charged(state.stay, _without_stops(state.pricing), state.stays)
    return STOP_FEES.decide(command, unstopped)


def _charged(facts: list[Entry], number: int) -> list[date]:
    """The nights that were charged for a custody, in the order of the record."""
    events: list[Any] = [fact.event for fact in facts if isinstance(fact.event, FeeAccrued)]
    return [event.fact.night for event in events if event.custody == custody(number)]


def test_g16_an_order_stops_the_stay_it_is_of_and_not_one_that_begins_after_it() -> None:
    """Who was returned and is handed over again owes the nights of the second stay as ever."""
    story = in_custody(1)
    story.on(ORDERED).return_ordered(1)
    story.on(night(4)).counted(night(3), 1)
    story.on(night(5)).back(1)
    story.on(night(6)).proposed(2, who=1)
    story.cleared(2)
    story.on(night(30)).travelled(2, 2)
    story.accepted(2)
    story.on(night(31)).counted(night(30), 2)
    facts = story.facts()
    assert audited(facts)[1] == []
    assert _charged(facts, 2) == [night(30)]
    withheld = Tampering(facts, FeeAccrued, -1)
    of_the_first = Tampering(facts, NightAfterReturnOrder).words
    kept_off = msgspec.structs.replace(
        of_the_first,
        custody=custody(2),
        night=night(30),
        period=withheld.words.period,
        attested=withheld.words.fact.attested,
        arrived_on=night(30),
    )
    assert broken("G16") in withheld.instead(kept_off).here(), "no order stops this stay"


def test_g16_an_order_that_stops_the_fee_of_no_stay_is_found() -> None:
    """It binds once the person is taken over, and says that it was ordered before."""
    lost = Tampering(return_ordered(), FeesStopped).event(custody=custody(99))
    assert lost.here() == {broken("G16")}


def test_g16_a_night_after_an_order_of_no_stay_is_found() -> None:
    lost = Tampering(return_ordered(), NightAfterReturnOrder).event(custody=custody(99))
    assert lost.here() == {missing("G20")}


def test_g16_the_first_order_stops_the_fee_and_a_later_one_stops_nothing_more() -> None:
    """An order of the same day or of a later one moves the stop to no later day."""
    story = held_three_nights()
    story.world.weakened.append((STOP_FEES, Decider(STOP_FEES.boundary, _stops_again)))
    story.return_ordered(1, at=ORDERED)
    story.return_ordered(1, "25-cv-952", at=ORDERED)
    here = Tampering(story.facts(), FeesStopped, 1)
    expected = {
        finding.expected
        for finding in here.findings()
        if (finding.origin, finding.index) == (here.fact.origin, here.fact.sequence)
    }
    assert f"an order from before {ORDERED.date()}" in expected


def _kept_off_and_ordered() -> Story:
    """Two pseudonyms are one person's: a night is charged for the first custody and kept off for
    the second; then a return from the second is ordered, of the day of that night.
    """
    story = held_three_nights()
    story.same_as(2, 1)
    story.on(night(4)).counted(night(3), 1, 2)
    story.return_ordered(2, at=ORDERED)
    return story


def test_g16_a_night_that_was_kept_off_is_not_owed_later_once_its_own_stay_is_stopped() -> None:
    """Told apart, the first owes the night after all; the second, whom the order is of, does not:
    'a return order stops the fee'.
    """
    story = _kept_off_and_ordered()
    before = story.audited()[0].state
    assert (custody(2), night(3).toordinal()) not in before.people.of(person(2)).kept_off
    story.different_from(1, 2, by=AGENCY)
    facts = story.facts()
    assert audited(facts)[1] == []
    assert any(isinstance(fact.event, NightAlreadyCharged) for fact in facts)
    assert _charged(facts, 1)[-1] == night(3)
    assert night(3) not in _charged(facts, 2)


def test_g16_a_night_that_waits_for_a_price_although_an_order_stopped_it_is_found() -> None:
    """Nothing is owed from the day of the order on: such a night waits for no price either."""
    story = Story().agreed(tariff=SMALL).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).travelled(1, 1, 2)
    story.accepted(1, 2)
    for number in range(3):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    story.on(ORDERED).return_ordered(1)
    story.world.weakened.append(
        (ACCRUE_NIGHT, Decider(ACCRUE_NIGHT.boundary, _accrues_all_the_same))
    )
    story.on(night(4) + timedelta(days=1)).counted(night(3), 2)
    story.counted(night(4), 1)
    waiting = Tampering(story.facts(), NightUnpriced)
    assert waiting.words.custody == custody(1)
    assert waiting.here() == {broken("G16")}
