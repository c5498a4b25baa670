"""The Parquet rows of an export put beside the entries that were proved, in bounded memory."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cli.audit.findings import Finding
from cli.audit.parquet import COLUMNS, row_of, schema, table_name

_AT_ONCE: Final = 1_024
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
Row = tuple[object, ...]


class RowsAudit:
    """One table, row by row: each must be what its entry says, and none too many or too few."""

    def __init__(self, origin: str, path: Path) -> None:
        self._origin = origin
        self._rows = _rows(path)
        self._number = 0
        self.finding: Finding | None = None
        """The first thing that is wrong with it."""

    def take(self, entries: Sequence[bytes]) -> None:
        """Compare the next entries with their rows; those that cannot be decoded have none."""
        for entry in entries:
            if self.finding is not None:
                return
            wanted = row_of(entry)
            if wanted is not None:
                self._compare(tuple(map(_counted, wanted.values())))

    def conclude(self) -> None:
        """Nothing may stand in it that is no entry."""
        if self.finding is None:
            self._compare(None)

    def _compare(self, wanted: Row | None) -> None:
        try:
            row = next(self._rows, None)
        except _unreadable() as error:
            self._found(f"it cannot be read: {error}")
            return
        if row != wanted:
            self._found(f"its row {self._number} {_difference(row, wanted)}", wanted)
        self._number += 1

    def _found(self, detail: str, wanted: Row | None = None) -> None:
        index = wanted[COLUMNS.index("sequence")] if wanted else None
        self.finding = Finding(
            kind="row-mismatch",
            origin=self._origin,
            index=index if isinstance(index, int) else None,
            file=table_name(self._origin),
            detail=detail,
        )


def _rows(path: Path) -> Iterator[Row]:
    from pyarrow import int64, parquet  # noqa: PLC0415 - an optional extra

    with parquet.ParquetFile(path) as file:
        if not file.schema_arrow.equals(schema()):
            raise ValueError("its columns are not those of an export")
        for batch in file.iter_batches(_AT_ONCE):
            # Counts of microseconds: Python's own instants take most of the time otherwise.
            yield from zip(
                *(
                    column.cast(int64()).to_pylist() if name in _TIMES else column.to_pylist()
                    for name, column in zip(COLUMNS, batch.columns, strict=True)
                ),
                strict=True,
            )


_TIMES: Final = ("time", "recorded_at")


def _unreadable() -> tuple[type[BaseException], ...]:
    """Whatever a file that is no Parquet, or not all of it, makes PyArrow raise."""
    from pyarrow import ArrowException  # noqa: PLC0415 - an optional extra

    return (ArrowException, OSError, ValueError)


def _counted(value: object) -> Any:  # noqa: ANN401 - whatever a column holds
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


def _difference(row: Row | None, wanted: Row | None) -> str:
    if row is None:
        return "is missing"
    if wanted is None:
        return "is of no entry"
    names = [
        name for name, value, other in zip(COLUMNS, row, wanted, strict=True) if value != other
    ]
    return f"does not say what the entry says: {', '.join(names)}"
