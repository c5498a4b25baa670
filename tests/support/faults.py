"""Processes that die, and databases that fail, at the worst moments of sealing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.database.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.sealing.heads import Published, SealedHead
    from shared.sealing.store import TreeStore
    from shared.transparency.tiles import TileGrowth

POINTS = ("before the swap", "after the swap", "before publishing", "after publishing")


class Crash(BaseException):
    """The process is gone: nobody catches this."""


class CrashingTree:
    """A tree whose process dies, or whose database fails, at one point once it gets there."""

    def __init__(self, tree: TreeStore, point: str) -> None:
        """Behave like `tree` until then."""
        self._tree = tree
        self._swapped = False
        self.point = point
        self.sealed = tree.sealed
        self.sizes = tree.sizes
        self.leaves = tree.leaves
        self.tiles = tree.tiles
        self.published_note = tree.published_note
        self.final_note = tree.final_note

    async def seal(self, old: SealedHead, new: SealedHead, grown: Sequence[TileGrowth]) -> bool:
        self._die("before the swap")
        moved = await self._tree.seal(old, new, grown)
        self._swapped = True
        self._die("after the swap")
        return moved

    async def publish(self, published: Published) -> None:
        if self.point == "unable to publish":
            raise Unavailable("No space left on device")
        if self._swapped:
            self._die("before publishing")
        await self._tree.publish(published)
        if self._swapped:
            self._die("after publishing")

    def _die(self, point: str) -> None:
        if self.point == point:
            raise Crash(point)
