"""A node whose database went back never cosigns again: others were shown what it has forgotten."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest

from cli.keys.tokens import new_keys
from services.audit.witness.cosigned_heads import CosignedHeads, Sighting
from services.audit.witness.rollback_check import Others, Recall
from services.audit.witness.witness import Answer, Cosigned, NotCompared, Witness
from shared.messaging.tiled_log import TiledLog
from shared.transparency.cosignature import WitnessSigners
from shared.transparency.note import Note, NoteSignature, with_signatures
from tests.integration.audit.conftest import MIGRATED
from tests.integration.audit.network import PACE, NodeClient, World
from tests.integration.audit.node import ORIGIN, Node
from tests.support.databases import NewDatabase
from tests.support.entries import entry
from tests.support.mirrored_logs import NOWHERE, LogDouble
from tests.support.signers import SIGNED_AT, SLV, USA, witness_signers
from tests.support.waiting import until

Answers = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def three_databases(new_database: NewDatabase) -> list[str]:
    """Three migrated databases."""
    return [new_database(MIGRATED) for _ in range(3)]


def cosigned_by(log: LogDouble, *witnesses: WitnessSigners) -> bytes:
    signed = log.signed()
    lines = [line for witness in witnesses for line in witness.cosign(signed.checkpoint, SIGNED_AT)]
    return with_signatures(signed.note, lines).encode()


def forked(log: LogDouble, kept: int, size: int) -> LogDouble:
    """Another history of the same log, from an entry on."""
    other = LogDouble(log.origin)
    changed = (entry(index, origin=log.origin) for index in range(kept, size))
    other.append([*log.entries[:kept], *changed])
    return other


def restarted(
    node: Node,
    peer: Answers,
    *,
    alone: float = 0,
    sightings: CosignedHeads | None = None,
    signers: WitnessSigners = USA,
    now: Callable[[], float] = time.monotonic,
) -> Witness:
    """The node's witness after a start, with another node that answers so."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(peer))
    nodes = {ORIGIN: TiledLog(client, "http://slv.example", ORIGIN)}
    seen = sightings or CosignedHeads(node.connections)
    recall = Recall(
        signers.verifiers,
        Others(SLV.verifiers, nodes, alone),
        sightings=seen,
        findings=node.findings,
        now=now,
    )
    return Witness(signers, {ORIGIN: node.mirror}, seen, node.clock, recall=recall, patience=0.3)


def shows(note: bytes) -> Answers:
    return lambda _request: httpx.Response(200, content=note)


def is_away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("it is away", request=request)


async def asked(witness: Witness, log: LogDouble, old: int = 0) -> Answer:
    return await witness.add_checkpoint(log.request(old).encode())


async def is_nothing_cosigned(node: Node) -> bool:
    return await node.rows("SELECT 1 FROM cosigned") == []


async def knows_both(node: NodeClient) -> bool:
    """Whether the other government's node shows what both have cosigned, of ten entries."""
    shown = (await node.http.get(f"/{ORIGIN}/checkpoint")).content
    return b"audit.usa" in shown and shown.split(b"\n")[1] == b"10"


async def says_so(node: NodeClient) -> None:
    """That the node is not ready, and keeps what it was shown of its own cosignatures."""
    ready = await node.http.get("/status")
    assert ready.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "restored backup" in ready.text
    found = await node.items("/v1/findings", kind="coverage-incomplete", origin=ORIGIN)
    (lost,) = [finding for finding in found if "restored backup" in finding["found"]]
    assert any("audit.usa" in note for note in lost["checkpoints"])


async def test_a_restored_backup_cosigns_no_fork_and_says_so_until_it_has_other_keys(
    world: World, three_databases: list[str], tmp_path: Path
) -> None:
    jwks = new_keys(tmp_path, ["USA", "SLV", "XX"])
    backup, newest, others = three_databases
    log = world.logs["intake"]
    await world.carry("intake", 5)
    async with world.node(world.settings("USA", backup, jwks)) as usa:
        await usa.cosigned(log, 0)
    async with AsyncExitStack() as stack:
        slv = await stack.enter_async_context(world.node(world.settings("SLV", others, jwks)))
        async with world.node(world.settings("USA", newest, jwks)) as usa:
            await world.carry("intake", 5)
            await usa.cosigned(log, 0)
            await slv.cosigned(log, 0)
            await until(partial(knows_both, slv))
        fork = forked(log, 5, 10)
        world.broker._topics.clear()  # noqa: SLF001 - it carries the fork from now on
        world.network.hosts["intake.example"] = httpx.MockTransport(fork.answer)
        async with world.node(world.settings("USA", backup, jwks)) as usa:
            answer = await usa.add_checkpoint(fork.request(5).encode())
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
            assert answer.headers["retry-after"] == "1"
            assert "restored backup" in answer.text
            await says_so(usa)
    async with world.node(world.settings("USA", backup, jwks)) as usa:  # and nobody to tell it
        answer = await usa.add_checkpoint(fork.request(5).encode())
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE


async def test_what_the_origin_shows_of_our_cosignatures_is_enough(node: Node) -> None:
    await node.carry(9)
    node.log.note = cosigned_by(node.log, USA)
    async with node.running():
        answer = await asked(restarted(node, lambda _: NOWHERE), node.log)
        assert isinstance(answer, NotCompared)
        assert "size 9 was cosigned, and the database knows of size 0" in answer.detail
        node.log.note = None
        assert isinstance(await asked(restarted(node, is_away), node.log), NotCompared)
        assert await is_nothing_cosigned(node)
        other_keys = witness_signers(USA.name, 7)
        again = restarted(node, lambda _: NOWHERE, signers=other_keys)
        assert isinstance(await asked(again, node.log), Cosigned)


async def test_lines_in_our_name_that_we_have_not_signed_stop_nothing(node: Node) -> None:
    await node.carry(9)
    signed = node.log.signed()
    forged = [
        NoteSignature(line.name, line.key_id, line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
        for line in USA.cosign(signed.checkpoint, SIGNED_AT)
    ]
    node.log.note = Note(signed.note.text, (*signed.note.signatures, *forged)).encode()
    async with node.running():
        assert isinstance(await asked(restarted(node, lambda _: NOWHERE), node.log), Cosigned)


async def test_what_the_other_node_has_cosigned_is_held_before_anything_is_cosigned(
    node: Node,
) -> None:
    real = LogDouble(ORIGIN)
    real.grow(10)
    fork = forked(real, 5, 10)
    node.log.log = fork.log
    witness = restarted(node, shows(cosigned_by(real, SLV)))
    async with node.running():
        assert isinstance(await asked(witness, fork), NotCompared)
        assert await is_nothing_cosigned(node)
        node.log.log = real.log
        await node.holds(10)
        assert isinstance(await asked(witness, real), Cosigned)


async def test_a_node_that_holds_another_history_than_the_other_cosigns_nothing(
    node: Node,
) -> None:
    await node.carry(5)
    other = forked(node.log, 3, 5)
    async with node.running():
        assert await node.cosigned(0) == 5
        answer = await asked(restarted(node, shows(cosigned_by(other, SLV))), node.log, 5)
        assert answer == NotCompared("of size 5 others show another history")
        await node.finds("split-view")


async def test_the_other_node_is_waited_for_and_then_the_origin_alone_is_enough(
    node: Node,
) -> None:
    now = 100.0
    await node.carry(5)
    node.log.seal()
    witness = restarted(node, is_away, alone=10, now=lambda: now)
    async with node.running():
        await node.holds(5)
        assert isinstance(await asked(witness, node.log), NotCompared)
        now = 109.9
        assert isinstance(await asked(witness, node.log), NotCompared)
        now = 110.0
        node.log.down = True
        assert isinstance(await asked(witness, node.log), NotCompared)  # nobody answers
        node.log.down = False
        assert isinstance(await asked(witness, node.log), Cosigned)


async def test_an_answer_that_the_other_node_has_not_signed_is_none(node: Node) -> None:
    await node.carry(5)
    async with node.running():
        witness = restarted(node, shows(node.log.signed().encoded), alone=60)
        answer = await asked(witness, node.log)
        assert isinstance(answer, NotCompared)
        assert "has not cosigned" in answer.detail


class Restorable(CosignedHeads):
    """Cosigned heads whose database can be replaced by an older one under a living process."""

    older: Sighting | None = None

    async def read(self, origin: str) -> Sighting:
        return self.older or await super().read(origin)


async def test_a_database_that_goes_back_under_a_living_node_is_noticed(node: Node) -> None:
    await node.carry(5)
    sightings = Restorable(node.connections)
    witness = restarted(node, lambda _: NOWHERE, sightings=sightings)
    async with node.running():
        backup = await sightings.read(ORIGIN)
        assert isinstance(await asked(witness, node.log), Cosigned)
        sightings.older = backup
        for _ in range(2):
            answer = await asked(witness, node.log)
            assert isinstance(answer, NotCompared)
            assert "restored backup" in answer.detail


async def test_however_many_ask_at_a_start_the_others_are_asked_once(node: Node) -> None:
    await node.carry(5)
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return NOWHERE

    witness = restarted(node, answer)
    async with node.running():
        answers = await asyncio.gather(*(asked(witness, node.log) for _ in range(3)))
    assert any(isinstance(answer, Cosigned) for answer in answers)
    assert sorted(paths) == ["/checkpoint", "/cosigned"]


async def test_two_nodes_of_an_empty_system_wait_for_one_another_and_both_cosign(
    world: World, three_databases: list[str], tmp_path: Path
) -> None:
    world.pace = msgspec.structs.replace(PACE, alone=600.0)
    jwks = new_keys(tmp_path, ["USA", "SLV", "XX"])
    log = world.logs["intake"]
    one, other, _ = three_databases
    async with AsyncExitStack() as stack:
        usa = await stack.enter_async_context(world.node(world.settings("USA", one, jwks)))
        answer = await usa.add_checkpoint(log.request(0).encode())
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert (await usa.http.get("/status")).status_code == httpx.codes.OK
        slv = await stack.enter_async_context(world.node(world.settings("SLV", other, jwks)))
        for node in (usa, slv):
            await node.cosigned(log, 0)
