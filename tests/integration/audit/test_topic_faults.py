"""Whatever a topic does, the mirror ends with the log that was signed, and says what it saw."""

from contextlib import AsyncExitStack

import pytest

from services.audit.witness.witness import NotHeld
from shared.messaging.broker import SEQUENCE, Record
from tests.integration.audit.faults import LossyBroker
from tests.integration.audit.node import TOPIC, Node
from tests.support.entries import entry, publish
from tests.support.waiting import until


@pytest.fixture
def broker(node: Node) -> LossyBroker:
    """The node's broker."""
    assert isinstance(node.broker, LossyBroker)
    return node.broker


async def held(node: Node) -> list[bytes]:
    rows = await node.rows("SELECT entry FROM mirror_entries ORDER BY sequence")
    return [row["entry"] for row in rows]


async def publish_bytes(node: Node, *published: tuple[int, bytes]) -> None:
    await publish(node.broker, TOPIC, published)


async def test_a_gap_is_filled_from_the_origin_and_named(node: Node) -> None:
    node.log.grow(600)
    await node.log.publish(node.broker, TOPIC, [*range(250), *range(300, 600)])
    node.log.seal()
    async with node.running():
        await node.holds(600)
    assert await held(node) == node.log.entries
    assert await node.all_found() == [("sequence-gap", 250)]


async def test_a_forged_record_is_named_and_replaced_by_the_signed_entry(node: Node) -> None:
    node.log.grow(40)
    forged = entry(17, origin=node.log.origin)
    await node.log.publish(node.broker, TOPIC, range(17))
    await publish_bytes(node, (17, forged))
    await node.log.publish(node.broker, TOPIC, range(18, 40))
    async with node.running():
        assert await node.cosigned(0) == 40
    assert await held(node) == node.log.entries
    assert ("hash-mismatch", 17) in await node.all_found()


async def test_a_forged_record_beside_the_true_one_is_named(node: Node) -> None:
    node.log.grow(5)
    await node.log.publish(node.broker, TOPIC, range(4))
    await publish_bytes(node, (3, entry(3, origin=node.log.origin)))
    await node.log.publish(node.broker, TOPIC, [4])
    node.log.seal()
    async with node.running():
        await node.finds("hash-mismatch")
    assert await node.all_found() == [("hash-mismatch", 3)]
    assert await held(node) == node.log.entries


async def test_a_forged_record_of_an_entry_that_is_held_is_named(node: Node) -> None:
    await node.carry(5)
    node.log.seal()
    async with node.running():
        await node.holds(5)
        await publish_bytes(node, (2, b"{}"))
        await node.finds("hash-mismatch")
    assert await node.all_found() == [("hash-mismatch", 2)]


async def test_a_record_beyond_the_log_is_not_proved_and_does_not_pass_as_good(
    node: Node,
) -> None:
    await node.carry(3)
    await publish_bytes(node, (3, entry(3, origin=node.log.origin)))
    node.log.seal()
    async with node.running():
        await node.finds("coverage-incomplete")
        node.log.grow(1)
        assert await node.cosigned(0) == 4
        await node.finds("hash-mismatch")
    (doubt,) = await node.found("coverage-incomplete")
    assert doubt["how"] == "all is proved up to entry 3"
    assert await held(node) == node.log.entries


async def test_a_record_that_is_absurdly_far_ahead_is_let_go(node: Node) -> None:
    await publish_bytes(node, (10**12, b"{}"))
    async with node.broker.publisher(TOPIC) as publisher:
        await publisher.send([Record(b"a", b"{}", ()), Record(b"a", b"{}", ((SEQUENCE, b"x"),))])
        await publisher.send([Record(b"a", b"{}", ((SEQUENCE, b"9" * 5_000),))])
    await node.carry(3)
    node.log.seal()
    async with node.running():
        await node.holds(3)
    assert await node.all_found() == []


async def test_a_topic_that_lost_its_last_hour_costs_no_entry(
    node: Node, broker: LossyBroker
) -> None:
    await node.carry(50)
    node.log.seal()
    async with node.running():
        await node.holds(50)
        broker.lose(TOPIC, 20)
        lost = node.log.grow(30)
        broker.lose(TOPIC, 20)
        await node.log.publish(broker, TOPIC, lost[10:])
        assert await node.cosigned(0) == 80
        assert node.mirror.health().ready
    assert await held(node) == node.log.entries
    assert {*await node.all_found()} <= {("sequence-gap", 50)}  # unless it was filled before


async def test_a_topic_that_lost_everything_is_read_again_and_held_once(
    node: Node, broker: LossyBroker
) -> None:
    await node.carry(20)
    node.log.seal()
    async with node.running():
        await node.holds(20)
    broker.lose(TOPIC, 0)
    await node.log.publish(broker, TOPIC, range(20))
    await node.carry(5)
    again = await node.again()
    async with again.running():
        assert await again.cosigned(0) == 25
    assert await held(node) == node.log.entries
    assert await node.all_found() == []


async def test_without_kafka_everything_is_cosigned_from_the_origin(
    node: Node, broker: LossyBroker
) -> None:
    broker.away = True
    async with node.running():
        node.log.grow(300)
        assert await node.cosigned(0) == 300
        node.log.grow(7)
        assert await node.cosigned(300) == 307
        broker.away = False
        await node.log.publish(broker, TOPIC, range(307))
        await node.carry(3)
        assert await node.cosigned(307) == 310

        async def reads() -> bool:
            return node.mirror.reader.health().state == "running"

        await until(reads)
    assert await held(node) == node.log.entries
    assert await node.all_found() == []


async def test_with_neither_kafka_nor_the_origin_nothing_is_cosigned_and_that_is_a_finding(
    migrated_database: str,
) -> None:
    async with AsyncExitStack() as stack:
        node = await Node.open(migrated_database, stack, broker=LossyBroker(), patience=0.05)
        node.log.grow(9)
        node.log.down = True
        async with node.running():
            assert await node.ask(0) == NotHeld("of 9 entries 0 are held and proved")
            found = await node.finds("coverage-incomplete", 2)
            assert all(finding["how"] is None for finding in found)
            node.log.down = False
            await node.holds(9)

            async def settled() -> bool:
                return all(finding["how"] for finding in await node.found("coverage-incomplete"))

            await until(settled)
            assert await node.cosigned(0) == 9
