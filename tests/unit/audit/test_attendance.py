"""D3: each government counts by itself which nights of a closed month nobody attested."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from shared.contracts.billing import StayClosed
from shared.contracts.invoice import (
    InvoiceDrafted,
    InvoiceIssued,
    NightsCounted,
    NightsNotAttested,
    PeriodClosed,
)
from shared.kernel.dates import month_of
from tests.unit.audit.names import custody, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited, in_custody
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT, night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

SILENT = tuple(FIRST_NIGHT + timedelta(days=day) for day in range(2, 16))


@cache
def two_of_sixteen() -> list[Entry]:
    """Two nights of the month are attested, and one of the others when it is closed."""
    story = in_custody(1, 2)
    story.on(night(1)).counted(night(0), 1, 2)
    story.on(night(2)).counted(night(1), 1)
    story.left(2)
    story.on(date(2025, 4, 2)).closed("2025-03")
    story.counted(night(15), 1)
    story.on(date(2025, 5, 2)).closed("2025-04", 2)
    return story.facts()


def statements(facts: list[Entry]) -> list[NightsNotAttested]:
    return [fact.event for fact in facts if isinstance(fact.event, NightsNotAttested)]


def test_what_billing_says_of_silent_nights_follows_from_placements_log() -> None:
    facts = two_of_sixteen()
    closes = [fact.event.nights for fact in facts if isinstance(fact.event, PeriodClosed)]
    march, missed, april = statements(facts)
    assert closes == [NightsCounted(18, 3), NightsCounted(30, 0)]
    assert (march.custody, march.nights) == (custody(1), SILENT)
    assert (missed.custody, missed.nights) == (custody(2), (night(1),))
    assert [month_of(day) for day in april.nights] == ["2025-04"] * 30
    assert audited(facts)[1] == []


ROWS: dict[str, Row] = {
    "a wrong number of nights due": (
        PeriodClosed, {"nights": NightsCounted(17, 3)}, broken("D3")),
    "a wrong number of attested nights": (
        PeriodClosed, {"nights": NightsCounted(18, 4)}, broken("D3")),
    "a draft that says otherwise than the close": (
        InvoiceDrafted, {"nights": NightsCounted(18, 18)}, broken("D3")),
    "a night left out": (NightsNotAttested, {"nights": SILENT[1:]}, broken("D3")),
    "a night that was attested": (
        NightsNotAttested, {"nights": (night(1), *SILENT)}, broken("D3")),
    "a custody that was counted": (NightsNotAttested, {"custody": custody(9)}, broken("D3")),
    "somebody else's nights": (NightsNotAttested, {"person": person(9)}, broken("ledger")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_wrong_count_or_a_missing_night_is_found(row: Row) -> None:
    assert breaks(two_of_sixteen(), row)


def test_a_custody_whose_silent_nights_are_left_out_is_found() -> None:
    facts = Tampering(two_of_sixteen(), NightsNotAttested, 1).gone().facts
    assert missing("D3") in Tampering(facts, InvoiceDrafted).here()


def test_silent_nights_that_are_stated_twice_are_found() -> None:
    facts = two_of_sixteen()
    twice = Tampering(facts, InvoiceIssued).instead(Tampering(facts, NightsNotAttested).words)
    assert broken("D3") in twice.here()


def test_silent_nights_of_no_invoice_that_is_drawn_are_found() -> None:
    facts = two_of_sixteen()
    elsewhere = Tampering(facts, StayClosed).instead(Tampering(facts, NightsNotAttested).words)
    assert missing("G20") in elsewhere.here()


def test_a_stay_that_billing_is_told_of_after_the_close_is_counted_by_the_next_one() -> None:
    story = in_custody(1)
    story.registered(2)
    story.proposed(2)
    story.cleared(2)
    story.travelled(2, 2)
    story.in_step = False
    story.accepted(2)
    story.on(date(2025, 4, 2)).closed("2025-03")
    story.world.settle()
    story.on(date(2025, 5, 2)).closed("2025-04", 2)

    facts = story.facts()

    late = statements(facts)[-1]
    assert (late.custody, len(late.nights), late.nights[0]) == (custody(2), 46, FIRST_NIGHT)
    assert audited(facts)[1] == []


def test_what_billing_has_not_acted_on_yet_it_cannot_count() -> None:
    """Logs have no order between them: a stay, a headcount and an exit wait to be acted on."""
    story = in_custody(1, 2)
    story.on(night(1)).counted(night(0), 1, 2)
    story.registered(3)
    story.proposed(3)
    story.cleared(3)
    story.travelled(3, 3)
    story.in_step = False
    story.on(date(2025, 4, 2)).accepted(3)
    story.left(2, ended_at=datetime(2025, 3, 20, 20, tzinfo=UTC))
    story.counted(night(1), 1, 2)
    story.closed("2025-03")
    story.world.settle()

    facts = story.facts()

    (closed,) = (fact.event for fact in facts if isinstance(fact.event, PeriodClosed))
    assert closed.nights == NightsCounted(due=32, attested=2)
    assert audited(facts)[1] == []
