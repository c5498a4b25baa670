"""A boundary read costs what it gives, however long the subjects are that it asks about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from shared.contracts.billing import FeeAccrued, FeeReversed, TermsActivated
from shared.contracts.invoice import PeriodClosed
from shared.kernel.decider import on
from shared.ledger.postgres import BOUNDARY, boundary_parameters
from shared.ledger.store import Ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from shared.kernel.query import Alternative

AGREEMENT = "usa-slv-2025"
MONTHS, NIGHTS = 40, 500
LENGTH = MONTHS * NIGHTS


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Forty months of an agreement, 500 nights each, whose terms were signed twice."""
    connection = await asyncpg.connect(database_url)
    entries = ((sequence, b"{}", bytes(32)) for sequence in range(LENGTH))
    await connection.copy_records_to_table("entries", records=entries)
    columns = ["tag", "type", "sequence"]
    await connection.copy_records_to_table("entry_tags", records=_tags(), columns=columns)
    yield connection
    await connection.close()


def _tags() -> Iterator[tuple[str, str, int]]:
    for sequence in range(LENGTH):
        kind = TermsActivated if sequence in (0, LENGTH // 2) else FeeAccrued
        yield f"agreement:{AGREEMENT}", kind.TYPE, sequence
        yield f"period:month-{sequence // NIGHTS}", kind.TYPE, sequence


async def rows_read(
    log: asyncpg.Connection[asyncpg.Record],
    alternative: Alternative,
    after: int = -1,
    most: int = LENGTH,
) -> tuple[int, int]:
    """How many rows a read gives, and how many rows of tables and indexes it looked at."""
    parameters = boundary_parameters([Ask(after, (alternative,), most)])
    (plan,) = json.loads(
        await log.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {BOUNDARY}", *parameters)
    )
    looked_at = sum(
        round(node["Actual Loops"] * (node["Actual Rows"] + node.get(_FILTERED, 0)))
        for node in _nodes(plan["Plan"])
        if node["Node Type"] != "Function Scan" and "Scan" in node["Node Type"]
    )
    return plan["Plan"]["Actual Rows"], looked_at


_FILTERED = "Rows Removed by Filter"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


async def test_few_facts_of_a_long_subject_are_read_without_the_rest(
    log: asyncpg.Connection[asyncpg.Record],
) -> None:
    found, looked_at = await rows_read(log, on(TermsActivated, agreement=AGREEMENT))
    assert found == 2
    assert looked_at <= 4 * found
    assert await rows_read(log, on(PeriodClosed, agreement=AGREEMENT)) == (0, 0)


async def test_a_month_is_read_by_that_month_alone(
    log: asyncpg.Connection[asyncpg.Record],
) -> None:
    month = on(FeeAccrued, FeeReversed, agreement=AGREEMENT, period="month-17")
    found, looked_at = await rows_read(log, month)
    assert found == NIGHTS
    assert looked_at <= 4 * NIGHTS, "never the agreement's 20,000"


async def test_the_news_of_a_long_subject_are_read_without_what_came_before(
    log: asyncpg.Connection[asyncpg.Record],
) -> None:
    found, looked_at = await rows_read(log, on(FeeAccrued, agreement=AGREEMENT), LENGTH - 11)
    assert found == 10
    assert looked_at <= 4 * found


@pytest.mark.parametrize("after", [-1, LENGTH // 2])
async def test_a_page_of_a_long_subject_is_read_without_what_comes_behind_it(
    log: asyncpg.Connection[asyncpg.Record], after: int
) -> None:
    several = on(FeeAccrued, FeeReversed, TermsActivated, agreement=AGREEMENT)
    found, looked_at = await rows_read(log, several, after, most=100)
    assert found == 100
    assert looked_at <= 5 * found
