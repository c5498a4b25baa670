"""What is known of a log beyond what is held: entries not proved yet, and signed checkpoints."""

from __future__ import annotations

import asyncio

from services.audit.mirror.pending_checkpoints import Targets
from shared.messaging.unproved_entries import UnprovedEntries


class Ahead:
    """What the prover works on."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.pending = UnprovedEntries()
        self.targets = Targets()
        self.news = asyncio.Event()
        """Set when an entry or a checkpoint has arrived."""

    def lag(self, held: int) -> int:
        """How many entries are known of when so many are held."""
        return max(self.targets.largest, self.pending.farthest, held) - held
