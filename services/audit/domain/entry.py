"""One entry as an audit node reads it, from the frozen bytes alone.

Nothing here is shared with the code that wrote the bytes but the published language. What cannot
be read is an entry too: its event is `Unread`, and the replay makes a finding of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from shared.contracts.catalog import EVENT_TYPES
from shared.contracts.upcasting import newest
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, entry_ref

UnreadKind = Literal["coverage-incomplete", "sequence-gap"]
LONGEST_INDEX = 19
"""Digits of an index that no log reaches."""
Instant = Annotated[datetime, Meta(tz=True)]


class Position(msgspec.Struct, frozen=True, gc=False):
    """Where an entry was found: the log that held it, and its index there."""

    origin: str
    index: int


class Unread(msgspec.Struct, frozen=True):
    """What stands in place of an event that could not be read: the finding that this is."""

    kind: UnreadKind
    expected: str
    found: str


class _Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The attributes of an entry in the order of docs/reference/ledger.md#entry."""

    specversion: Literal["1.0"] = "1.0"
    entry_id: str = msgspec.field(name="id")
    origin: str = msgspec.field(name="source")
    """The log that the entry says it belongs to."""
    type: str
    subject: str
    time: Instant
    """When it happened in the world."""
    recorded_at: Instant = msgspec.field(name="recordedtime")
    sequence: Annotated[int, Meta(ge=0)]
    agreement: str | None = None
    actor: str
    causation: str | None = None
    correlation: str
    traceparent: str | None = None
    idempotency: str | None = None


class Entry(_Envelope, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An entry, decoded: what it says, who said it, and when."""

    event: Event | Unread = msgspec.field(name="data")

    @property
    def ref(self) -> EntryRef:
        """The name of this entry: `<origin>#<sequence>`."""
        return entry_ref(self.origin, self.sequence)

    @property
    def cause(self) -> tuple[str, int] | None:
        """The log and index of the entry that caused this one; nothing for a command from outside.

        A cause that names no entry is none here: the replay finds that it is missing.
        """
        if self.causation is None:
            return None
        origin, _, index = self.causation.rpartition("#")
        named = index.isdecimal() and index.isascii() and len(index) < LONGEST_INDEX
        return (origin, int(index)) if named else None


class _Closed(_Envelope, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An entry whose event stays as it is written."""

    data: msgspec.Raw


def _decoder(event_type: type[Event]) -> msgspec.json.Decoder[Entry]:
    """Reads an entry of one type in a single pass."""
    read = msgspec.defstruct(
        event_type.__name__,
        [("event", event_type, msgspec.field(name="data"))],
        bases=(Entry,),
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )
    return msgspec.json.Decoder(read)


_DECODERS = {name.encode(): _decoder(event_type) for name, event_type in EVENT_TYPES.items()}
_ENVELOPES = msgspec.json.Decoder(_Closed)
_ENCODE = msgspec.json.Encoder().encode
_TIMELESS: frozenset[type] = frozenset(
    event
    for event in EVENT_TYPES.values()
    if msgspec.inspect.DateTimeType.__name__ not in repr(msgspec.inspect.type_info(event))
)
"""The types in which no instant stands: most of them."""
_TYPE_BEGINS = b'"type":"'
_NOWHERE = Position("", 0)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = (ValueError, RecursionError)
"""Whatever bytes may hold: no JSON, another shape, an amount that is none, nesting without end."""


def read_entry(written: bytes, at: Position | None = None) -> Entry:
    """What an entry says. `at` is where it was found; without it the entry is believed.

    Never raises: what cannot be read has an `Unread` for its event.
    """
    entry = _at_once(written) or _with_care(written, at or _NOWHERE)
    if at is None or (entry.sequence == at.index and entry.origin == at.origin):
        return entry
    return _misplaced(entry, at)


def _at_once(written: bytes) -> Entry | None:
    """The entry in one pass, when the entry is written as usual: its type before its data."""
    begins = written.find(_TYPE_BEGINS) + len(_TYPE_BEGINS)
    name = written[begins : written.find(b'"', begins)]
    decoder = _DECODERS.get(name)
    if decoder is None:
        return None
    try:
        read = decoder.decode(written)
        entry = _newest(read)
    except _UNREADABLE:
        return None
    if read.type.encode() != name or _respelt(written, read) or _repeated(written, read):
        return None
    return entry


def _with_care(written: bytes, at: Position) -> Entry:
    """The entry by its own type, or what is wrong with it."""
    try:
        envelope = _ENVELOPES.decode(written)
    except _UNREADABLE as error:
        return _unreadable(at, str(error))
    if wrong := _respelt(written, envelope) or _twice(written):
        return _unreadable(at, wrong)
    decoder = _DECODERS.get(envelope.type.encode())
    if decoder is None:
        return _unread(envelope, "a type of event that this node knows", envelope.type)
    expected = f"data as {envelope.type} has it"
    try:
        read = decoder.decode(written)
        entry = _newest(read)
    except _UNREADABLE as error:
        return _unread(envelope, expected, str(error))
    respelt = _respelt(written, read)
    return _unread(envelope, expected, respelt) if respelt else entry


def _respelt(written: bytes, entry: _Envelope) -> str | None:
    """Which instant is not written as the ledger writes one; nothing when all of them are.

    An instant has one spelling in an entry, so that every reader of the bytes reads the same.
    """
    instants = [("time", entry.time), ("recordedtime", entry.recorded_at)]
    event = getattr(entry, "event", None)
    if type(event) not in _TIMELESS:
        instants.extend(_instants(event))
    spelt: list[bytes] = []
    for name, instant in instants:
        spelt.append(b'"%s":%s' % (name.encode(), _ENCODE(instant)))
        if instant.tzinfo is not UTC or written.count(spelt[-1]) < spelt.count(spelt[-1]):
            return (
                f"{name} is not written like 2025-03-15T22:45:00Z, or with six digits of a second"
            )
    return None


def _repeated(written: bytes, entry: Entry) -> str | None:
    """Which key stands twice in one object. What comes to the same bytes when it is written again
    has none: nearly every entry does, and no other is looked through.
    """
    return None if _ENCODE(entry) == written else _twice(written)


def _twice(written: bytes) -> str | None:
    """A key that stands twice in one object: of two readers each may take another value of it."""
    repeated: list[str] = []

    def look(members: list[tuple[str, Any]]) -> None:
        counted = Counter(name for name, _ in members)
        repeated.extend(name for name, times in counted.items() if times > 1)

    try:
        json.loads(written, object_pairs_hook=look)
    except _UNREADABLE as error:
        return f"not every reader of JSON reads it: {error}"
    return f"{repeated[0]} stands twice in one object" if repeated else None


def _instants(value: object, name: str = "") -> Iterator[tuple[str, datetime]]:
    """Every instant within a value, and the name that it is written under."""
    if isinstance(value, datetime):
        yield name, value
    elif isinstance(value, tuple):
        for item in value:
            yield from _instants(item, name)
    elif isinstance(value, msgspec.Struct):
        for field, its in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            yield from _instants(getattr(value, field), its)


def _newest(entry: Entry) -> Entry:
    """The entry with its event as the newest version has it."""
    written: Any = entry.event
    event = newest(written)
    return entry if event is written else msgspec.structs.replace(entry, event=event)


def _unread(
    envelope: _Envelope, expected: str, found: str, kind: UnreadKind = "coverage-incomplete"
) -> Entry:
    kept = {name: getattr(envelope, name) for name in _Envelope.__struct_fields__}
    return Entry(**kept, event=Unread(kind, expected, found))


def _unreadable(at: Position, why: str) -> Entry:
    return Entry(
        entry_id="",
        origin=at.origin,
        type="",
        subject=f"{at.origin}#{at.index}",
        time=_BEGINNING,
        recorded_at=_BEGINNING,
        sequence=at.index,
        actor="",
        correlation="",
        event=Unread("coverage-incomplete", "an entry that can be read", why),
    )


def _misplaced(entry: Entry, at: Position) -> Entry:
    """An entry that stands where another belongs: what it says is not this log's."""
    expected = f"entry {at.index} of {at.origin}"
    unread = _unread(entry, expected, f"{entry.origin}#{entry.sequence}", "sequence-gap")
    return msgspec.structs.replace(unread, origin=at.origin, sequence=at.index)
