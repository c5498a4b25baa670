"""Whatever a node is sent, evidence is kept, the alarm rings, and it goes on serving."""

from pathlib import Path

import httpx
import pytest

from services.audit.findings import LOUDEST
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.signed_checkpoint import sign_checkpoint
from shared.transparency.witness import AddCheckpoint
from tests.integration.audit.network import NodeClient, World
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import SIGNED_AT, log_signers
from tests.support.waiting import until

GARBAGE = Path(__file__).with_name("garbage.txt").read_text("utf-8").splitlines()
"""One line is one body, with the escapes of a Python text."""


def second_root(log: LogDouble) -> bytes:
    """A checkpoint of the size that was cosigned, with another root, signed by the log itself."""
    checkpoint = Checkpoint(log.origin, log.size, bytes(32))
    note = sign_checkpoint(checkpoint, log.signers, SIGNED_AT).encode()
    return AddCheckpoint(log.size, (), note).encode()


def promised(log: LogDouble) -> bytes:
    """A checkpoint that the log has signed, of entries that nobody has."""
    checkpoint = Checkpoint(log.origin, 10**6, bytes(32))
    note = sign_checkpoint(checkpoint, log.signers, SIGNED_AT).encode()
    return AddCheckpoint(0, (), note).encode()


def unsigned(log: LogDouble) -> bytes:
    """A checkpoint that somebody else has signed in the log's name."""
    forger = log_signers(log.origin, first_byte=9)
    checkpoint = Checkpoint(log.origin, log.size, bytes(32))
    note = sign_checkpoint(checkpoint, forger, SIGNED_AT).encode()
    return AddCheckpoint(log.size, (), note).encode()


async def ready(node: NodeClient) -> dict[str, str]:
    """The alarms of a node that is ready."""
    answer = await node.http.get("/status")
    assert answer.status_code == httpx.codes.OK, answer.text
    alarms: dict[str, str] = answer.json()["alarms"]
    return alarms


async def serves(world: World, node: NodeClient) -> None:
    """That more of the log is mirrored, cosigned and shown."""
    log = world.logs["intake"]
    before = log.size
    await world.carry("intake", 5)

    async def cosigned() -> bool:
        asked = log.request(before).encode()
        return (await node.add_checkpoint(asked)).status_code == httpx.codes.OK

    await until(cosigned, every=0.02)
    assert (await node.http.get(f"/{log.origin}/checkpoint")).status_code == httpx.codes.OK
    assert await ready(node) is not None


@pytest.mark.parametrize("body", GARBAGE)
async def test_garbage_is_refused_and_changes_nothing(
    world: World, usa: NodeClient, body: str
) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 5)
    await usa.cosigned(log, 0)
    sent = body.encode("latin-1").decode("unicode_escape").encode("latin-1")
    answer = await usa.add_checkpoint(sent.replace(b"ORIGIN", log.origin.encode()))
    assert 400 <= answer.status_code < 500, answer.text
    assert await ready(usa) == {}
    await serves(world, usa)


async def test_a_second_root_for_one_size_is_kept_rings_and_stops_nobody(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 5)
    await usa.cosigned(log, 0)
    for _ in range(3):
        assert (await usa.add_checkpoint(second_root(log))).status_code in {409, 422}
    (found,) = await usa.finds("split-view")
    assert len(found["checkpoints"]) == 2
    assert "split-view" in (await ready(usa))["histories"]
    metrics = (await usa.http.get("/metrics")).text
    assert 'accord_findings_standing{kind="split-view"} 1.0' in metrics
    await serves(world, usa)
    assert len(await usa.finds("split-view")) == 1


async def test_what_the_log_has_promised_and_nobody_has_is_in_doubt_and_stops_nobody(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 5)
    await usa.cosigned(log, 0)
    body = promised(log).replace(b"old 0\n", f"old {log.size}\n".encode())
    for _ in range(7):
        assert (await usa.add_checkpoint(body)).status_code in {422, 503}

    async def in_doubt() -> bool:
        items = await usa.items("/v1/findings", kind="coverage-incomplete", origin=log.origin)
        return any(item["expected"].startswith("every entry that has arrived") for item in items)

    await until(in_doubt, every=0.02)
    assert await ready(usa) == {}
    await serves(world, usa)


async def test_what_somebody_else_has_signed_is_no_evidence_against_the_log(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 5)
    await usa.cosigned(log, 0)
    assert (await usa.add_checkpoint(unsigned(log))).status_code == 403
    for kind in LOUDEST:
        assert await usa.items("/v1/findings", kind=kind) == []
    assert await ready(usa) == {}
    await serves(world, usa)
