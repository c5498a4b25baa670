"""The witness over HTTP answers as C2SP tlog-witness says, and what it has not got is a 503."""

import httpx
import pytest

from shared.transparency.signed_checkpoint import open_checkpoint
from shared.transparency.witness import AddCheckpoint, read_cosignatures
from tests.integration.audit.network import NodeClient, World
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import USA, log_signers, signed


async def test_both_cosignatures_of_the_checkpoint_come_back(world: World, usa: NodeClient) -> None:
    await world.carry("intake", 60)
    log = world.logs["intake"]
    answer = await usa.cosigned(log, 0)
    checkpoint = log.signed().checkpoint
    lines = read_cosignatures(answer.content, checkpoint, USA.verifiers)
    assert [line.key_id for line in lines] == [key.id for key in USA.verifiers]
    shown = await usa.http.get(f"/{log.origin}/checkpoint")
    assert (
        open_checkpoint(shown.content, log.signers.verifiers, log.origin).checkpoint == checkpoint
    )


async def test_another_old_size_is_409_with_the_size_that_was_cosigned(
    world: World, usa: NodeClient
) -> None:
    await world.carry("intake", 5)
    await usa.cosigned(world.logs["intake"], 0)
    await world.carry("intake", 5)
    answer = await usa.add_checkpoint(world.logs["intake"].request(3).encode())
    assert (answer.status_code, answer.text) == (409, "5\n")
    assert answer.headers["content-type"] == "text/x.tlog.size"


async def test_a_log_that_nobody_knows_is_404(usa: NodeClient) -> None:
    stranger = LogDouble("accord.example/elsewhere/0")
    stranger.grow(1)
    assert (await usa.add_checkpoint(stranger.request(0).encode())).status_code == 404


async def test_a_checkpoint_that_the_log_has_not_signed_is_403(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["intake"]
    log.grow(1)
    forged = signed(log.signed().checkpoint, log=log_signers(log.origin, first_byte=9))
    answer = await usa.add_checkpoint(AddCheckpoint(0, (), forged.encoded).encode())
    assert answer.status_code == 403


async def test_a_proof_that_proves_nothing_is_422(world: World, usa: NodeClient) -> None:
    await world.carry("intake", 5)
    log = world.logs["intake"]
    await usa.cosigned(log, 0)
    await world.carry("intake", 5)
    request = log.request(5)
    wrong = AddCheckpoint(5, tuple(bytes(32) for _ in request.proof), request.note)
    assert (await usa.add_checkpoint(wrong.encode())).status_code == 422


async def test_an_old_size_beyond_the_checkpoint_is_400(world: World, usa: NodeClient) -> None:
    log = world.logs["intake"]
    log.grow(1)
    wrong = AddCheckpoint(2, (), log.request(0).note)
    assert (await usa.add_checkpoint(wrong.encode())).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"old 0\n",
        b"old 00\n\n",
        b"new 0\n\nx\n0\nAA==\n\n",
        b"old 0\n\naccord.example/intake/0\n1\nAAAA\n",
        b"old 0\n" + b"A" * 44 + b"\n" * 70,
        b"old 0\n\n" + b"x" * 600_000,
    ],
)
async def test_a_malformed_body_is_400(usa: NodeClient, body: bytes) -> None:
    answer = await usa.add_checkpoint(body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_beyond_all_bounds_is_413(usa: NodeClient) -> None:
    assert (await usa.add_checkpoint(b"x" * (2 << 20))).status_code == 413


async def test_a_proof_has_63_hashes_at_the_most(world: World, usa: NodeClient) -> None:
    log = world.logs["intake"]
    log.grow(1)
    note = log.request(0).note
    too_many = AddCheckpoint(0, tuple(bytes(32) for _ in range(64)), note)
    assert (await usa.add_checkpoint(too_many.encode())).status_code == 400


async def test_entries_that_have_not_come_are_503_and_nothing_is_cosigned(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["intake"]
    log.grow(10)
    log.down = True
    answer = await usa.add_checkpoint(log.request(0).encode())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (await usa.http.get(f"/{log.origin}/checkpoint")).status_code == 404
    assert (await usa.http.get(f"/{log.origin}/cosigned")).status_code == 404
    log.down = False
    await usa.cosigned(log, 0)


async def test_an_empty_log_is_cosigned_too(world: World, usa: NodeClient) -> None:
    answer = await usa.cosigned(world.logs["billing"], 0)
    assert answer.status_code == httpx.codes.OK
