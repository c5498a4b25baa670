"""The newest entries in memory: found by their tags, each once, in log order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.contracts.placement import PlaceRefused, PlaceReserved
from shared.kernel.decider import on
from shared.kernel.ids import CustodyId, FacilityId
from shared.ledger.recent_entries import RecentEntries
from tests.support.entries import foreign, reserved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.kernel.query import Alternative
    from shared.ledger.recorded import Recorded

FACILITIES = ("cecot", "annex", "other")
ASKED = [
    (on(PlaceReserved, facility="cecot"),),
    (on(PlaceReserved, facility="cecot"), on(PlaceReserved, custody="c1")),
    (on(PlaceReserved, facility="annex", custody="c2"),),
    (on(PlaceReserved, facility="annex"), on(PlaceReserved, facility="other")),
    (on(PlaceRefused, facility="cecot"),),
    (on(PlaceReserved, facility="nowhere"),),
]


def at(sequence: int, facility: str, custody: str) -> Recorded:
    event = msgspec.structs.replace(
        reserved(), facility=FacilityId(facility), custody=CustodyId(custody)
    )
    return foreign(sequence, event)


def matching(
    log: Sequence[Recorded], position: int, alternatives: tuple[Alternative, ...]
) -> list[int]:
    """What is meant, by looking at every entry."""
    return [
        entry.sequence
        for entry in log[position + 1 :]
        if any(wanted.matches(type(entry.event).TYPE, entry.tags) for wanted in alternatives)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_what_it_finds_is_what_a_look_at_every_entry_finds(seed: int) -> None:
    chance, window = random.Random(seed), RecentEntries(capacity=16)
    log: list[Recorded] = []
    for _ in range(300):
        one = at(len(log), chance.choice(FACILITIES), chance.choice(("c1", "c2", "c3")))
        log.append(one)
        window.append(one)
        if chance.random() < 0.2:  # not committed, and taken back
            kept = max(window.base, len(log) - chance.randrange(4))
            window.truncate(kept)
            del log[kept:]
        if chance.random() < 0.5:
            window.forget(len(log))
        for alternatives in ASKED:
            position = chance.randrange(window.base - 1, len(log))
            found = [entry.sequence for entry in window.after(position, alternatives)]
            assert found == matching(log, position, alternatives)
    assert window.base > 100


def test_an_entry_that_two_alternatives_mean_is_found_once() -> None:
    window = RecentEntries()
    window.append(at(0, "cecot", "c1"))
    asked = (on(PlaceReserved, facility="cecot"), on(PlaceReserved, custody="c1"))
    assert [entry.sequence for entry in window.after(-1, asked)] == [0]


def test_an_entry_that_does_not_come_next_is_refused() -> None:
    window = RecentEntries()
    with pytest.raises(ValueError, match="entry 1 does not continue the log at 0"):
        window.append(at(1, "cecot", "c1"))
