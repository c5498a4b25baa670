"""No deadline of a headcount fires early, and none that stood is left out (G14; D3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from services.audit.domain.replay import Replay
from shared.contracts.placement import CustodyAccepted, HeadcountAttested, HeadcountOverdue
from tests.support.signing import KEYS
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited, in_custody
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import FIRST_NIGHT, night, silent_for_three_nights, told_four_days_late

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

DUE = datetime(2025, 3, 17, 17, 59, 59, tzinfo=UTC)


def overdue_nights(facts: list[Entry]) -> list[int]:
    return [
        (fact.event.night - FIRST_NIGHT).days
        for fact in facts
        if isinstance(fact.event, HeadcountOverdue)
    ]


def test_a_silent_facility_is_overdue_at_each_deadline_and_nothing_is_wrong_with_that() -> None:
    facts = silent_for_three_nights()
    assert overdue_nights(facts) == [0, 1, 4, 5, 6, 7, 8, 9, 10]
    replay, found = audited(facts)
    assert found == []
    assert replay.report().waiting.get("headcount", 0) == 0


def test_every_past_night_of_a_stay_that_is_told_late_is_overdue_at_one_instant() -> None:
    """No attestation of one of them puts off the others: twelve hours from the telling for all."""
    facts = told_four_days_late()
    told = next(fact for fact in facts if isinstance(fact.event, CustodyAccepted))
    marked = [fact.event for fact in facts if isinstance(fact.event, HeadcountOverdue)]
    late = [event for event in marked if event.due_at == told.recorded_at + timedelta(hours=12)]
    assert overdue_nights(facts) == [0, 2, 3, 4]
    assert [(event.night - FIRST_NIGHT).days for event in late] == [0, 2, 3]
    assert audited(facts)[1] == []


@pytest.mark.parametrize("nth", range(3))
def test_no_past_night_of_a_stay_that_is_told_late_is_left_out(nth: int) -> None:
    left_out = Tampering(told_four_days_late(), HeadcountOverdue, nth).gone()
    assert missing("G14") in said(left_out.findings())


def test_no_past_night_of_a_stay_that_is_told_late_is_put_off() -> None:
    """As if each attestation gave the facility twelve hours more for the next night."""
    facts = told_four_days_late()
    counted = next(fact for fact in facts if isinstance(fact.event, HeadcountAttested))
    put_off = Tampering(facts, HeadcountOverdue, 1)
    put_off.event(due_at=counted.recorded_at + timedelta(hours=12))
    assert missing("G14") in said(put_off.envelope(time=put_off.words.due_at).findings())


ROWS: tuple[Row, ...] = (
    (HeadcountOverdue, {"awaited": 1}, broken("G14")),
    (HeadcountOverdue, {"night": night(1)}, broken("G14")),
    (HeadcountOverdue, {"night": night(2)}, broken("G14")),
    (HeadcountOverdue, {"timezone": "UTC"}, broken("G14")),
    (HeadcountOverdue, {"due_at": DUE - timedelta(seconds=1)}, broken("G14")),
    ((HeadcountOverdue, 1), {"night": night(0)}, broken("G14")),
)


@pytest.mark.parametrize("row", ROWS)
def test_what_an_overdue_headcount_says_follows_from_the_record(row: Row) -> None:
    assert breaks(silent_for_three_nights(), row)


def test_no_deadline_fires_early() -> None:
    early = Tampering(silent_for_three_nights(), HeadcountOverdue)
    early.envelope(recorded_at=DUE - timedelta(seconds=1))
    assert broken("G14") in early.here()


@pytest.mark.parametrize(
    "changed", [{"actor": "SLV:facility-registry:desk"}, {"time": DUE + timedelta(hours=1)}]
)
def test_a_deadline_is_marked_by_placements_own_clock_at_its_instant(
    changed: dict[str, object],
) -> None:
    assert (
        broken("G14")
        in Tampering(silent_for_three_nights(), HeadcountOverdue).envelope(**changed).here()
    )


@pytest.mark.parametrize("nth", range(9))
def test_a_deadline_that_stood_is_not_left_out(nth: int) -> None:
    """Each of them: by the next that is due later, or by a log that goes on an hour later."""
    left_out = Tampering(silent_for_three_nights(), HeadcountOverdue, nth).gone()
    found = left_out.findings()
    assert missing("G14") in said(found)
    assert any("overdue at" in finding.expected for finding in found)


def test_the_operator_cannot_wait_with_it_until_the_facility_attests() -> None:
    story = in_custody(1)
    story.on(night(1)).assigned(1, "module-1")
    story.on(night(5))
    story.world._due.clear()  # noqa: SLF001 - a placement whose clock does not go
    story.assigned(1, "module-2")
    story.on(night(6)).assigned(1, "module-3")
    _, found = story.audited()
    assert said(found) == {missing("G14")}


def test_what_is_due_and_not_marked_yet_is_waited_for_and_is_no_finding() -> None:
    story = in_custody(1)
    story.on(night(5))
    story.world._due.clear()  # noqa: SLF001 - a placement whose clock has not looked yet
    story.assigned(1, "module-1")
    replay, found = story.audited()
    assert found == []
    assert replay.report().waiting == {"headcount": 1}


def test_a_night_on_which_nobody_is_left_to_be_counted_is_not_due() -> None:
    story = in_custody(1)
    story.on(night(0)).left(1)
    story.world._due.clear()  # noqa: SLF001 - nothing would follow from it
    story.on(night(5)).capacity(70)
    story.on(night(6)).capacity(80)
    assert story.audited()[1] == []


def test_the_zone_of_an_attestation_is_the_facilitys() -> None:
    changed = Tampering(silent_for_three_nights(), HeadcountAttested).event(timezone="UTC")
    assert broken("G14") in changed.here()


def test_entries_of_other_logs_say_nothing_about_placements_clock() -> None:
    replay = Replay(KEYS.fault)
    others = [fact for fact in silent_for_three_nights() if "/placement/" not in fact.origin]
    assert [
        finding for fact in others for finding in replay.feed(fact) if finding.rule == "G14"
    ] == []
