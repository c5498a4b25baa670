"""Returns as a second reader sees them: by whom, by when, and what may not be charged (G16)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from services.billing.domain.accrual import ACCRUE_NIGHT, AccrueNight
from services.billing.domain.person_nights import PersonNights
from services.billing.domain.priced_stay import PricedStay
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.return_order import STOP_FEES, FeesStoppedAlready, StopFees
from services.placement.domain.returns.overdue_return import (
    MARK_RETURN_OVERDUE,
    MarkReturnOverdue,
    ReturnNotOverdue,
)
from shared.contracts.billing import FeeReversed
from shared.contracts.fee_stop import FeesStopped, NightAfterReturnOrder
from shared.contracts.returns import ReturnOrdered, ReturnOverdue
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from tests.unit.audit.names import AUTHORITY, custody, person
from tests.unit.audit.return_stories import (
    ORDERED,
    held_three_nights,
    return_ordered,
    return_overdue,
    stopped_under_another_pseudonym,
    stopped_without_a_price,
)
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import night

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.audit.domain.entry import Entry

NOTHING = "accord.example/placement/0#0"


@pytest.mark.parametrize(
    "told",
    [
        return_ordered,
        return_overdue,
        stopped_under_another_pseudonym,
        stopped_without_a_price,
    ],
)
def test_g16_an_honest_order_has_no_finding(told: Callable[[], list[Entry]]) -> None:
    assert audited(told())[1] == []


def test_g16_an_order_that_is_told_after_the_exit_is_honest_if_it_was_given_before() -> None:
    story = held_three_nights()
    story.left(1)
    story.return_ordered(1, at=ORDERED - timedelta(days=1))
    assert story.audited()[1] == []


@pytest.mark.parametrize(
    ("nth", "back", "expected"),
    [
        (0, timedelta(days=9), {"an order since"}),
        (1, timedelta(days=2), {"a state's own order since"}),
        (1, timedelta(days=9), {"an order since", "a state's own order since"}),
        (0, timedelta(days=2), set()),
        (1, timedelta(hours=24), set()),
    ],
)
def test_g16_an_order_that_is_dated_back_is_found(
    nth: int, back: timedelta, expected: set[str]
) -> None:
    """Nobody's before the custody; a state's own (the second) by a day at most; a court's binds."""
    dated = Tampering(return_ordered(), ReturnOrdered, nth)
    earlier = dated.event(ordered_at=dated.fact.recorded_at - back)
    words = {finding.expected[: finding.expected.find(" 20")] for finding in earlier.findings()}
    assert words & {"an order since", "a state's own order since"} == expected


ROWS: dict[str, Row] = {
    "an order is of whom it says": (ReturnOrdered, {"ground": "sending-state"}, broken("G16")),
    "an order is due when the agreement says": (
        ReturnOrdered, {"due_at": datetime(2026, 3, 19, tzinfo=UTC)}, broken("G16")),
    "an order is on the facility's day": (
        ReturnOrdered, {"ordered_on": date(2025, 3, 18)}, broken("G16")),
    "a return costs whom the agreement says": (ReturnOrdered, {"cost_of": "SLV"}, broken("G16")),
    "who orders says so": (ReturnOrdered, {"ordered_by": "XX:court:nobody"}, broken("G16")),
    "a return is from where they are": (ReturnOrdered, {"facility": "x"}, broken("G16")),
}  # fmt: skip


UNDER_ANOTHER: dict[str, Row] = {
    "a fee stops because of an order": (FeesStopped, {"order": NOTHING}, broken("G16")),
    "a fee stops on the day of the order": (
        FeesStopped, {"ordered_on": night(3)}, broken("G16")),
    "a fee stops where the person still is": (
        FeesStopped, {"departed_on": night(3)}, broken("G16")),
    "a reversal names the order": (FeeReversed, {"because": NOTHING}, broken("G16")),
    "a reversal is of a night that the order stops": (
        FeeReversed, {"night": night(0)}, broken("T7")),
    "a night is not owed because of this order": (
        NightAfterReturnOrder, {"order": NOTHING}, broken("G16")),
    "a night from the order on was attested so": (
        NightAfterReturnOrder, {"attested": NOTHING}, missing("G20")),
    "a night from the order on was attested by whoever did": (
        NightAfterReturnOrder, {"attested_by": "SLV:facility-registry:a/b"}, broken("G20")),
    "a night from the order on is in its month": (
        NightAfterReturnOrder, {"period": "2025-04"}, broken("period")),
    "a night before the order is owed": (
        NightAfterReturnOrder, {"night": night(0)}, broken("G16")),
    "a night before the stay is none of it": (
        NightAfterReturnOrder, {"night": night(-1)}, broken("G20")),
}  # fmt: skip


@pytest.mark.parametrize("row", UNDER_ANOTHER.values(), ids=UNDER_ANOTHER)
def test_a_fee_that_goes_on_after_an_order_is_found(row: Row) -> None:
    assert breaks(stopped_under_another_pseudonym(), row)


OVERDUE: dict[str, Row] = {
    "an alarm is at its instant": (
        ReturnOverdue, {"overdue_at": ORDERED + timedelta(days=15)}, broken("G16")),
    "an alarm is of the order that is due first": (
        ReturnOverdue, {"due_at": ORDERED}, broken("G16")),
    "an alarm is of a return that was ordered": (
        ReturnOverdue, {"custody": custody(2), "person": person(2)}, missing("G16")),
}  # fmt: skip


@pytest.mark.parametrize("row", OVERDUE.values(), ids=OVERDUE)
def test_an_alarm_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(return_overdue(), row)


def test_g16_overdue_is_an_alarm_every_day_and_a_day_without_one_is_found() -> None:
    facts = return_overdue()
    alarms = [entry for entry in facts if isinstance(entry.event, ReturnOverdue)]
    assert len(alarms) == 3
    story = held_three_nights()
    story.world.weakened.append(
        (MARK_RETURN_OVERDUE, Decider(MARK_RETURN_OVERDUE.boundary, _no_alarm))
    )
    story.return_ordered(1, at=ORDERED)
    story.on(datetime(2025, 4, 3, 12, tzinfo=UTC)).capacity(70)
    story.on(datetime(2025, 4, 3, 14, tzinfo=UTC)).capacity(80)
    assert missing("G16") in {(finding.kind, finding.rule) for finding in story.audited()[1]}


def test_g16_an_alarm_that_is_early_or_of_anybody_is_found() -> None:
    early = Tampering(return_overdue(), ReturnOverdue).envelope(recorded_at=ORDERED)
    assert broken("G16") in early.here()
    by_hand = Tampering(return_overdue(), ReturnOverdue).envelope(actor=str(AUTHORITY))
    assert broken("G16") in by_hand.here()


def _no_alarm(_command: MarkReturnOverdue, _state: object) -> tuple[Event, ...]:
    raise ReturnNotOverdue("")


def test_g16_a_fee_that_billing_does_not_stop_is_found() -> None:
    """Delay never pays: nights after the order are charged as if there were none."""
    story = held_three_nights()
    story.world.weakened.append((STOP_FEES, Decider(STOP_FEES.boundary, _nothing)))
    story.return_ordered(1, at=ORDERED)
    story.on(night(4)).counted(night(3), 1, 2)
    assert missing("G16") in {(finding.kind, finding.rule) for finding in story.audited()[1]}


def test_g16_a_night_that_is_charged_all_the_same_is_found() -> None:
    story = held_three_nights()
    story.return_ordered(1, at=ORDERED)
    unstopped = Decider(ACCRUE_NIGHT.boundary, _as_if_nothing_was_ordered)
    story.world.weakened.append((ACCRUE_NIGHT, unstopped))
    story.on(night(4)).counted(night(3), 1, 2)
    assert broken("G16") in {(finding.kind, finding.rule) for finding in story.audited()[1]}


def _nothing(_command: StopFees, _state: object) -> tuple[Event, ...]:
    raise FeesStoppedAlready("")


def _as_if_nothing_was_ordered(command: AccrueNight, state: PricedStay) -> tuple[Event, ...]:
    known = tuple(msgspec.structs.replace(own, stops=()) for own in state.pricing.nights.known)
    pricing = PricingState(PersonNights(known), state.pricing.ledgers)
    return ACCRUE_NIGHT.decide(command, PricedStay(state.stay, pricing))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_order_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(return_ordered(), row)
