"""Two governments' nodes: what both have cosigned is final, and two histories are found out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest

from cli.keys.tokens import new_keys
from shared.transparency.note import with_signatures
from shared.transparency.signed_checkpoint import open_checkpoint
from shared.transparency.witness import read_cosignatures
from tests.integration.audit.conftest import MIGRATED
from tests.integration.audit.network import NodeClient, World
from tests.support.databases import NewDatabase
from tests.support.entries import entry
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import SLV, USA
from tests.support.waiting import until


@pytest.fixture
def other_database(new_database: NewDatabase) -> str:
    """The other government's own database, migrated."""
    return new_database(MIGRATED)


class Both:
    """Both nodes' settings; each is started when the test says so."""

    def __init__(self, world: World, usa: str, slv: str, jwks: Path) -> None:
        self.usa = world.settings("USA", usa, jwks)
        self.slv = world.settings("SLV", slv, jwks)


@pytest.fixture
def both(world: World, migrated_database: str, other_database: str, tmp_path: Path) -> Both:
    """Two nodes that are not running yet."""
    jwks = new_keys(tmp_path, ["USA", "SLV", "XX"])
    return Both(world, migrated_database, other_database, jwks)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """What is closed when the test is over."""
    async with AsyncExitStack() as opened:
        yield opened


async def final_note(node: NodeClient, log: LogDouble) -> bytes:
    return (await node.http.get(f"/{log.origin}/checkpoint")).content


async def is_final(world: World, node: NodeClient, log: LogDouble, size: int) -> bool:
    """Whether a node shows a checkpoint of this size that both governments have cosigned."""
    note = await final_note(node, log)
    if not note.startswith(log.origin.encode()):
        return False
    shown = open_checkpoint(note, log.signers.verifiers, log.origin)
    return world.policy.judge(shown).satisfied and shown.checkpoint.size == size


async def test_what_both_have_cosigned_is_shown_as_final_by_both(
    world: World, both: Both, stack: AsyncExitStack
) -> None:
    log = world.logs["intake"]
    usa = await stack.enter_async_context(world.node(both.usa))
    slv = await stack.enter_async_context(world.node(both.slv))
    await world.carry("intake", 20)
    await usa.cosigned(log, 0)
    await slv.cosigned(log, 0)
    for node in (usa, slv):
        await until(partial(is_final, world, node, log, 20))
        (intake, *_) = (await node.read("/v1/logs"))["items"]
        assert intake["final_size"] == 20


async def test_what_the_log_publishes_as_final_is_shown_as_final(
    world: World, both: Both, stack: AsyncExitStack
) -> None:
    log = world.logs["intake"]
    usa = await stack.enter_async_context(world.node(both.usa))
    await world.carry("intake", 20)
    signed = log.signed()
    checkpoint, at = signed.checkpoint, 1_743_508_801
    cosigned = [line for witness in (USA, SLV) for line in witness.cosign(checkpoint, at)]
    log.note = with_signatures(signed.note, cosigned).encode()
    await until(lambda: is_final(world, usa, log, 20))
    assert await final_note(usa, log) == log.note


async def test_two_nodes_that_were_shown_two_histories_both_find_it_with_the_evidence(
    world: World, both: Both, stack: AsyncExitStack
) -> None:
    """The log shows one government what the other never sees, and each cosigns what it saw."""
    log = world.logs["intake"]
    await world.carry("intake", 8)
    other = LogDouble(log.origin)
    other.append([*log.entries[:7], entry(7, origin=log.origin)])
    async with world.node(both.usa) as usa:
        await usa.cosigned(log, 0)
    world.broker._topics.clear()  # noqa: SLF001 - the other government's Kafka
    world.network.hosts["intake.example"] = httpx.MockTransport(other.answer)
    slv = await stack.enter_async_context(world.node(both.slv))
    await slv.cosigned(other, 0)
    usa = await stack.enter_async_context(world.node(both.usa))
    for node in (usa, slv):
        (found,) = await node.finds("split-view")
        assert (found["origin"], found["index"]) == (log.origin, 7)
        notes = [note.encode() for note in found["checkpoints"]]
        roots = {
            open_checkpoint(note, log.signers.verifiers, log.origin).checkpoint.root
            for note in notes
        }
        assert roots == {log.log.tree.root(), other.log.tree.root()}
        ready = await node.http.get("/status")
        assert ready.status_code == httpx.codes.OK, "who found it is still to be asked"
        assert "split-view" in ready.json()["alarms"]["histories"]


async def test_a_peer_that_is_away_is_a_finding_until_it_is_compared_again(
    world: World, both: Both, stack: AsyncExitStack
) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 5)
    usa = await stack.enter_async_context(world.node(both.usa))
    await usa.cosigned(log, 0)

    async def uncompared() -> list[str | None]:
        """How the findings about the other node were settled."""
        items = await usa.items("/v1/findings", kind="coverage-incomplete")
        return [item["settled"] for item in items if "the other node" in item["expected"]]

    async def found() -> bool:
        return None in await uncompared()

    await until(found, every=0.02)
    slv = await stack.enter_async_context(world.node(both.slv))
    await slv.cosigned(log, 0)

    async def settled() -> bool:
        return {*await uncompared()} == {"it was compared"}

    await until(settled, every=0.02)


async def test_a_checkpoint_that_the_peer_has_not_cosigned_is_not_taken_for_its_word(
    world: World, both: Both, stack: AsyncExitStack
) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 5)
    note = log.signed().encoded
    world.network.hosts["slv.example"] = httpx.MockTransport(
        lambda _request: httpx.Response(200, content=note)
    )
    usa = await stack.enter_async_context(world.node(both.usa))

    async def found() -> bool:
        items = await usa.items("/v1/findings", kind="coverage-incomplete", origin=log.origin)
        return any("has not cosigned" in item["found"] for item in items)

    await until(found, every=0.02)


async def test_a_node_away_for_a_while_lets_everything_become_final(
    world: World, both: Both, stack: AsyncExitStack
) -> None:
    log = world.logs["intake"]
    usa = await stack.enter_async_context(world.node(both.usa))
    async with world.node(both.slv) as slv:
        await world.carry("intake", 10)
        for node in (usa, slv):
            await node.cosigned(log, 0)
    await world.carry("intake", 300)
    lines = (await usa.cosigned(log, 10)).content
    assert read_cosignatures(lines, log.signed().checkpoint, USA.verifiers)
    slv = await stack.enter_async_context(world.node(both.slv))
    await slv.cosigned(log, 10)
    for node in (usa, slv):
        await until(partial(is_final, world, node, log, 310))
