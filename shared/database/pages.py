"""Lists in parts: which part is asked for, and the select that gives it, in the order of a key."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa


class Page(msgspec.Struct, frozen=True):
    """Which part of a list is asked for: at most `limit` items after the cursor's key.

    Every list is read with it, so a row that is added between two parts is neither skipped nor
    shown twice.
    """

    limit: int
    after: tuple[str | int, ...] | None = None
    """The key of the last item that was shown, of the part before."""

    def of(self, select: sa.Select[Any], *key: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """The rows of this part, by `key`; one row more than `limit` says that there is a next one.

        The key's columns are texts or integers, as in the cursor, and together no two rows have
        the same.
        """
        part = select.order_by(*key).limit(self.limit + 1)
        if self.after is None:
            return part
        if len(key) == 1:
            return part.where(key[0] > self.after[0])
        return part.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, self.after)))


def only_where(select: sa.Select[Any], wanted: dict[sa.ColumnElement[Any], Any]) -> sa.Select[Any]:
    """The select with those of its filters that somebody gave: the others are None."""
    given = [column == value for column, value in wanted.items() if value is not None]
    return select.where(*given)
