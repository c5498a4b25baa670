"""Logs to be sealed in tests: entries by the hundred, and what is read back of a tree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.kernel.ids import FacilityId
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from shared.sealing.heads import SealedHead
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.merkle import leaf_hash
from shared.transparency.signed_checkpoint import sign_checkpoint
from shared.transparency.tiles import TreeBuilder
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, provenance, reservation_rows
from tests.support.signers import log_signers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ledger.store import Store
    from shared.transparency.tiles import TileGrowth

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
LOG = log_signers(ORIGIN)


async def append(store: Store, count: int) -> None:
    """Append entries to a log, each at a facility of its own."""
    runner = CommandRunner(store, SystemClock(), reservation_rows)
    await runner.start()
    try:
        for first in range(0, count, 500):
            commands = [Reserve(FacilityId(new_id())) for _ in range(min(500, count - first))]
            await runner.apply([Step(RESERVE, command, provenance()) for command in commands])
    finally:
        await runner.stop()


async def leaves_of(store: Store) -> list[bytes]:
    """The leaf hashes of a log, from its entries' bytes."""
    return [leaf_hash(entry) for entry in await store.entries(0, 1 << 30)]


def grown(
    tree: TreeBuilder, leaves: Sequence[bytes], at: datetime = NOON
) -> tuple[SealedHead, list[TileGrowth]]:
    """The head of a tree with more leaves, and the tiles that changed."""
    tiles = tree.extend(leaves)
    note = sign_checkpoint(Checkpoint(ORIGIN, tree.size, tree.root()), LOG, int(at.timestamp()))
    return SealedHead(tree.size, tree.root(), note.encode(), at), tiles
