"""Two replicas of a node: each task runs in one of them, and not all in the same one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from services.audit.mirror.errors import Overtaken
from services.audit.mirror.store import MirrorStore
from services.audit.watch.continuous_replay import ContinuousReplay
from services.audit.watch.peer import Peer
from services.audit.witness.cosigned_heads import CosignedHeads
from shared.messaging.tiled_log import TiledLog
from shared.transparency.note import with_signatures
from tests.integration.audit.node import ORIGIN, PACE, Node
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import SIGNED_AT, SLV
from tests.support.signing import KEYS


@asynccontextmanager
async def beside(run: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def cosigned(log: LogDouble) -> bytes:
    signed = log.signed()
    return with_signatures(signed.note, SLV.cosign(signed.checkpoint, SIGNED_AT)).encode()


def peer_of(node: Node, answer: Callable[[httpx.Request], httpx.Response]) -> Peer:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Peer(
        SLV.verifiers,
        {ORIGIN: node.mirror},
        {ORIGIN: TiledLog(client, f"http://slv.example/{ORIGIN}", ORIGIN)},
        sightings=CosignedHeads(node.connections),
        findings=node.findings,
        pace=PACE,
    )


async def test_a_replay_goes_on_where_another_replica_mirrors(node: Node) -> None:
    other = await node.again()
    auditor = ContinuousReplay(
        {ORIGIN: other.mirror},
        MirrorStore(other.connections),
        other.findings,
        signatures=KEYS.fault,
        pace=PACE,
    )
    async with node.running(), beside(auditor.run):
        await node.carry(3)
        assert await node.cosigned(0) == 3
        await node.finds("rule-broken")  # entries of placement, in a log of intake


async def test_two_histories_are_found_where_another_replica_mirrors(node: Node) -> None:
    other = await node.again()
    forked = LogDouble(ORIGIN)
    forked.grow(3)
    note = cosigned(forked)
    async with node.running():
        await node.carry(3)
        assert await node.cosigned(0) == 3
        async with beside(peer_of(other, lambda _: httpx.Response(200, content=note)).run):
            await node.finds("split-view")


async def test_a_checkpoint_seen_by_a_replica_that_stood_by_is_compared_when_it_takes_over(
    node: Node,
) -> None:
    other = await node.again()
    forked = LogDouble(ORIGIN)
    forked.grow(3)
    async with node.running():
        await node.carry(3)
        assert await node.cosigned(0) == 3
    assert await other.mirror.offer(forked.signed()) is None  # it does not know yet what is held
    async with other.running():
        await node.finds("split-view")
    assert [kind for kind, _ in await node.all_found()] == ["split-view"]


async def test_a_replica_that_takes_over_has_nothing_to_prove_of_what_the_other_has_proved(
    node: Node,
) -> None:
    other = await node.again()
    async with node.running():
        await node.carry(3)
        assert await node.cosigned(0) == 3
    assert await other.mirror.offer(node.log.signed()) is None
    async with other.running():
        await node.carry(2)
        assert await other.cosigned(3) == 5
    assert await node.all_found() == []


async def test_a_mirror_that_is_read_again_while_it_grows_keeps_one_history(node: Node) -> None:
    async def read_again() -> None:
        while True:
            await node.mirror.history.load()

    size = 0
    async with node.running(), beside(read_again):
        for _ in range(30):
            await node.carry(9)
            size = await node.cosigned(size)
    again = await node.again()  # which refuses tiles that have not the root
    assert again.mirror.history.head.root == node.log.log.tree.root()
    assert await node.all_found() == []


async def test_entries_are_held_only_where_they_were_proved(node: Node) -> None:
    await node.mirror.open()
    with pytest.raises(Overtaken, match="held up to 0, not 3"):
        await node.mirror.history.keep(3, [], b"", 0)
    assert node.mirror.history.size == 0
