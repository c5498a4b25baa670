"""A node that is killed anywhere has stored what it answered, and goes on with one history."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from services.audit.witness.witness import Answer, Cosigned, NotHeld
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.merkle import leaf_hash, root_of
from shared.transparency.witness import Refused, read_cosignatures
from tests.integration.audit.faults import Killed, Trouble, TroubledConnections
from tests.integration.audit.node import Node
from tests.support.signers import USA

ROUNDS = 2


async def asked_by_the_sealer(node: Node) -> Checkpoint:
    """The log's newest checkpoint, once it is cosigned; a 409 tells where its proof begins."""
    old = 0
    checkpoint = node.log.signed().checkpoint
    answer: Answer = NotHeld("not asked yet")
    while not isinstance(answer, Cosigned):
        answer = await node.ask(old)
        if isinstance(answer, Refused):
            assert answer.size is not None, answer
            old = answer.size
    read_cosignatures(answer.lines, checkpoint, USA.verifiers)
    return checkpoint


async def live(node: Node, answered: list[Checkpoint]) -> None:
    """Have the log cosigned as it grows. Raises `Killed` where the node is."""
    async with node.running() as mirroring:
        for _ in range(ROUNDS):
            await node.carry(20)
            asking = asyncio.create_task(asked_by_the_sealer(node))
            await asyncio.wait([asking, mirroring], return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                asking.cancel()
                raise Killed
            answered.append(asking.result())


async def check_stored(node: Node, answered: list[Checkpoint]) -> None:
    """All that was answered is stored, and all that is stored is of the log's one history."""
    stored = {
        row["size"]: row["root"] for row in await node.rows("SELECT size, root FROM cosigned")
    }
    assert all(stored[head.size] == head.root for head in answered)
    leaves = [leaf_hash(entry) for entry in node.log.entries]
    assert all(root_of(leaves[:size]) == root for size, root in stored.items())
    (held,) = await node.rows("SELECT size FROM mirror_logs")
    assert all(size <= held["size"] for size in stored)
    entries = await node.rows("SELECT entry FROM mirror_entries ORDER BY sequence")
    assert [row["entry"] for row in entries] == node.log.entries[: held["size"]]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """What is closed when the test is over."""
    async with AsyncExitStack() as opened:
        yield opened


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_what_was_answered_is_stored_wherever_the_node_is_killed(
    node: Node, stack: AsyncExitStack, moment: str
) -> None:
    answered: list[Checkpoint] = []
    lives, was_killed = 0, True
    while was_killed:
        trouble = Trouble(before=lives) if moment == "before" else Trouble(after=lives)
        lives += 1
        connections = TroubledConnections(node.url, trouble)
        try:
            await connections.open()
            stack.push_async_callback(connections.close)
            troubled = node.with_connections(connections)
            await troubled.mirror.open()
            await live(troubled, answered)
            was_killed = False
        except Killed:
            was_killed = True
        await check_stored(node, answered)
    assert lives > ROUNDS * 3
    assert answered[-1].size == node.log.size
    assert await node.all_found() == []


async def test_a_node_away_for_a_while_comes_back_and_leaves_nothing_uncosigned(
    node: Node,
) -> None:
    await node.carry(50)
    async with node.running():
        assert await node.cosigned(0) == 50
    for _ in range(5):
        await node.carry(1_000)
    again = await node.again()
    async with again.running():
        assert await again.cosigned(50) == 5_050
        assert again.mirror.lag == 0


async def test_a_replica_that_stands_by_cosigns_what_the_other_one_holds(node: Node) -> None:
    standby = await node.again()
    async with node.running():
        await node.carry(10)
        node.log.seal()
        assert await standby.cosigned(0) == 10
        assert isinstance(await node.ask(0), Refused)


async def test_requests_at_the_same_time_are_cosigned_one_after_the_other(
    node: Node,
) -> None:
    await node.carry(10)
    request = node.log.request(0).encode()
    async with node.running():
        answers = await asyncio.gather(*(node.witness.add_checkpoint(request) for _ in range(4)))
    cosigned = [answer for answer in answers if isinstance(answer, Cosigned)]
    others = [answer for answer in answers if not isinstance(answer, Cosigned)]
    assert cosigned
    assert all(isinstance(other, Refused) and other.size == 10 for other in others)
    assert len(await node.rows("SELECT 1 FROM cosigned")) == 1
