"""The continuous replay reads what is held, and nothing that waits or fails is passed over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from services.audit.mirror.store import MirrorStore
from services.audit.watch.continuous_replay import ContinuousReplay
from services.audit.watch.replay_orders import ReplayOrders
from shared.ledger.machine import new_id
from tests.integration.audit.faults import Trouble, TroubledConnections
from tests.integration.audit.node import ORIGIN, PACE, TOPIC, Node
from tests.support.entries import entry
from tests.support.signing import KEYS
from tests.support.waiting import until


@asynccontextmanager
async def running(*runs: object) -> AsyncIterator[None]:
    """Run tasks as long as the block lasts."""
    tasks = [asyncio.create_task(run.run()) for run in runs]  # type: ignore[attr-defined]  # all of them run
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def auditor_of(node: Node) -> ContinuousReplay:
    mirrors = {node.log.origin: node.mirror}
    return ContinuousReplay(
        mirrors, MirrorStore(node.connections), node.findings, signatures=KEYS.fault, pace=PACE
    )


def replays_of(node: Node) -> ReplayOrders:
    return ReplayOrders(
        node.connections,
        MirrorStore(node.connections),
        (node.log.origin,),
        findings=node.findings,
        signatures=KEYS.fault,
        clock=node.clock,
        pace=PACE,
    )


def changed(index: int, **attributes: str) -> bytes:
    written = {**json.loads(entry(index, origin=ORIGIN)), **attributes}
    return json.dumps(written, separators=(",", ":")).encode()


async def held(node: Node, *entries: bytes) -> None:
    await node.log.publish(node.broker, TOPIC, node.log.append(entries))
    async with node.running():
        await node.cosigned(0)


async def test_a_clock_that_steps_back_is_found_in_the_entry_where_it_does(node: Node) -> None:
    back = changed(1, recordedtime="2025-04-01T11:59:59Z")
    await held(node, entry(0, origin=ORIGIN), back, entry(2, origin=ORIGIN))
    async with running(auditor_of(node)):
        await node.finds("clock-regression")
    assert ("clock-regression", 1) in await node.all_found()


async def test_an_entry_that_calls_itself_another_is_a_sequence_gap(node: Node) -> None:
    await held(node, entry(0, origin=ORIGIN), entry(7, origin=ORIGIN))
    async with running(auditor_of(node)):
        await node.finds("sequence-gap")
    assert ("sequence-gap", 1) in await node.all_found()


async def test_what_was_found_is_found_once_however_often_it_is_replayed(node: Node) -> None:
    await held(node, entry(0, origin=ORIGIN), entry(7, origin=ORIGIN))
    for _ in range(3):
        auditor = auditor_of(node)
        async with running(auditor):

            async def read(one: ContinuousReplay = auditor) -> bool:
                return one.health().state == "running"

            await until(read)
    assert len(await node.found("sequence-gap")) == 1


async def test_an_entry_whose_cause_never_comes_is_read_without_it_and_found(
    node: Node,
) -> None:
    await held(node, changed(0, causation="accord.example/placement/0#99"))
    await node.mirror.open()
    async with node.running(), running(auditor_of(node)):
        rows = await node.finds("evidence-missing")
    assert any("accord.example/placement/0#99" in row["document"] for row in rows)


async def test_a_replay_that_fails_begins_again_and_misses_nothing(node: Node) -> None:
    await held(node, entry(0, origin=ORIGIN), entry(7, origin=ORIGIN))
    async with AsyncExitStack() as stack:
        trouble = Trouble(is_full=lambda sql: "SELECT entry" in sql)
        connections = TroubledConnections(node.url, trouble)
        await connections.open()
        stack.push_async_callback(connections.close)
        troubled = node.with_connections(connections)
        await troubled.mirror.open()
        auditor = auditor_of(troubled)
        async with running(auditor):

            async def stuck() -> bool:
                return await auditor.check() is not None

            await until(stuck)
            trouble.is_full = lambda _sql: False
            await node.finds("sequence-gap")


async def replayed(node: Node) -> dict[str, object]:
    """The document of a replay, once it is done."""
    replays, name = replays_of(node), new_id()
    async with running(replays):
        await replays.ask(name, "USA:auditor:auditor-1")

        async def done() -> bool:
            rows = await node.rows("SELECT finished_at FROM replays WHERE replay = $1", name)
            return [row["finished_at"] is not None for row in rows] == [True]

        await until(done)
    (row,) = await node.rows("SELECT document FROM replays WHERE replay = $1", name)
    document: dict[str, object] = json.loads(row["document"])
    return document


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE mirror_entries SET entry = entry || ' ' WHERE sequence = 3", "hash-mismatch"),
        ("UPDATE mirror_entries SET leaf_hash = '' WHERE sequence = 3", "hash-mismatch"),
        ("DELETE FROM mirror_entries WHERE sequence = 3", "root-mismatch"),
        ("DELETE FROM mirror_entries", "root-mismatch"),
    ],
)
async def test_a_mirror_that_somebody_changed_is_found_out_by_the_next_replay(
    node: Node, statement: str, kind: str
) -> None:
    await node.carry(9)
    async with node.running():
        await node.cosigned(0)
    await node.rows("ALTER TABLE mirror_entries DISABLE TRIGGER ALL")
    await node.rows(statement)
    document = await replayed(node)
    assert document["verdict"] == "findings"
    assert (kind, 3 if kind == "hash-mismatch" else 8) in await node.all_found()


async def test_a_replay_that_a_restart_interrupted_is_carried_out_after_it(node: Node) -> None:
    await replays_of(node).ask("interrupted", "USA:auditor:auditor-1")
    document = await replayed(node)
    assert document["verdict"] == "good"

    async def done() -> bool:
        rows = await node.rows("SELECT 1 FROM replays WHERE finished_at IS NULL")
        return rows == []

    async with running(replays_of(node)):
        await until(done)
