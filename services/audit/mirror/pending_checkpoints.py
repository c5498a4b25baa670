"""Signed checkpoints that are ahead of what is held: what is to be proved next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.telemetry.status import Patience
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
        self._absent: dict[int, tuple[int, float]] = {}
        """Sizes whose entries could not be fetched: how often, and until when they are left."""

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
        """What to prove when entries up to `end` are there: all of them, or else the newest whose
        entries are not known to be absent.
        """
        now = time.monotonic()
        open_now = [
            (size, signed)
            for size, signed in self._ahead.items()
            if self._refused.get((size, signed.checkpoint.root), 0.0) <= now
        ]
        reachable = [pair for pair in open_now if pair[0] <= end]
        to_fetch = [pair for pair in open_now if self._absent.get(pair[0], (0, 0.0))[1] <= now]
        if reachable or to_fetch:
            return max(reachable or to_fetch, key=lambda pair: pair[0])[1]
        return None

    def absent(self, signed: SignedCheckpoint, patience: Patience) -> None:
        """Leave one alone whose entries nobody shows, each time longer: what is promised and is
        not there keeps nothing waiting that is.
        """
        size = signed.checkpoint.size
        self._absent = {size: left for size, left in self._absent.items() if size in self._ahead}
        times = self._absent.get(size, (0, 0.0))[0] + 1
        self._absent[size] = (times, time.monotonic() + patience.after(times))

    def refuse(self, signed: SignedCheckpoint) -> None:
        """Leave one alone for a while that the log's entries do not lead to."""
        checkpoint = signed.checkpoint
        self._refused = {
            key: until for key, until in self._refused.items() if key[0] in self._ahead
        }
        self._refused[checkpoint.size, checkpoint.root] = time.monotonic() + PAUSE_SECONDS

    def passed(self, size: int) -> list[SignedCheckpoint]:
        """Forget, and give, the checkpoints up to `size`."""
        reached = [size_ahead for size_ahead in self._ahead if size_ahead <= size]
        return [self._ahead.pop(ahead) for ahead in reached]
