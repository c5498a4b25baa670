"""Which tables of a service are views: functions of its log, which can be built from it again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.ledger.tables import VIEW_STATE, ledger_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.database.reads import Reads
    from shared.ledger.batch_builder import Project

_TABLE = ledger_tables(sa.MetaData()).tables[VIEW_STATE]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Views(msgspec.Struct, frozen=True):
    """The tables that follow from a service's own entries, and how they do.

    Raise `version` when `project` writes other rows for old entries; that a table changed is seen
    by itself.
    """

    version: int
    tables: tuple[sa.Table, ...]
    project: Project

    @property
    def mark(self) -> str:
        """What these views are: the version, and a digest of the tables' definitions."""
        text = "\n".join(statement for table in self.tables for statement in definition(table))
        return f"{self.version}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def definition(table: sa.Table) -> Iterator[str]:
    """The statements that make a table and its indexes."""
    yield str(CreateTable(table).compile(dialect=_DIALECT))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield str(CreateIndex(index).compile(dialect=_DIALECT))


class ViewsCheck:
    """Whether a service's database has the views that its code reads."""

    def __init__(self, reads: Reads, views: Views) -> None:
        """Look with `reads`."""
        self._reads = reads
        self._mark = views.mark

    async def check(self) -> str | None:
        """Why reads would be incomplete, or nothing. A database without a mark was never built
        otherwise than by the entries themselves.
        """
        row = await self._reads.first(sa.select(_TABLE.c.mark))
        if row is None or row["mark"] == self._mark:
            return None
        return (
            f"the views are {row['mark']} and this build reads {self._mark}:"
            " run `accord rebuild` for this service"
        )
