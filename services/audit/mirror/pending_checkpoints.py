"""Signed checkpoints that are ahead of what is held: what is to be proved next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.transparency.signed_checkpoint import SignedCheckpoint

MOST = 32
PAUSE_SECONDS = 2.0
"""How long a checkpoint that could not be proved is left alone before it is tried again."""


class Targets:
    """The newest signed checkpoints of one log, by size."""

    def __init__(self) -> None:
        """Start with none."""
        self._ahead: dict[int, SignedCheckpoint] = {}
        self._refused: dict[tuple[int, bytes], float] = {}

    @property
    def largest(self) -> int:
        """The largest size that the log has signed, as far as it is known here; 0 for none."""
        return max(self._ahead, default=0)

    def offer(self, signed: SignedCheckpoint) -> SignedCheckpoint | None:
        """Take a checkpoint; gives another one of the same size and another root, if there is."""
        size = signed.checkpoint.size
        held = self._ahead.setdefault(size, signed)
        if len(self._ahead) > MOST:
            del self._ahead[min(self._ahead)]
        return None if held.checkpoint.root == signed.checkpoint.root else held

    def next(self, end: int) -> SignedCheckpoint | None:
        """What to prove when entries up to `end` are there: all of them, or else the newest."""
        now = time.monotonic()
        open_now = [
            (size, one)
            for size, one in self._ahead.items()
            if self._refused.get((size, one.checkpoint.root), 0.0) <= now
        ]
        reachable = [one for one in open_now if one[0] <= end]
        if reachable or open_now:
            return max(reachable or open_now, key=lambda one: one[0])[1]
        return None

    def refuse(self, signed: SignedCheckpoint) -> None:
        """Leave one alone for a while that the log's entries do not lead to."""
        checkpoint = signed.checkpoint
        self._refused = {
            one: until for one, until in self._refused.items() if one[0] in self._ahead
        }
        self._refused[checkpoint.size, checkpoint.root] = time.monotonic() + PAUSE_SECONDS

    def passed(self, size: int) -> list[SignedCheckpoint]:
        """Forget, and give, the checkpoints up to `size`."""
        reached = [one for one in self._ahead if one <= size]
        return [self._ahead.pop(one) for one in reached]
