"""The mirror on a real Kafka, whose topic loses everything that was in it."""

from contextlib import AsyncExitStack

from aiokafka.admin import AIOKafkaAdminClient

from shared.messaging.kafka import KafkaBroker
from tests.integration.audit.node import ORIGIN, Node
from tests.support.mirrored_logs import LogDouble
from tests.support.waiting import until


async def delete_topic(bootstrap: str, topic: str) -> None:
    """Delete a topic with all that is in it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


async def test_a_topic_that_is_lost_and_goes_on_costs_no_entry(
    migrated_database: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    broker, topic = KafkaBroker(kafka_bootstrap), f"{topic_prefix}.intake"
    log = LogDouble(ORIGIN)
    async with AsyncExitStack() as stack:
        node = await Node.open(migrated_database, stack, log=log, broker=broker, topic=topic)
        await broker.create(topic)
        async with node.running():
            await log.publish(broker, topic, log.grow(700))
            assert await node.cosigned(0) == 700
            log.grow(40)
            await delete_topic(kafka_bootstrap, topic)
            assert await node.cosigned(700) == 740

            async def reads_again() -> bool:
                """The topic is there again, with what came after."""
                await broker.create(topic)
                await log.publish(broker, topic, log.grow(1))
                offset_before = node.mirror.reader.reached
                await node.holds(740)
                return node.mirror.reader.reached < 700 or offset_before < 700

            await until(reads_again, every=0.5)
            old = 740
            assert await node.cosigned(old) == log.size
    rows = await stack_rows(migrated_database)
    assert rows == log.entries


async def stack_rows(url: str) -> list[bytes]:
    """What is held, read by somebody else."""
    async with AsyncExitStack() as stack:
        node = await Node.open(url, stack)
        rows = await node.rows("SELECT entry FROM mirror_entries ORDER BY sequence")
        return [row["entry"] for row in rows]
