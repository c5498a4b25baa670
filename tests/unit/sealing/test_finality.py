"""How far a log is: known within a moment, honest when nobody can tell or the database is older."""

from __future__ import annotations

import asyncio

import pytest

from shared.database.errors import Unavailable
from shared.ledger.memory import MemoryStore
from shared.sealing.finality import Finality
from shared.sealing.heads import EMPTY_HEAD, Published, SealedHead, Sizes
from shared.sealing.memory import MemoryTree
from tests.support.sealing import NOON
from tests.support.signers import ORIGIN
from tests.support.waiting import until


class Tree(MemoryTree):
    """A tree that counts how often somebody looks, and that can be away."""

    looks = 0
    away = False
    says: Sizes | None = None

    def __init__(self) -> None:
        super().__init__(MemoryStore(ORIGIN))

    async def sizes(self) -> Sizes:
        self.looks += 1
        if self.away:
            raise Unavailable
        return self.says or await super().sizes()


def published(size: int, *, is_final: bool) -> Published:
    return Published(size, b"note", is_final, NOON)


def sealed(size: int) -> SealedHead:
    return SealedHead(size, bytes(32), b"note", NOON)


async def test_an_entry_is_recorded_then_sealed_then_final() -> None:
    tree = Tree()
    tree.away = True
    finality = Finality(tree)
    assert await finality.status_of(4) == "recorded"
    finality.told(sealed(5))
    assert await finality.status_of(4) == "sealed"
    finality.told(published(5, is_final=False))
    assert finality.known == Sizes(5, 5, 0)
    finality.told(published(5, is_final=True))
    assert await finality.status_of(4) == "final"
    assert await finality.status_of(5) == "recorded"


async def test_what_is_told_late_takes_nothing_back() -> None:
    finality = Finality(Tree())
    finality.told(sealed(9))
    finality.told(published(9, is_final=True))
    finality.told(EMPTY_HEAD)
    finality.told(published(5, is_final=True))
    finality.told(published(3, is_final=False))
    assert finality.known == Sizes(9, 9, 9)


async def test_a_look_that_was_overtaken_takes_nothing_back() -> None:
    class Slow(Tree):
        """A tree of which more is told while somebody looks."""

        async def sizes(self) -> Sizes:
            looked = await super().sizes()
            finality.told(sealed(9))
            return looked

    finality = Finality(Slow())
    assert await finality.look() == Sizes(9, 0, 0)


@pytest.mark.parametrize("older", [Sizes(4, 9, 9), Sizes(9, 4, 9), Sizes(9, 9, 4), Sizes()])
async def test_in_an_older_database_nothing_is_final_that_was_so_in_the_newer(
    older: Sizes,
) -> None:
    tree = Tree()
    tree.says = Sizes(9, 9, 9)
    finality = Finality(tree)
    assert await finality.status_of(8) == "final"
    tree.says = older
    await finality.look()
    assert finality.known == older


async def test_an_entry_recorded_in_an_older_database_is_not_called_final() -> None:
    tree = Tree()
    tree.says = Sizes(9, 9, 9)
    finality = Finality(tree)
    assert await finality.status_of(8) == "final"
    tree.says = Sizes(5, 5, 5)

    async def noticed() -> bool:
        return await finality.status_of(8) == "recorded"

    await until(noticed)
    assert await finality.status_of(4) == "final"


async def test_while_the_sealer_refuses_nothing_is_more_than_recorded() -> None:
    refusing = [True]
    tree = Tree()
    tree.says = Sizes(9, 9, 9)
    finality = Finality(tree, patience=0.01, refuses=lambda: bool(refusing))
    assert await finality.status_of(3) == "recorded"
    assert await finality.until_final(3) == "recorded"
    refusing.clear()
    assert await finality.status_of(3) == "final"


async def test_another_process_seals_and_this_one_sees_it() -> None:
    tree = Tree()
    finality = Finality(tree)
    waiting = asyncio.create_task(finality.until_final(2))
    await asyncio.sleep(0)
    await tree.publish(published(3, is_final=True))
    assert await waiting == "final"


async def test_however_many_ask_they_look_once_for_all() -> None:
    tree = Tree()
    finality = Finality(tree)
    statuses = await asyncio.gather(*(finality.status_of(number) for number in range(100)))
    assert set(statuses) == {"recorded"}
    assert tree.looks == 1


async def test_a_sealer_in_this_process_wakes_whoever_waits() -> None:
    tree = Tree()
    finality = Finality(tree)
    waiting = [asyncio.create_task(finality.until_final(number)) for number in (0, 1)]
    await asyncio.sleep(0)
    tree.away = True
    finality.told(published(2, is_final=True))
    assert await asyncio.gather(*waiting) == ["final", "final"]


async def test_waiting_ends_after_a_while_with_what_is_true() -> None:
    tree = Tree()
    tree.says = Sizes(3, 0, 0)
    finality = Finality(tree, patience=0.01)
    finality.told(sealed(3))
    assert await finality.until_final(2) == "sealed"


async def test_a_database_that_is_away_leaves_what_was_known() -> None:
    tree = Tree()
    tree.away = True
    finality = Finality(tree, patience=0.01)
    finality.told(sealed(3))
    assert await finality.until_final(2) == "sealed"
    assert await finality.status_of(7) == "recorded"
