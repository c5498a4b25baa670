"""Which log is mirrored, and at what pace."""

from __future__ import annotations

import msgspec

from shared.telemetry.status import Patience
from shared.transparency.keys import VerifierKey


class MirroredLog(msgspec.Struct, frozen=True):
    """A log that is mirrored: its name, its keys, its topic."""

    origin: str
    keys: tuple[VerifierKey, ...]
    topic: str


class Pace(msgspec.Struct, frozen=True):
    """How long the mirror waits, in seconds."""

    late: float = 0.25
    """After this, what the topic has not brought is fetched from the origin."""
    poll: float = 1.0
    """How often the origin is asked for its newest checkpoint."""
    doubt: float = 15.0
    """After this, what could not be checked is a finding."""
    alone: float = 10.0
    """So long a node that starts waits for both others before one is enough to compare with."""
    tries: Patience = Patience()
