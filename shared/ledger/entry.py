"""Entry bytes: one CloudEvents 1.0 event as UTF-8 JSON, encoded once and never again
(docs/reference/ledger.md#entry).
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from shared.contracts.canonical_json import canonical
from shared.contracts.catalog import EVENT_TYPES
from shared.contracts.upcasting import newest
from shared.kernel.event import Event, subject_of, tags_of
from shared.ledger.errors import (
    MAX_ENTRY_BYTES,
    EntryTooLarge,
    OlderThanLog,
    UnreadableEntry,
)
from shared.ledger.recorded import Recorded

if TYPE_CHECKING:
    from shared.ledger.recorded import Idempotency, Provenance


Data = TypeVar("Data", Event, Raw)


class Entry(
    msgspec.Struct, Generic[Data], frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False
):
    """The attributes of an entry in the order in which they are written; `data` is the event, or
    its bytes as they were read.
    """

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    sequence: int
    agreement: str | UnsetType = UNSET
    actor: str
    causation: str | UnsetType = UNSET
    correlation: str
    traceparent: str | UnsetType = UNSET
    idempotency: str | UnsetType = UNSET
    data: Data


_ENCODER = msgspec.json.Encoder()
_ENTRIES = msgspec.json.Decoder(Entry[Raw])


@cache
def _data_decoder(event_type: type[Event]) -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(event_type)


def encode(recorded: Recorded, provenance: Provenance, idempotency: Idempotency | None) -> bytes:
    """The bytes of an entry. Raises `EntryTooLarge` over 65,535 bytes, and `UnreadableEntry` for an
    event that its own contract would not give back.
    """
    event = recorded.event
    agreement = getattr(event, "agreement", None) or provenance.agreement
    entry = _ENCODER.encode(
        Entry(
            id=recorded.entry_id,
            source=recorded.origin,
            type=type(event).TYPE,
            subject=subject_of(event),
            time=recorded.time,
            recordedtime=recorded.recorded_at,
            sequence=recorded.sequence,
            agreement=agreement or UNSET,
            actor=recorded.actor,
            causation=provenance.causation or UNSET,
            correlation=recorded.correlation,
            traceparent=recorded.traceparent or UNSET,
            idempotency=idempotency.key_sha256.hex() if idempotency else UNSET,
            data=Raw(_data(event)),
        )
    )
    if len(entry) > MAX_ENTRY_BYTES:
        message = (
            f"the {type(event).TYPE} entry would have {len(entry)} bytes, the most is "
            f"{MAX_ENTRY_BYTES}: send less in one request"
        )
        raise EntryTooLarge(message)
    return entry


def _data(event: Event) -> bytes:
    """An event's bytes, which were read back and gave an equal event (docs/adr/0027)."""
    event_type = type(event)
    written = canonical(event) if event_type.CANONICAL else _ENCODER.encode(event)
    try:
        event_again = newest(_data_decoder(event_type).decode(written))
    except ValueError as error:
        raise UnreadableEntry(f"{event_type.TYPE} would not be read back: {error}") from error
    if event_again != event:
        raise UnreadableEntry(f"{event_type.TYPE} would be read back as something else")
    return written


def read_entry(entry: bytes) -> Entry[Raw]:
    """The attributes of an entry. Raises `ValueError` for bytes that are not one."""
    return _ENTRIES.decode(entry)


def event_of(entry: Entry[Raw]) -> Event:
    """The event that an entry carries, as its newest version has it.

    Raises `OlderThanLog` for a type that is not known here, and for a field, a member or a value
    that this process's version of the type does not have: nothing is read as something else.
    """
    event_type = EVENT_TYPES.get(entry.type)
    if event_type is None:
        message = f"{entry.source}#{entry.sequence} is a {entry.type}: upgrade this process"
        raise OlderThanLog(message)
    try:
        return newest(_data_decoder(event_type).decode(entry.data))
    except (ValueError, RecursionError) as error:
        message = (
            f"{entry.source}#{entry.sequence} is a {entry.type} that this process cannot read "
            f"({error}): upgrade it"
        )
        raise OlderThanLog(message) from error


def recorded_of(entry: Entry[Raw]) -> Recorded:
    """The entry as the services see it."""
    event = event_of(entry)
    return Recorded(
        event=event,
        tags=tags_of(event),
        sequence=entry.sequence,
        origin=entry.source,
        entry_id=entry.id,
        time=entry.time,
        recorded_at=entry.recordedtime,
        actor=entry.actor,
        correlation=entry.correlation,
        traceparent=entry.traceparent or None,
    )


def decode(entry: bytes) -> Recorded:
    """An entry's bytes as the services see it."""
    return recorded_of(read_entry(entry))
