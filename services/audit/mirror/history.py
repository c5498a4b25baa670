"""What is held of one log: it only grows, and every checkpoint that the log signs must be of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from services.audit.mirror.errors import Overtaken
from services.audit.mirror.mirror_findings import split_view
from services.audit.mirror.tree import HeldTree
from services.audit.mirror.values import Page
from shared.transparency.checkpoint import parse_checkpoint
from shared.transparency.note import parse_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.audit.findings import Findings
    from services.audit.mirror.store import MirrorStore
    from services.audit.mirror.values import Head, Row
    from shared.transparency.merkle import Frontier
    from shared.transparency.signed_checkpoint import SignedCheckpoint
    from shared.transparency.tiles import TreeBuilder

ROOTS = 64
"""How many of the latest proved roots are remembered with the notes that signed them."""


class History:
    """One log as the mirror holds it. Load it before use."""

    head: Head
    tree: HeldTree
    frontier: Frontier
    _builder: TreeBuilder

    def __init__(self, origin: str, store: MirrorStore, findings: Findings) -> None:
        """Hold the log named `origin`."""
        self.origin = origin
        self._store = store
        self.findings = findings
        self._proved: dict[int, tuple[bytes, bytes]] = {}
        self._grown = asyncio.Event()
        self._moving = asyncio.Lock()
        self.is_stale = True
        """Whether what is in memory may not be what is stored: load it again."""

    @property
    def size(self) -> int:
        """How many entries are proved and held."""
        return self.head.size

    async def load(self) -> None:
        """Read it from the database. Raises `MirrorBroken`."""
        async with self._moving:
            head = await self._store.open(self.origin)
            self.tree = HeldTree(self._store, head.log)
            self._builder, self.frontier = await self.tree.edge(head)
            self._now_at(head)
            self.is_stale = False

    async def keep(self, first: int, rows: Sequence[Row], note: bytes, next_offset: int) -> None:
        """Hold entries from `first` on that `note` has proved. Raises `Overtaken`; then load it
        again.
        """
        leaves = [row.leaf for row in rows]
        async with self._moving:
            self.is_stale = True
            if first != self.head.size:
                raise Overtaken(f"{self.origin} is held up to {self.head.size}, not {first}")
            growth = self._builder.extend(leaves)
            page = Page(rows, growth, self._builder.root(), note, next_offset)
            head = await self._store.hold(self.head, page)
            if head is None:
                raise Overtaken(f"another process holds more of {self.origin}")
            self.frontier.extend(leaves)
            self._now_at(head)
            self.is_stale = False

    async def publish(self, size: int, note: bytes) -> None:
        """Keep a checkpoint of this history that both governments have cosigned."""
        if size > self.head.final_size or not self.head.final_note:
            await self._store.publish(self.head.log, size, note)
            final = {"final_size": size, "final_note": note}
            self.head = msgspec.structs.replace(self.head, **final)  # it may have grown meanwhile

    async def agrees(self, signed: SignedCheckpoint) -> bool | None:
        """Whether a checkpoint, signed by the log, is of this history; nothing if it is ahead.

        If it is not, the log has signed two histories: that is recorded, with both checkpoints.
        """
        size = signed.checkpoint.size
        if size > self.size:
            return None
        root, note = self._proved.get(size) or (await self.tree.root_at(size), self.head.note)
        if signed.checkpoint.root == root:
            self._remember(size, root, signed.encoded)
            return True
        other = signed.checkpoint.root
        finding = split_view(self.origin, size, root, other, note, signed.encoded)
        proof = await self._continues(size, note)
        await self.findings.record([msgspec.structs.replace(finding, consistency=proof)])
        return False

    async def _continues(self, size: int, note: bytes) -> tuple[bytes, ...]:
        """Why `note`, of a later size, has signed the root that is held at `size` too.

        Nothing if it is of that very size, or of one that is not held yet.
        """
        later = parse_checkpoint(parse_note(note).text).size if note else 0
        return await self.tree.consistency(size, later) if size < later <= self.size else ()

    async def leaves(self, indices: Sequence[int]) -> dict[int, bytes]:
        """The leaf hashes of entries that are held."""
        return await self._store.leaves(self.head.log, indices)

    async def grows_within(self, seconds: float) -> None:
        """Return as soon as more is held, or when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._grown.wait()
        except TimeoutError:
            return

    def _now_at(self, head: Head) -> None:
        self.head = head
        self._remember(head.size, head.root, head.note)
        self._grown.set()
        self._grown = asyncio.Event()

    def _remember(self, size: int, root: bytes, note: bytes) -> None:
        self._proved[size] = (root, note)
        if len(self._proved) > ROOTS:
            del self._proved[min(self._proved)]
