"""Arrivals that are refused, and orders of return in flight, as a second reader sees them (T4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from services.intake.domain.handover import RefusedAtArrivalAlready
from services.intake.domain.handover_refusal import REFUSE_TRANSFER, RefuseTransfer
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.fee_stop import FeesStopped
from shared.contracts.returns import ReturnOrdered
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from tests.unit.audit.names import AUTHORITY, custody, journey
from tests.unit.audit.return_stories import ORDERED, arrival_refused, arrived, ordered_in_flight
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import night

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.audit.domain.entry import Entry

NOTHING = "accord.example/placement/0#0"


@pytest.mark.parametrize("told", [arrival_refused, ordered_in_flight])
def test_an_honest_refusal_or_order_in_flight_has_no_finding(
    told: Callable[[], list[Entry]],
) -> None:
    replay, found = audited(told())
    assert found == []
    assert replay.report().waiting == {}


REFUSED_ROWS: dict[str, Row] = {
    "an arrival is refused once it was offered": (
        ArrivalRefused, {"refused_at": ORDERED - timedelta(days=20)}, broken("G13")),
    "an arrival is refused by the receiving state": (
        ArrivalRefused, {"receiving": "GTM"}, broken("G13")),
    "whoever refuses says so": (ArrivalRefused, {"refused_by": "XX:court:x"}, broken("G13")),
    "a refusal frees the place that was held": (
        ArrivalRefused, {"place_was_reserved": False}, broken("G19")),
    "a refusal answers the offer": (ArrivalRefused, {"offer": NOTHING}, broken("G13")),
    "a refusal is of whom it says": (
        ReturnOrdered, {"ground": "receiving-state"}, broken("G16")),
    "a refusal costs the sending state": (ReturnOrdered, {"cost_of": "SLV"}, broken("G16")),
    "who is refused goes back from then on": (
        ReturnOrdered, {"ordered_at": ORDERED - timedelta(days=9)}, broken("G16")),
    "a case is refused because of an entry": (
        CaseRefusedAtArrival, {"refused": NOTHING}, broken("G13")),
    "a case is refused whose person was": (
        CaseRefusedAtArrival, {"custody": custody(1)}, missing("G13")),
    "a case is refused on its journey": (
        CaseRefusedAtArrival, {"manifest": journey(7)}, broken("G13")),
}  # fmt: skip


@pytest.mark.parametrize("row", REFUSED_ROWS.values(), ids=REFUSED_ROWS)
def test_t4_a_refused_arrival_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(arrival_refused(), row)


def test_t4_who_is_refused_at_arrival_is_never_billed_and_stays_the_senders() -> None:
    """Nothing is charged but the night of the one who was taken over."""
    facts = arrival_refused()
    report = audited(facts)[0].report()
    assert (report.nights_accrued, report.in_custody, report.under_way) == (1, 1, 2)
    (cecot,) = report.occupancy
    assert (cecot.reserved, cecot.in_custody) == (0, 1)


def test_t4_a_refusal_without_a_return_is_found() -> None:
    """Going round it: the person is refused and nobody has to take them back."""
    alone = Tampering(arrival_refused(), ReturnOrdered).gone()
    assert missing("G13") in {(finding.kind, finding.rule) for finding in alone.findings()}


def test_g13_who_was_refused_and_is_taken_over_all_the_same_is_found() -> None:
    facts = arrival_refused()
    again = Tampering(facts, ArrivalRefused, 1)
    first = Tampering(facts, ArrivalRefused).words
    assert broken("G13") in again.instead(first).here()
    unknown = Tampering(facts, ArrivalRefused).event(custody=custody(9))
    assert missing("G13") in unknown.here()


def test_g13_a_case_that_nobody_marks_as_refused_is_found() -> None:
    story = arrived(1)
    story.world.weakened.append((REFUSE_TRANSFER, Decider(REFUSE_TRANSFER.boundary, _not_refused)))
    story.arrival_refused(1)
    assert story.audited()[0].report().waiting == {"refusal": 1}


def _not_refused(_command: RefuseTransfer, _state: object) -> tuple[Event, ...]:
    raise RefusedAtArrivalAlready("")


IN_FLIGHT: dict[str, Row] = {
    "before the handover a state orders nothing": (
        ReturnOrdered, {"ground": "sending-state"}, broken("G16")),
    "an order binds from when it was given": (
        ReturnOrdered, {"ordered_on": night(3)}, broken("G16")),
    "an order of somebody on the way is said to be": (
        FeesStopped, {"before_custody": False}, broken("G16")),
    "who has not come has not left": (FeesStopped, {"departed_on": night(3)}, broken("G16")),
    "of two orders the first one binds": (
        (FeesStopped, 2), {"ordered_on": night(5)}, broken("G16")),
}  # fmt: skip


@pytest.mark.parametrize("row", IN_FLIGHT.values(), ids=IN_FLIGHT)
def test_g16_an_order_in_flight_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(ordered_in_flight(), row)


def test_g16_nothing_accrues_for_whom_a_court_ordered_back_in_flight() -> None:
    assert audited(ordered_in_flight())[0].report().nights_accrued == 1


def test_d2_a_state_that_orders_a_return_before_the_handover_is_found() -> None:
    by_state = Tampering(ordered_in_flight(), ReturnOrdered).envelope(actor=str(AUTHORITY))
    assert broken("G16") in by_state.here()


def test_an_order_of_nobody_is_found() -> None:
    nobodys = Tampering(ordered_in_flight(), ReturnOrdered).event(custody=custody(9))
    assert missing("G13") in nobodys.here()
