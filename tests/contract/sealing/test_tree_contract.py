"""What every store of a tree promises."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from shared.sealing.heads import EMPTY_HEAD, Published, Sizes
from shared.sealing.proofs import prove_consistency, prove_inclusion
from shared.transparency.merkle import root_of
from shared.transparency.tiles import Tile, TreeBuilder, partial_tiles, tiles_at
from shared.transparency.verify import verify_consistency, verify_inclusion
from tests.support.sealing import NOON, append, grown, leaves_of

if TYPE_CHECKING:
    from shared.ledger.store import Store
    from shared.sealing.store import TreeStore

Stored = tuple["Store", "TreeStore"]


def published(size: int, *, is_final: bool = False, note: str = "") -> Published:
    return Published(size, (note or f"note {size}").encode(), is_final, NOON)


async def test_nothing_is_sealed_or_published_at_first(stored: Stored) -> None:
    _, tree = stored
    assert await tree.sealed() == EMPTY_HEAD
    assert await tree.sizes() == Sizes(0, 0, 0)
    assert await tree.published_note() is None
    assert await tree.final_note() is None
    assert await tree.leaves(0, 10) == []


async def test_an_empty_log_is_published_and_final_like_any_other(stored: Stored) -> None:
    _, tree = stored
    await tree.publish(published(0, note="one of two"))
    assert await tree.published_note() == b"one of two"
    assert await tree.final_note() is None
    await tree.publish(published(0, is_final=True, note="both"))
    assert (await tree.published_note(), await tree.final_note()) == (b"both", b"both")
    await tree.publish(published(0, note="one of two"))
    assert await tree.published_note() == b"both"


async def test_leaves_are_the_hashes_of_the_entries_in_their_order(stored: Stored) -> None:
    log, tree = stored
    await append(log, 12)
    expected = await leaves_of(log)
    assert await tree.leaves(0, 100) == expected
    assert await tree.leaves(3, 4) == expected[3:7]
    assert await tree.leaves(12, 100) == []


async def test_the_sealed_head_moves_only_from_where_it_is(stored: Stored) -> None:
    log, tree = stored
    await append(log, 3)
    leaves = await leaves_of(log)
    first, tiles = grown(TreeBuilder(), leaves[:2])
    other, other_tiles = grown(TreeBuilder(), leaves[:3])

    assert await tree.seal(EMPTY_HEAD, first, tiles)
    assert not await tree.seal(EMPTY_HEAD, other, other_tiles)
    assert await tree.sealed() == first
    assert not await tree.seal(first.__class__(2, other.root, b"", NOON), other, other_tiles)
    assert await tree.sealed() == first
    assert (await tree.sizes()).sealed == 2


async def test_every_tile_of_every_sealed_size_is_there(stored: Stored) -> None:
    log, tree = stored
    await append(log, 600)
    leaves = await leaves_of(log)
    builder, head = TreeBuilder(), EMPTY_HEAD
    sizes = (1, 255, 256, 257, 511, 512, 600)
    for size in sizes:
        new, tiles = grown(builder, leaves[builder.size : size])
        assert await tree.seal(head, new, tiles)
        head = new
    for size in sizes:
        wanted = [*tiles_at(size)]
        assert set(await tree.tiles(wanted)) == set(wanted)
        again = TreeBuilder.from_tiles(size, await tree.tiles(partial_tiles(size)))
        assert again.root() == root_of(leaves[:size])


async def test_a_tile_that_is_not_filled_so_far_is_not_there(stored: Stored) -> None:
    log, tree = stored
    await append(log, 300)
    head, tiles = grown(TreeBuilder(), await leaves_of(log))
    await tree.seal(EMPTY_HEAD, head, tiles)
    there, missing = Tile(1, 0, 1), [Tile(1, 0, 2), Tile(0, 1, 45), Tile(0, 7), Tile(2, 0, 1)]
    assert set(await tree.tiles([there, *missing])) == {there}


async def test_proofs_from_the_stored_tree_verify(stored: Stored) -> None:
    log, tree = stored
    await append(log, 530)
    leaves = await leaves_of(log)
    head, tiles = grown(TreeBuilder(), leaves)
    await tree.seal(EMPTY_HEAD, head, tiles)
    for index in (0, 255, 256, 511, 512, 529):
        verify_inclusion(
            index=index,
            size=530,
            leaf=leaves[index],
            proof=await prove_inclusion(tree, index, 530),
            root=head.root,
        )
    for old in (1, 255, 256, 300, 512, 529):
        verify_consistency(
            old=old,
            new=530,
            old_root=root_of(leaves[:old]),
            new_root=head.root,
            proof=await prove_consistency(tree, old, 530),
        )
    assert await prove_consistency(tree, 0, 530) == await prove_consistency(tree, 530, 530) == ()


async def test_a_later_checkpoint_replaces_the_published_one_and_never_the_other_way(
    stored: Stored,
) -> None:
    _, tree = stored
    await tree.publish(published(5))
    await tree.publish(published(3))
    assert await tree.published_note() == b"note 5"
    await tree.publish(published(5, note="note 5, cosigned once"))
    assert await tree.published_note() == b"note 5, cosigned once"
    assert await tree.final_note() is None
    assert await tree.sizes() == Sizes(0, 5, 0)


async def test_the_last_final_checkpoint_stays_while_later_ones_wait(stored: Stored) -> None:
    _, tree = stored
    await tree.publish(published(5, is_final=True))
    assert await tree.sizes() == Sizes(0, 5, 5)
    assert await tree.published_note() == await tree.final_note() == b"note 5"
    await tree.publish(published(8))
    assert await tree.sizes() == Sizes(0, 8, 5)
    assert (await tree.published_note(), await tree.final_note()) == (b"note 8", b"note 5")


async def test_a_checkpoint_that_becomes_final_late_takes_nothing_back(stored: Stored) -> None:
    _, tree = stored
    await tree.publish(published(5))
    await tree.publish(published(8))
    await tree.publish(published(5, is_final=True, note="note 5, final"))
    assert await tree.sizes() == Sizes(0, 8, 5)
    assert (await tree.published_note(), await tree.final_note()) == (b"note 8", b"note 5, final")
    await tree.publish(published(8, is_final=True))
    await tree.publish(published(8, note="note 8, with less"))
    await tree.publish(published(5, is_final=True, note="note 5, again"))
    assert await tree.published_note() == await tree.final_note() == b"note 8"
    assert await tree.sizes() == Sizes(0, 8, 8)


async def test_when_it_was_sealed_is_kept_to_the_microsecond(stored: Stored) -> None:
    log, tree = stored
    await append(log, 1)
    at = NOON + timedelta(microseconds=123457)
    head, tiles = grown(TreeBuilder(), await leaves_of(log), at)
    await tree.seal(EMPTY_HEAD, head, tiles)
    assert (await tree.sealed()).sealed_at == at
