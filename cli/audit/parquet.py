"""Decoded entries as Parquet, for DuckDB and Spark; each row carries its entry's leaf hash."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec

from shared.ledger.entry import read_entry
from shared.transparency.merkle import leaf_hash

HOW_TO_GET_IT: Final = (
    "no Parquet was written, because PyArrow is not installed here: pip install pyarrow"
)
_ROWS: Final = 16_384
_TEXTS: Final = ("origin", "type", "subject", "actor", "agreement", "causation", "correlation")


def can_write() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def table_name(origin: str) -> str:
    """The file of a log's decoded entries: `entries/intake.parquet`."""
    *_, service, shard = ("", *origin.split("/"))
    return f"entries/{service}.parquet" if shard == "0" else f"entries/{service}-{shard}.parquet"


@contextmanager
def tables(folder: Path, origins: Sequence[str]) -> Iterator[Mapping[str, "EntryTable"]]:
    """A table for each log, complete when this ends; none where there is no PyArrow."""
    with ExitStack() as open_tables:
        if not can_write():
            origins = ()
        yield {
            origin: open_tables.enter_context(_table(folder / table_name(origin)))
            for origin in origins
        }


class EntryTable:
    """The decoded entries of one log, written a few thousand at a time."""

    def __init__(self, writer: Any, schema: Any) -> None:  # noqa: ANN401 - PyArrow publishes no types
        self._writer = writer
        self._schema = schema
        self._rows: list[dict[str, object]] = []

    def take(self, entries: Sequence[bytes]) -> None:
        """Add entries; those that cannot be decoded have no row, and the replay names them."""
        for entry in entries:
            row = row_of(entry)
            if row is not None:
                self._rows.append(row)
        if len(self._rows) >= _ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken."""
        from pyarrow import Table  # noqa: PLC0415 - an optional extra

        if self._rows:
            self._writer.write_table(Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []


@contextmanager
def _table(path: Path) -> Iterator[EntryTable]:
    from pyarrow import parquet  # noqa: PLC0415 - an optional extra

    columns = schema()
    path.parent.mkdir(parents=True, exist_ok=True)
    with parquet.ParquetWriter(path, columns, compression="zstd") as writer:
        table = EntryTable(writer, columns)
        yield table
        table.flush()


COLUMNS: Final = (
    *("origin", "sequence", "type", "subject", "time", "recorded_at", "actor", "agreement"),
    *("causation", "correlation", "data", "leaf_hash"),
)


def schema() -> Any:  # noqa: ANN401 - PyArrow publishes no types
    """The columns of a table."""
    import pyarrow as pa  # noqa: PLC0415 - an optional extra

    instant = pa.timestamp("us", tz="UTC")
    fields = {"sequence": pa.int64(), "time": instant, "recorded_at": instant}
    fields |= dict.fromkeys((*_TEXTS, "data", "leaf_hash"), pa.string())
    return pa.schema([(name, fields[name]) for name in COLUMNS])


def row_of(entry: bytes) -> dict[str, object] | None:
    """What an entry says, by column; nothing for bytes that cannot be decoded."""
    try:
        read = read_entry(entry)
    except (ValueError, RecursionError):
        return None
    return {
        "origin": read.source,
        "sequence": read.sequence,
        "type": read.type,
        "subject": read.subject,
        "time": read.time,
        "recorded_at": read.recordedtime,
        "actor": read.actor,
        "agreement": _or_none(read.agreement),
        "causation": _or_none(read.causation),
        "correlation": read.correlation,
        "data": bytes(read.data).decode(),
        "leaf_hash": leaf_hash(entry).hex(),
    }


def _or_none(value: str | msgspec.UnsetType) -> str | None:
    return value if isinstance(value, str) else None
