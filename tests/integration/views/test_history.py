"""Views at a moment: what was true then, and what had been recorded by then, late facts in both."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sqlalchemy as sa

from shared.database.reads import Reads
from shared.database.row_changes import Insert, Update
from shared.kernel.moment import NOW, Moment
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables
from shared.views.history import at, history_table, time_columns, times, with_history, within
from tests.support.databases import NewDatabase, Template
from tests.support.deadlines import due_runner
from tests.support.entries import foreign
from tests.support.ledgers import ledger_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from shared.database.row_changes import RowChange
    from shared.ledger.recorded import Recorded

METADATA = sealing_tables(ledger_tables(sa.MetaData()))
STAYS = sa.Table(
    "stays",
    METADATA,
    sa.Column("stay", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("place", sa.Text),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("departed_on", sa.Date),
    sa.Column("holds_place", sa.Boolean),
)
FEES = sa.Table(
    "fees",
    METADATA,
    sa.Column("sequence", sa.BigInteger, primary_key=True),
    sa.Column("minor", sa.Numeric, nullable=False),
    *time_columns(),
)
HISTORY = history_table(METADATA)
TABLES = Template("stays and fees", lambda url: asyncio.run(ledger_database(url, METADATA)))


def day(number: int) -> datetime:
    """A day of March."""
    return datetime(2025, 3, number, 12, tzinfo=UTC)


RELEASED = {"status": "released", "ended_at": day(5), "departed_on": day(5).date()}
ACCEPTED = {"status": "in-custody", "holds_place": False}
STORY: list[tuple[datetime, datetime, list[RowChange]]] = [
    (day(1), day(1), [Insert(STAYS, {"stay": "a", "status": "reserved", "holds_place": True})]),
    (day(2), day(2), [Insert(STAYS, {"stay": "b", "status": "reserved", "holds_place": True})]),
    (
        day(3),
        day(3),
        [Update(STAYS, {"stay": "a"}, {"status": "in-custody", "holds_place": False})],
    ),
    (day(10), day(10), [Update(STAYS, {"stay": "a"}, {"place": "cell-1"})]),
    (day(5), day(20), [Update(STAYS, {"stay": "a"}, RELEASED)]),
    (day(21), day(21), [Update(STAYS, {"stay": "nobody"}, {"place": "cell-9"})]),
]
"""When it happened, when it was recorded, and what it changes. The release is told late."""


def changed(recorded: Recorded) -> Iterator[RowChange]:
    yield from STORY[recorded.sequence][2]
    yield Insert(FEES, {"sequence": recorded.sequence, "minor": 100, **times(recorded)})


PROJECT = with_history(changed, HISTORY, (STAYS,))


@pytest.fixture
async def reads(new_database: NewDatabase) -> AsyncIterator[Reads]:
    """The views after the story was told."""
    database_url = new_database(TABLES)
    async with AsyncExitStack() as stack:
        store = await PostgresStore.connect(database_url)
        stack.push_async_callback(store.close)
        runner = await stack.enter_async_context(due_runner(store, SystemClock()))
        for sequence, (happened_at, recorded_at, _) in enumerate(STORY):
            entry = foreign(sequence)
            told = msgspec.structs.replace(entry, time=happened_at, recorded_at=recorded_at)
            await runner.apply([], [*PROJECT(told)])
        opened = Reads.connect(database_url)
        stack.push_async_callback(opened.close)
        yield opened


async def stay(reads: Reads, moment: Moment, *, by_key: bool) -> tuple[Any, ...] | None:
    """Status, place, and the day of departure of the first stay."""
    rows = at(STAYS, moment, {"stay": "a"} if by_key else None)
    columns = (rows.c.status, rows.c.place, rows.c.departed_on)
    row = await reads.first(sa.select(*columns).where(rows.c.stay == "a"))
    return None if row is None else tuple(row.values())


FIFTH = day(5).date()
TABLE: list[tuple[int | None, int | None, tuple[Any, ...] | None]] = [
    # as of, known at (days of March): what is answered
    (None, None, ("released", "cell-1", FIFTH)),
    (0, None, None),
    (1, None, ("reserved", None, None)),
    (2, None, ("reserved", None, None)),
    (3, None, ("in-custody", None, None)),
    (4, None, ("in-custody", None, None)),
    (5, None, ("released", None, FIFTH)),
    (9, None, ("released", None, FIFTH)),
    (10, None, ("released", "cell-1", FIFTH)),
    (5, 19, ("in-custody", None, None)),
    (12, 19, ("in-custody", "cell-1", None)),
    (12, 20, ("released", "cell-1", FIFTH)),
    (4, 20, ("in-custody", None, None)),
    (4, 2, ("reserved", None, None)),
    (None, 0, None),
    (None, 2, ("reserved", None, None)),
    (None, 9, ("in-custody", None, None)),
    (None, 19, ("in-custody", "cell-1", None)),
    (None, 20, ("released", "cell-1", FIFTH)),
    (2, 0, None),
]


def moment(as_of: int | None, known_at: int | None) -> Moment:
    """A moment in days of March, the day before it being 0."""
    before = datetime(2025, 2, 28, 12, tzinfo=UTC)
    days = [
        None if moment is None else day(moment) if moment else before
        for moment in (as_of, known_at)
    ]
    return Moment(*days)


@pytest.mark.parametrize("by_key", [True, False])
async def test_a_late_fact_changes_the_past_that_it_is_about_and_not_what_was_known(
    reads: Reads,
    by_key: bool,  # noqa: FBT001 - a column of the table
) -> None:
    answered = [
        (as_of, known_at, await stay(reads, moment(as_of, known_at), by_key=by_key))
        for as_of, known_at, _ in TABLE
    ]
    assert answered == TABLE


async def test_all_rows_of_a_moment_have_their_types_and_none_is_made_of_changes_alone(
    reads: Reads,
) -> None:
    rows = at(STAYS, Moment(as_of=day(25)))
    whole = [dict(row) for row in await reads.all(sa.select(rows).order_by(rows.c.stay))]
    now = [dict(row) for row in await reads.all(sa.select(STAYS).order_by(STAYS.c.stay))]
    assert whole == now
    assert [row["stay"] for row in whole] == ["a", "b"]
    assert (whole[0]["ended_at"], whole[0]["holds_place"]) == (day(5), False)


async def test_two_moments_can_be_compared_in_one_statement(reads: Reads) -> None:
    before, after = at(STAYS, Moment(known_at=day(19))), at(STAYS, Moment(known_at=day(20)))
    old, new = before.alias("old"), after.alias("new")
    changed_since = sa.select(old.c.stay).join(new, old.c.stay == new.c.stay)
    rows = await reads.all(changed_since.where(old.c.status != new.c.status))
    assert [row["stay"] for row in rows] == ["a"]


@pytest.mark.parametrize(
    ("as_of", "known_at", "count"),
    [(None, None, 6), (5, None, 4), (5, 19, 3), (None, 3, 3), (0, None, 0), (None, 0, 0)],
)
async def test_rows_that_are_never_changed_have_both_times(
    reads: Reads, as_of: int | None, known_at: int | None, count: int
) -> None:
    rows: Sequence[object] = await reads.all(
        sa.select(FEES).where(within(FEES, moment(as_of, known_at)))
    )
    assert len(rows) == count


async def test_without_a_time_the_view_itself_is_read() -> None:
    assert at(STAYS, NOW) is STAYS
