"""A node whose database is full, or tampered with: nothing is answered that is not stored."""

from datetime import timedelta

import asyncpg
import pytest

from services.audit.mirror.errors import MirrorBroken
from services.audit.witness.witness import Cosigned, NotHeld
from shared.database.connections import Connections
from shared.database.errors import Unavailable
from shared.transparency.witness import FORBIDDEN, AddCheckpoint, Refused, read_cosignatures
from tests.integration.audit.faults import Trouble, TroubledConnections
from tests.integration.audit.node import ORIGIN, Node
from tests.support.signers import USA, log_signers, signed
from tests.support.waiting import until


async def test_with_a_full_disk_nothing_is_cosigned_and_with_room_again_everything_is(
    node: Node,
) -> None:
    trouble = Trouble()
    connections = TroubledConnections(node.url, trouble)
    await connections.open()
    node.stack.push_async_callback(connections.close)
    full = node.with_connections(connections, patience=0.05)
    await full.mirror.open()
    async with full.running():
        await full.carry(30)
        assert await full.cosigned(0) == 30
        trouble.is_full = lambda sql: "INSERT INTO mirror_entries" in sql
        await full.carry(10)
        assert isinstance(await full.ask(30), NotHeld)

        async def failing() -> bool:
            return not full.mirror.health().ready

        await until(failing)
        trouble.is_full = lambda sql: "UPDATE witness_seen" in sql
        await full.holds(40)
        with pytest.raises(Unavailable):
            await full.ask(30)
        assert len(await node.rows("SELECT 1 FROM cosigned")) == 1
        trouble.is_full = lambda _sql: False
        assert await full.cosigned(30) == 40


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mirror_entries SET entry = 'x'",
        "DELETE FROM mirror_entries",
        "TRUNCATE mirror_entries",
        "DELETE FROM mirror_tags",
        "UPDATE cosigned SET root = ''",
        "DELETE FROM cosigned",
        "UPDATE findings SET kind = 'x'",
        "DELETE FROM findings",
        "DELETE FROM findings_settled",
        "UPDATE mirror_logs SET size = size - 1",
        "UPDATE mirror_logs SET root = 'x'",
        "UPDATE mirror_logs SET log = 9",
        "DELETE FROM mirror_logs",
        "TRUNCATE mirror_logs",
        "UPDATE witness_seen SET size = 0",
        "UPDATE witness_seen SET root = 'x'",
        "DELETE FROM witness_seen",
        "UPDATE mirror_tiles SET hashes = ''",
        "UPDATE mirror_tiles SET hashes = 'x' || hashes",
        "DELETE FROM mirror_tiles",
    ],
)
async def test_g21_the_database_itself_refuses_to_take_back_what_was_proved_or_cosigned(
    node: Node, statement: str
) -> None:
    await node.carry(300)
    async with node.running():
        await node.cosigned(0)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await node.rows(statement)


async def test_a_mirror_that_was_tampered_with_is_not_gone_on_from(node: Node) -> None:
    await node.carry(300)
    async with node.running():
        await node.cosigned(0)
    await node.rows("ALTER TABLE mirror_entries DISABLE TRIGGER ALL")
    await node.rows("UPDATE mirror_entries SET leaf_hash = sha256(leaf_hash) WHERE sequence = 299")
    with pytest.raises(MirrorBroken):
        await node.again()


async def test_the_time_of_a_cosignature_never_goes_back(node: Node) -> None:
    await node.carry(5)
    async with node.running():
        first = await node.witness.add_checkpoint(node.log.request(0).encode())
        node.clock.step(timedelta(hours=-3))
        again = await node.witness.add_checkpoint(node.log.request(5).encode())
    assert isinstance(first, Cosigned)
    assert isinstance(again, Cosigned)
    checkpoint = node.log.signed().checkpoint
    times = [
        int.from_bytes(line.signature[:8])
        for response in (first, again)
        for line in read_cosignatures(response.lines, checkpoint, USA.verifiers)
    ]
    assert times == [times[0]] * 4


async def test_a_checkpoint_that_the_log_has_not_signed_never_reaches_the_database(
    node: Node,
) -> None:
    node.log.grow(1)
    forged = signed(node.log.signed().checkpoint, log=log_signers(ORIGIN, first_byte=9))
    closed = Connections(node.url, 1)  # and never opened: whoever asks it fails
    answer = await node.with_connections(closed).witness.add_checkpoint(
        AddCheckpoint(0, (), forged.encoded).encode()
    )
    assert isinstance(answer, Refused)
    assert answer.status == FORBIDDEN
