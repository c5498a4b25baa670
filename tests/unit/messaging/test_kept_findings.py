"""A hostile topic fills no disk: the first findings and the newest are kept, the rest counted."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from shared.ledger.errors import MAX_ENTRY_BYTES
from shared.ledger.positions import FIRST_KEPT, NEWEST_KEPT, KeptFinding, TopicFinding
from shared.messaging.kept_findings import KeptFindings
from tests.support.entries import entries
from tests.support.waiting import until
from tests.unit.messaging.following import Follows

NOW = datetime(2025, 3, 16, tzinfo=UTC)


def finding(offset: int, record: bytes = b"x") -> TopicFinding:
    return TopicFinding("accord.example/placement/0", offset, None, "no index", record)


def test_the_first_and_the_newest_are_kept_in_their_places() -> None:
    kept, many = KeptFindings(), FIRST_KEPT + 3 * NEWEST_KEPT + 5
    slots: dict[int, int] = {}
    for row in kept.rows([finding(offset) for offset in range(many)], NOW):
        slots[row.values["slot"]] = row.values["number"]
    first, newest = [*range(FIRST_KEPT)], [*range(many - NEWEST_KEPT, many)]
    assert sorted(slots.values()) == [*first, *newest]
    assert kept.count == many


def test_a_record_that_is_met_again_after_a_restart_counts_once() -> None:
    again = KeptFindings([KeptFinding(0, 7), KeptFinding(1, 9)])
    rows = [*again.rows([finding(7), finding(9), finding(12)], NOW)]
    assert [(row.values["number"], row.values["topic_offset"]) for row in rows] == [(2, 12)]


def test_of_a_record_larger_than_any_entry_the_beginning_and_the_digest_are_kept() -> None:
    record = b"x" * (MAX_ENTRY_BYTES + 1)
    (row,) = KeptFindings().rows([finding(3, record)], NOW)
    assert len(row.values["record"]) == MAX_ENTRY_BYTES
    assert row.values["size"] == len(record)
    assert row.values["sha256"] == hashlib.sha256(record).hexdigest()


async def test_a_topic_full_of_garbage_leaves_a_bounded_trace_and_is_counted() -> None:
    log, garbage = entries(2), 200
    service = Follows(log)
    forged = [(1, f"garbage {number}".encode()) for number in range(garbage)]
    await service.publish((0, log[0]), *forged, (1, log[1]))
    async with service.running():
        await service.reaches(2)
        assert await service.causes() == [0, 1]
    assert 0 < len(service.findings()) <= FIRST_KEPT + NEWEST_KEPT
    assert service.follower.found > FIRST_KEPT + NEWEST_KEPT
    restarted = service.follower = service.restarted()

    async def counted() -> bool:
        return restarted.found > FIRST_KEPT + NEWEST_KEPT

    async with service.running():
        await until(counted)
