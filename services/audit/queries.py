"""The SQL behind every read of an audit node."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from services.audit.tables import (
    FINDINGS,
    FINDINGS_SETTLED,
    MIRROR_ENTRIES,
    MIRROR_LOGS,
    MIRROR_TAGS,
    REPLAYS,
    WITNESS_SEEN,
)
from shared.database.reads import Reads

Row = dict[str, object]
Key = tuple[datetime, str, int]
_L, _E, _T = MIRROR_LOGS.c, MIRROR_ENTRIES.c, MIRROR_TAGS.c
_F, _S, _W = FINDINGS.c, FINDINGS_SETTLED.c, WITNESS_SEEN.c


class Search(msgspec.Struct, frozen=True):
    """Which entries are asked for; what is empty asks for all."""

    tags: tuple[str, ...] = ()
    """`person:…`, `case:…`, `custody:…`, `invoice:…`, `type:…`: all of them together."""
    origin: str | None = None
    """Of which log."""
    as_of: datetime | None = None
    """Until when they happened in the world."""
    known_at: datetime | None = None
    """Until when they were recorded."""


class AuditReads:
    """Reads of the mirror, what was cosigned, what was found, and replays."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def logs(self) -> Sequence[Row]:
        """Each log: what is held, what was cosigned, what is final, and the last finding."""
        last = (
            sa.select(_F.kind, _F.sequence, _F.found_at)
            .where(_F.origin == _L.origin)
            .order_by(_F.finding.desc())
            .limit(1)
            .lateral("last")
        )
        select = (
            sa.select(
                _L.origin,
                _L.size,
                _L.root,
                _L.final_size,
                _W.size.label("cosigned_size"),
                _W.root.label("cosigned_root"),
                _W.cosigned_at,
                last.c.kind.label("finding"),
                last.c.sequence.label("finding_index"),
                last.c.found_at,
            )
            .join_from(MIRROR_LOGS, WITNESS_SEEN, _L.log == _W.log, isouter=True)
            .join(last, sa.true(), isouter=True)
        )
        return await self._all(select.order_by(_L.log))

    async def entries(self, sought: Search, after: Key | None, limit: int) -> Sequence[Row]:
        """Entries in the order in which they were recorded."""
        select = sa.select(
            _L.origin, _E.sequence, _E.leaf_hash, _E.type, _E.recorded_at, _E.entry
        ).join_from(MIRROR_ENTRIES, MIRROR_LOGS, _E.log == _L.log)
        order: tuple[sa.ColumnElement[Any], ...] = (_E.recorded_at, _E.log, _E.sequence)
        for index, tag in enumerate(sought.tags):
            tagged = MIRROR_TAGS.alias(f"t{index}")
            same = sa.and_(
                tagged.c.tag == tag,
                tagged.c.recorded_at == _E.recorded_at,
                tagged.c.log == _E.log,
                tagged.c.sequence == _E.sequence,
            )
            select = select.join(tagged, same)
            order = (tagged.c.recorded_at, tagged.c.log, tagged.c.sequence)
        select = select.where(*_bounds(sought))
        if after is not None:
            recorded_at, origin, sequence = after
            log = sa.select(_L.log).where(_L.origin == origin).scalar_subquery()
            select = select.where(sa.tuple_(*order) > sa.tuple_(recorded_at, log, sequence))
        return await self._all(select.order_by(*order).limit(limit))

    async def findings(
        self, kind: str | None, origin: str | None, after: int, limit: int
    ) -> Sequence[Row]:
        """Findings in the order in which they were recorded, and how they were settled."""
        select = sa.select(FINDINGS, _S.settled_at, _S.how).join_from(
            FINDINGS, FINDINGS_SETTLED, _F.finding == _S.finding, isouter=True
        )
        select = select.where(_F.finding > after)
        if kind is not None:
            select = select.where(_F.kind == kind)
        if origin is not None:
            select = select.where(_F.origin == origin)
        return await self._all(select.order_by(_F.finding).limit(limit))

    async def replay(self, replay: str) -> Row | None:
        """One replay."""
        row = await self._reads.first(sa.select(REPLAYS).where(REPLAYS.c.replay == replay))
        return None if row is None else _plain(row)

    async def _all(self, select: sa.Select[Any]) -> Sequence[Row]:
        return [_plain(row) for row in await self._reads.all(select)]


def _bounds(sought: Search) -> list[sa.ColumnElement[bool]]:
    bounds: list[sa.ColumnElement[bool]] = []
    if sought.origin is not None:
        bounds.append(_L.origin == sought.origin)
    if sought.as_of is not None:
        bounds.append(_E.time <= sought.as_of)
    if sought.known_at is not None:
        bounds.append(_E.recorded_at <= sought.known_at)
    return bounds


def _plain(row: sa.RowMapping) -> Row:
    return {str(name): value for name, value in row.items()}
