"""Decisions about until when somebody may be held, and whose end needs somebody (G15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.placement.queries.custody_shown import shown
from services.placement.queries.readable import Row, custody_read_by, plain
from services.placement.tables import CUSTODIES, LAWFUL_ENDS
from shared.database.pages import Page, only_where
from shared.database.reads import Reads

_L, _C = LAWFUL_ENDS.c, CUSTODIES.c
_IN_CUSTODY = _C.status == "in-custody"
END_KEYS, SOURCES_KEYS = "lawful-end/", "sources/"
"""What their keys begin with among the exceptions."""


class LawfulEndReads:
    """Reads of the decisions behind lawful ends."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def decisions(self, party: str, page: Page, custody: str | None = None) -> Sequence[Row]:
        """Decisions by custody, who made them, number and whose word: all, or one's."""
        select = (
            sa.select(LAWFUL_ENDS)
            .join(CUSTODIES, CUSTODIES.c.custody == _L.custody)
            .where(custody_read_by(party, CUSTODIES))
        )
        select = only_where(select, {_L.custody: custody})
        key = (_L.custody, _L.issued_by, _L.reference, _L.said_by)
        return [plain(row) for row in await self._reads.all(page.of(select, *key))]


def ending(party: str) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """Whose end is near, past or not said, until they left or another end binds; and the key."""
    kind = sa.case(
        (_C.lawful_end.is_(None), "lawful-end-missing"),
        (_C.overstayed_end == _C.lawful_end, "overstay"),
        else_="lawful-end-near",
    ).label("kind")
    select = shown(CUSTODIES).add_columns(kind)
    needs_somebody = sa.or_(
        _C.lawful_end.is_(None),
        _C.approached_end == _C.lawful_end,
        _C.overstayed_end == _C.lawful_end,
    )
    select = select.where(_IN_CUSTODY, needs_somebody, custody_read_by(party, CUSTODIES))
    return select, sa.literal(END_KEYS).concat(_C.custody)


def with_several_ends(party: str) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """About whose end decisions disagree, until one replaces the others; and the key."""
    kind = sa.literal("lawful-ends-disagree").label("kind")
    select = shown(CUSTODIES).add_columns(kind)
    disagree = _C.lawful_end != _C.latest_lawful_end
    select = select.where(_IN_CUSTODY, disagree, custody_read_by(party, CUSTODIES))
    return select, sa.literal(SOURCES_KEYS).concat(_C.custody)
