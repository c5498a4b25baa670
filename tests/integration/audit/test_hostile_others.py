"""What others may do to keep a node from finding something, or to make it find what is not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from shared.messaging.errors import OriginUnavailable
from shared.messaging.tiled_log import LARGEST_ANSWER, TiledLog
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import with_signatures
from shared.transparency.signed_checkpoint import sign_checkpoint
from tests.integration.audit.network import NodeClient, World
from tests.integration.audit.node import ORIGIN, Node
from tests.integration.audit.test_reads import replayed
from tests.integration.audit.test_replicas import beside, cosigned, peer_of
from tests.support.entries import entry
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import SIGNED_AT, SLV, USA
from tests.support.waiting import until

WAITS = "every entry that is held, replayed after what caused it"
CAUSE = "the entry that caused it"


def changed(origin: str, **attributes: str) -> bytes:
    written = {**json.loads(entry(0, origin=origin)), **attributes}
    return json.dumps(written, separators=(",", ":")).encode()


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 65_536


async def silent() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.Event().wait()


async def test_an_entry_with_nul_suppresses_no_finding(world: World, usa: NodeClient) -> None:
    log = world.logs["placement"]
    log.append([changed(log.origin, subject="a\0b", actor="\\u0000 \0\0")])
    log.grow(1)
    await usa.cosigned(log, 0)
    found = await usa.finds("rule-broken")
    assert any("a\N{REPLACEMENT CHARACTER}b" in finding["found"] for finding in found)
    assert (await replayed(usa, "nul"))["verdict"] == "findings"


@pytest.mark.parametrize("body", [endless, silent])
async def test_an_answer_without_end_is_given_up(
    body: Callable[[], AsyncIterator[bytes]],
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body()))
    async with httpx.AsyncClient(transport=transport) as client:
        source = TiledLog(client, "http://evil.example", ORIGIN, answer_seconds=1.0)
        with pytest.raises(OriginUnavailable, match=f"{LARGEST_ANSWER}|TimeoutError"):
            await source.checkpoint()


async def test_a_peer_that_hides_what_it_has_cosigned_does_not_pass_as_compared(
    node: Node,
) -> None:
    async with node.running():
        await node.carry(5)
        assert await node.cosigned(0) == 5
        async with beside(peer_of(node, lambda _: httpx.Response(404)).run):
            (found,) = await node.finds("coverage-incomplete")
    assert "shows no checkpoint" in found["found"]


async def test_a_peer_that_shows_an_old_checkpoint_for_ever_does_not_pass_as_compared(
    node: Node,
) -> None:
    await node.carry(5)
    old = cosigned(node.log)
    await node.carry(5)
    signed = node.log.signed()
    lines = [
        line for witness in (USA, SLV) for line in witness.cosign(signed.checkpoint, SIGNED_AT)
    ]
    node.log.note = with_signatures(signed.note, lines).encode()
    async with node.running():
        await node.holds(10)
        await node.mirror.consider(node.log.note)
        async with beside(peer_of(node, lambda _: httpx.Response(200, content=old)).run):
            (found,) = await node.finds("coverage-incomplete")
    assert "older one than that of size 10" in found["found"]


async def test_a_signed_checkpoint_that_nothing_leads_to_stays_in_doubt_whatever_else_is_proved(
    node: Node,
) -> None:
    promised = Checkpoint(ORIGIN, 10**6, bytes(32))
    signed = sign_checkpoint(promised, node.log.signers, SIGNED_AT)
    async with node.running():
        await node.mirror.consider(signed.encode())
        await node.finds("coverage-incomplete")
        await node.carry(5)
        assert await node.cosigned(0) == 5
        (doubt,) = await node.found("coverage-incomplete")
    assert doubt["how"] is None


async def caused(world: World, usa: NodeClient, cause: str) -> LogDouble:
    """An entry of intake says that it was caused by one of placement."""
    log = world.logs["intake"]
    log.append([changed(log.origin, causation=cause)])
    await usa.cosigned(log, 0)
    return log


async def test_an_entry_whose_cause_may_still_come_is_in_doubt_and_blamed_for_nothing(
    world: World, usa: NodeClient
) -> None:
    del world.network.hosts["placement.example"]
    log = await caused(world, usa, "accord.example/placement/0#0")
    await usa.finds("coverage-incomplete")

    async def in_doubt() -> bool:
        items = await usa.items("/v1/findings", kind="coverage-incomplete", origin=log.origin)
        return any(item["expected"] == WAITS for item in items)

    await until(in_doubt, every=0.02)
    document = await replayed(usa, "early")
    assert (document["verdict"], document["findings"]) == ("not-checked", 1)
    placement = world.logs["placement"]
    world.network.hosts["placement.example"] = httpx.MockTransport(placement.answer)
    await world.carry("placement", 1)
    await usa.cosigned(placement, 0)
    await usa.finds("rule-broken")
    missing = await usa.items("/v1/findings", kind="evidence-missing")
    assert not [finding for finding in missing if finding["expected"].startswith(CAUSE)]


async def test_an_entry_whose_cause_its_log_has_not_is_found_out(
    world: World, usa: NodeClient
) -> None:
    log = await caused(world, usa, "accord.example/placement/0#7")
    found = await usa.finds("evidence-missing")
    (one,) = [finding for finding in found if finding["expected"].startswith(CAUSE)]
    assert (one["origin"], one["index"]) == (log.origin, 0)
