"""Whether entries lead to what a log has signed, and if not, which of them is not the log's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.transparency.errors import ProofRefused
from shared.transparency.proofs import consistency_nodes, consistency_proof, root, root_nodes
from shared.transparency.tiles import TileReader, tiles_for
from shared.transparency.verify import verify_consistency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.messaging.tiled_log import TiledLog
    from shared.transparency.checkpoint import Checkpoint
    from shared.transparency.merkle import Frontier


class Difference(msgspec.Struct, frozen=True):
    """An entry as it arrived is not the one that the log has signed."""

    index: int
    signed: bytes
    arrived: bytes


async def leads_to(
    frontier: Frontier, leaves: Sequence[bytes], goal: Checkpoint, source: TiledLog
) -> bool:
    """Whether the tree at `frontier`, with these leaves, is one that `goal` continues.

    What lies between comes from `source`, as a proof, and is not believed: it is verified.
    """
    grown = frontier.copy()
    grown.extend(leaves)
    if grown.size == goal.size:
        return grown.root() == goal.root
    nodes = consistency_nodes(grown.size, goal.size)
    tiles = await source.tiles(tiles_for(nodes, goal.size))
    hash_of = TileReader(goal.size, tiles).hash_of
    try:
        verify_consistency(
            old=grown.size,
            new=goal.size,
            old_root=grown.root(),
            new_root=goal.root,
            proof=consistency_proof(grown.size, goal.size, hash_of),
        )
    except ProofRefused:
        return False
    return True


async def differences(
    frontier: Frontier, leaves: Sequence[bytes], goal: Checkpoint, source: TiledLog
) -> list[Difference] | None:
    """Where the leaves differ from those that the origin shows, which do lead to `goal`.

    Nothing if those do not either: then it is not for an entry that the proof fails.
    """
    first = frontier.size
    shown = await source.leaves(first, first + len(leaves))
    if not await leads_to(frontier, shown, goal, source):
        return None
    return [
        Difference(first + index, signed, arrived)
        for index, (signed, arrived) in enumerate(zip(shown, leaves, strict=True))
        if signed != arrived
    ]


async def other_root(frontier: Frontier, goal: Checkpoint, source: TiledLog) -> bytes | None:
    """The root that the origin's tree of `goal` had when it was as large as `frontier`.

    Nothing unless its tiles have the signed root now, and had another one then: two histories.
    """
    nodes = (*root_nodes(frontier.size), *root_nodes(goal.size))
    tiles = await source.tiles(tiles_for(nodes, goal.size))
    hash_of = TileReader(goal.size, tiles).hash_of
    then = root(frontier.size, hash_of)
    has_signed_root = root(goal.size, hash_of) == goal.root
    return then if has_signed_root and then != frontier.root() else None
