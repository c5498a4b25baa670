"""A log at its origin, as its followers believe it: what its signed checkpoint proves, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.messaging.consistency import differences, leads_to, other_root
from shared.messaging.errors import AppliedUnsigned, OriginUnavailable
from shared.messaging.tiled_log import TiledLog
from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.signed_checkpoint import open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from shared.messaging.consistency import Difference
    from shared.transparency.checkpoint import Checkpoint
    from shared.transparency.keys import VerifierKey
    from shared.transparency.merkle import Frontier


class OriginLog:
    """Reads a log from the service that keeps it, and believes what it has signed with each key."""

    def __init__(
        self, client: httpx.AsyncClient, base_url: str, origin: str, keys: Sequence[VerifierKey]
    ) -> None:
        """Expect the log named `origin`, which signs with `keys`, at `base_url`; the client is
        closed by who made it.
        """
        self._log = TiledLog(client, base_url, origin)
        self._keys = keys
        self.origin = origin

    async def newest(self) -> Checkpoint | None:
        """The newest checkpoint that the log has signed, if it shows one.

        Raises `OriginUnavailable`, also for a checkpoint that the log has not signed.
        """
        note = await self._log.checkpoint()
        if note is None:
            return None
        try:
            return open_checkpoint(note, self._keys, self.origin).checkpoint
        except (Malformed, SignatureRefused) as error:
            raise self._unavailable(f"its checkpoint proves nothing: {error}") from error

    async def entries(self, first: int, end: int) -> list[bytes]:
        """Entries `first` up to, and not with, `end`, unproved. Raises `OriginUnavailable`."""
        return await self._log.entries(first, end)

    async def unsigned(
        self, frontier: Frontier, leaves: Sequence[bytes], goal: Checkpoint
    ) -> Sequence[Difference]:
        """Which of these leaves, that are to follow `frontier`, are not those of `goal`.

        None of them is where they prove to be the log's. Raises `OriginUnavailable` while the
        origin's tiles do not lead to what it has signed, and `AppliedUnsigned` when they do and
        what was applied before is not theirs.
        """
        if await leads_to(frontier, leaves, goal, self._log):
            return ()
        differing = await differences(frontier, leaves, goal, self._log)
        if differing:
            return differing
        if await other_root(frontier, goal, self._log) is not None:
            why = f"what was applied before it is not what the log has signed at size {goal.size}"
            raise AppliedUnsigned(self.origin, frontier.size, why)
        raise self._unavailable(f"its tiles do not lead to its checkpoint of {goal.size}")

    def _unavailable(self, why: str) -> OriginUnavailable:
        return OriginUnavailable(f"{self._log.base_url}: {why}")
