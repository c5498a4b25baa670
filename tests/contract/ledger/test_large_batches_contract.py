"""A decision of more entries than one statement writes is written in parts, all of them or none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from shared.database.row_changes import Insert, RowBatch, Update
from shared.kernel.ids import FacilityId
from shared.ledger import postgres
from shared.ledger.errors import IdempotencyClash
from tests.support.ledgers import RESERVATIONS, Reserve, key, places, provenance
from tests.support.reserving import CECOT, log_of, reserve, running
from tests.support.watched_log import LENGTH, SAY, reserved

if TYPE_CHECKING:
    from shared.kernel.event import Event
    from shared.ledger.store import Store

ANNEX = FacilityId("annex")


@pytest.fixture(autouse=True)
def _small_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "MOST_AT_ONCE", 7)


def many(facility: FacilityId) -> tuple[Event, ...]:
    return tuple(reserved(facility) for _ in range(LENGTH))


async def rows_of(store: Store) -> int:
    """How many rows the projection has written."""
    if not isinstance(store, postgres.PostgresStore):
        return len(store.rows["reservations"])  # type: ignore[attr-defined]  # the store in memory
    async with store._connection() as connection:  # noqa: SLF001 - no reader has this table
        count: int = await connection.fetchval("SELECT count(*) FROM reservations")
        return count


async def test_a_large_decision_is_one_append_with_its_key_and_its_rows(store: Store) -> None:
    async with running(store) as runner:
        events = many(CECOT)
        first = await runner.run(SAY, events, provenance(), key("k"))
        again = await runner.run(SAY, events, provenance(), key("k"))
        with pytest.raises(IdempotencyClash):
            await runner.run(SAY, many(CECOT), provenance(), key("k", "another request"))
        assert (await runner.state(places(CECOT))).reserved == LENGTH
    log = await log_of(store)
    assert [entry.sequence for entry in log] == list(range(LENGTH))
    assert tuple(entry.event for entry in log) == events
    assert (again.repeated, again.receipts) == (True, first.receipts)
    head = await store.head()
    assert (head.next_index, head.recorded_at) == (LENGTH, log[-1].recorded_at)
    assert await rows_of(store) == LENGTH


async def test_a_large_decision_is_decided_again_if_the_log_has_moved_on(store: Store) -> None:
    async with running(store) as here, running(store) as there:
        for _ in range(3):
            await asyncio.gather(
                here.run(SAY, many(CECOT), provenance()),
                there.run(SAY, many(ANNEX), provenance()),
                reserve(there, Reserve(ANNEX)),
            )
        assert (await here.state(places(CECOT))).reserved == 3 * LENGTH
        assert (await here.state(places(ANNEX))).reserved == 3 * LENGTH + 3
    assert [each.sequence for each in await log_of(store)] == list(range(6 * LENGTH + 3))


async def test_nothing_of_a_large_decision_is_written_when_its_key_was_used_elsewhere(
    store: Store,
) -> None:
    async with running(store) as here, running(store) as there:
        await here.run(SAY, many(CECOT), provenance(), key("k"))
        again = await there.run(SAY, many(ANNEX), provenance(), key("k"))
    assert again.repeated
    assert len(await log_of(store)) == await rows_of(store) == LENGTH


def test_rows_in_parts_are_the_same_rows() -> None:
    batch = RowBatch()
    batch.add(
        Insert(RESERVATIONS, {"custody": f"new-{number}", "facility": "a", "sequence": number})
        for number in range(10)
    )
    batch.add(
        Update(RESERVATIONS, {"custody": f"old-{number}"}, {"sequence": number})
        for number in range(10)
    )
    parts = batch.parts(7)
    assert [len(part) for part in parts] == [7, 7, 6]
    assert len(batch) == 20
    assert [row for part in parts for row in part.rows()] == list(batch.rows())
