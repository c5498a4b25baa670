"""Where a command came from: what its entries say besides the fact itself."""

from datetime import datetime

import msgspec

from shared.kernel.actor import Actor
from shared.kernel.ids import AgreementRef, EntryRef


class Provenance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who caused an entry, when it happened in the world (`time`), and its story."""

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
