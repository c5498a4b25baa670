"""The mirror holds what a checkpoint of the log has proved, wherever it came from."""

from tests.integration.audit.node import TOPIC, Node
from tests.support.waiting import until


async def entries_of(node: Node) -> list[bytes]:
    rows = await node.rows("SELECT entry FROM mirror_entries ORDER BY sequence")
    return [row["entry"] for row in rows]


async def test_entries_are_held_when_a_checkpoint_proves_them(node: Node) -> None:
    await node.carry(300)
    node.log.seal()
    async with node.running():
        await node.holds(300)
    assert await entries_of(node) == node.log.entries
    head = node.mirror.history.head
    assert (head.size, head.root) == (300, node.log.log.tree.root())
    assert await node.all_found() == []


async def test_what_no_checkpoint_proves_is_not_held(node: Node) -> None:
    await node.carry(10)
    node.log.seal()
    await node.carry(5)
    async with node.running():
        await node.holds(10)
        found = await node.finds("coverage-incomplete")
    assert "no checkpoint proves what follows entry 9" in found[0]["found"]
    assert len(await entries_of(node)) == 10


async def test_a_node_cosigns_what_it_holds(node: Node) -> None:
    await node.carry(60)
    async with node.running():
        assert await node.cosigned(0) == 60
        await node.carry(7)
        assert await node.cosigned(60) == 67
    assert len(await entries_of(node)) == 67


async def test_a_long_log_is_proved_page_by_page(node: Node) -> None:
    await node.carry(9_000)
    node.log.seal()
    async with node.running():
        await node.holds(9_000)
    assert await entries_of(node) == node.log.entries
    sizes = (1, 255, 256, 257, 4096, 5000, 8192, 9000)
    for size in sizes:
        grown = type(node.log.log)()
        grown.grow(node.log.entries[:size])
        assert await node.mirror.history.tree.root_at(size) == grown.tree.root()


async def test_a_node_started_again_goes_on_where_it_was(node: Node) -> None:
    await node.carry(700)
    node.log.seal()
    async with node.running():
        await node.holds(700)
    await node.carry(400)
    node.log.seal()
    again = await node.again()
    async with again.running():
        await again.holds(1_100)
    assert await entries_of(node) == node.log.entries


async def test_a_duplicate_and_a_reordered_record_are_no_findings(node: Node) -> None:
    node.log.grow(6)
    await node.log.publish(node.broker, TOPIC, [0, 1, 1, 0, 3, 2, 4, 4, 5])
    node.log.seal()
    async with node.running():
        await node.holds(6)
        await node.log.publish(node.broker, TOPIC, [2, 5])
        await until(lambda: _read(node, 11))
    assert await entries_of(node) == node.log.entries
    assert await node.all_found() == []


async def _read(node: Node, offset: int) -> bool:
    return node.mirror.reader.reached >= offset
