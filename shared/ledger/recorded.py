"""What is known of an entry besides its bytes: its provenance, what it says, and its receipt."""

from datetime import datetime
from typing import Literal

import msgspec

from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, EntryRef, entry_ref


class Provenance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who caused an entry, when it happened in the world (`time`), and what it follows from."""

    actor: Actor
    time: datetime
    correlation: str
    causation: EntryRef | None = None
    traceparent: str | None = None
    agreement: AgreementRef | None = None
    """For events that do not name their agreement themselves."""


class Idempotency(msgspec.Struct, frozen=True, gc=False):
    """A client's key and the request that it was first used with, both as SHA-256 (32 bytes).

    What is kept must not tell what a request said: one that may hold personal data is given as an
    HMAC under the client's key.
    """

    key_sha256: bytes
    request_sha256: bytes
    on_trial: bool = False
    """Whether the request is decided like any other, and nothing of it is recorded."""


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An entry as the services see it: its place in the log and the event that it carries."""

    event: Event
    tags: frozenset[str]
    sequence: int
    origin: str
    entry_id: str
    time: datetime
    recorded_at: datetime
    actor: str
    correlation: str
    traceparent: str | None = None

    @property
    def ref(self) -> EntryRef:
        """The name of this entry: `<origin>#<sequence>`."""
        return entry_ref(self.origin, self.sequence)


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """Where an entry stands: `leaf_hash` in hexadecimal; recorded, then sealed, then final."""

    origin: str
    sequence: int
    entry_id: str
    leaf_hash: str
    recorded_at: datetime
    status: Literal["recorded", "sealed", "final"] = "recorded"
