"""The roster that is kept forgets, and every headcount is decided as if it did not (G14, D3)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from services.placement.domain.headcount import (
    ATTEST_HEADCOUNT,
    AttestHeadcount,
    HeadcountAlreadyAttested,
)
from services.placement.domain.headcount_deadline import (
    MARK_HEADCOUNT_OVERDUE,
    MarkHeadcountOverdue,
    NoSilentNight,
)
from services.placement.domain.roster import REMEMBERED, evolve_of_late, fold, whole
from shared.contracts.placement import PersonAccountedFor, PersonUnaccounted
from shared.contracts.unknown_person import UnknownPersonCounted
from shared.kernel.dates import DatePeriod
from shared.kernel.rejected import Rejected
from tests.unit.placement.story import CECOT, NIGHT, NOW, REGISTRY, ZONE, Story, custody

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.decider import Decider

NIGHTS = 250
LAST = NIGHT + timedelta(days=NIGHTS - 1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(ZONE))


def life_of_a_facility(story: Story, seed: int) -> None:
    """Persons come and go, some are missed, some nights are silent and some are attested late."""
    draw = Random(seed)
    story.facility(10_000)
    here: list[int] = []
    silent: list[date] = []
    for offset in range(NIGHTS):
        night = NIGHT + timedelta(days=offset)
        for number in range(3 * offset, 3 * offset + draw.randrange(4)):
            story.reserve(number)
            story.offer(number)
            story.accept(number, accepted_at=noon(night))
            here.append(number)
        for number in [number for number in here if draw.random() < 0.05]:
            story.end(number, noon(night))
            here.remove(number)
        seen = [number for number in here if draw.random() < 0.95]
        if not here:
            continue
        if draw.random() < 0.1:
            silent.append(night)
            _alike(story, MARK_HEADCOUNT_OVERDUE, _overdue(night))
        else:
            _alike(story, ATTEST_HEADCOUNT, _attest(night, *seen))
        if silent and draw.random() < 0.05:
            _alike(story, ATTEST_HEADCOUNT, _attest(silent.pop()))


def _attest(night: date, *numbers: int) -> AttestHeadcount:
    return AttestHeadcount(
        facility=CECOT,
        actor=REGISTRY,
        now=NOW,
        night=night,
        present=frozenset(map(custody, numbers)),
    )


def _overdue(night: date) -> MarkHeadcountOverdue:
    nights = DatePeriod(night, night + timedelta(days=1))
    return MarkHeadcountOverdue(facility=CECOT, nights=nights, due_at=NOW, now=NOW)


def _alike(story: Story, decider: Decider[Any, Any], command: Any) -> None:  # noqa: ANN401 - either command
    """Decide on the roster that the boundary reads, and compare with the whole one."""
    everybody = story.fold(whole(CECOT))
    try:
        expected: object = decider.decide(command, everybody)
    except Rejected as refused:
        expected = type(refused)
    try:
        decided: object = story.decide(decider, command)
    except Rejected as refused:
        decided = type(refused)
    assert decided == expected


@pytest.mark.parametrize("seed", range(3))
def test_what_is_forgotten_changes_no_decision(story: Story, seed: int) -> None:
    life_of_a_facility(story, seed)
    of_late, everybody = story.fold(fold(CECOT)), story.fold(whole(CECOT))
    assert len(of_late.stays) < len(everybody.stays) / 2
    assert max(len(of_late.nights), len(of_late.overdue)) <= REMEMBERED.days + 1
    assert of_late.accepted == everybody.accepted == len(everybody.stays)
    known = {stay.custody: stay for stay in everybody.stays.values()}
    for stay in of_late.stays.values():
        there = known[stay.custody]
        assert (stay.place, stay.unaccounted) == (there.place, there.unaccounted)
        assert set(there.missed) >= set(stay.missed)
        assert max(stay.missed, default=None) == max(there.missed, default=None)


def long_ago(story: Story) -> Story:
    """A facility where one person left on the third day and another stayed, and half a year went
    by; nobody attested the second night.
    """
    story.facility(10).hold(1, 2).attest(NIGHT, 1, 2)
    story.end(1, noon(NIGHT + timedelta(days=2)))
    for offset in range(2, 180):
        story.attest(NIGHT + timedelta(days=offset), 2)
    assert story.fold(fold(CECOT)).stays.get(custody(1)) is None
    return story


def test_a_night_of_long_ago_is_attested_with_everybody_who_was_there(story: Story) -> None:
    """G14: whoever is missing is an alarm, however late the list comes."""
    events = long_ago(story).attest(NIGHT + timedelta(days=1), 2)
    missing = [event.custody for event in events if isinstance(event, PersonUnaccounted)]
    assert missing == [custody(1)]
    assert story.fold(fold(CECOT)).stays.get(custody(1)) is None


def test_a_night_of_long_ago_is_attested_once(story: Story) -> None:
    long_ago(story)
    with pytest.raises(HeadcountAlreadyAttested):
        story.attest(NIGHT, 1, 2)


def test_a_silence_of_long_ago_is_overdue_once(story: Story) -> None:
    """D3."""
    long_ago(story)
    story.decide(MARK_HEADCOUNT_OVERDUE, _overdue(NIGHT + timedelta(days=1)))
    with pytest.raises(NoSilentNight):
        story.decide(MARK_HEADCOUNT_OVERDUE, _overdue(NIGHT + timedelta(days=1)))


def test_whoever_left_long_ago_cannot_be_counted_now(story: Story) -> None:
    long_ago(story)
    *_, stranger = story.attest(NIGHT + timedelta(days=181), 1, 2)
    assert isinstance(stranger, UnknownPersonCounted)
    assert (stranger.reason, stranger.arrived_on) == ("no-custody-here", None)


def test_a_person_who_was_missed_long_ago_is_accounted_for_when_counted_now(story: Story) -> None:
    story.facility(10).hold(1, 2).attest(NIGHT, 1)
    for offset in range(1, 180):
        story.attest(NIGHT + timedelta(days=offset), 1)
    person = story.fold(fold(CECOT)).stays.get(custody(2))
    assert person is not None
    assert len(person.missed) <= REMEMBERED.days + 1
    events = story.attest(NIGHT + timedelta(days=180), 1, 2)
    assert [event.custody for event in events if isinstance(event, PersonAccountedFor)] == [
        custody(2)
    ]


def test_of_misses_before_all_that_is_kept_the_latest_stays(story: Story) -> None:
    story.facility(10).hold(1, 2)
    late = NIGHT + timedelta(days=1)
    for offset in range(2, 180):
        story.attest(NIGHT + timedelta(days=offset), 1, 2)
    story.attest(late, 1)
    story.attest(NIGHT, 1)
    person = story.fold(fold(CECOT)).stays.get(custody(2))
    assert person is not None
    assert person.missed == (late,)


def test_the_first_nights_of_the_calendar_are_nights_too(story: Story) -> None:
    (attested,) = story.facility(1).hold(1).attest(NIGHT, 1)
    early = msgspec.structs.replace(attested, night=NIGHT.min)
    assert evolve_of_late(fold(CECOT).initial, early).since == NIGHT.min
