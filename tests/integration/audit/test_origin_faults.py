"""An origin that shows other bytes than it has signed is named, and nothing of it is cosigned."""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from services.audit.witness.witness import Cosigned, NotHeld
from shared.transparency.bundle import encode_bundle, parse_bundle
from shared.transparency.signed_checkpoint import open_checkpoint
from shared.transparency.verify import verify_consistency
from shared.transparency.witness import Refused
from tests.integration.audit.faults import LossyBroker
from tests.integration.audit.node import ORIGIN, Node
from tests.support.entries import entry
from tests.support.mirrored_logs import LogDouble
from tests.support.trees import with_one_bit_flipped


@pytest.fixture
async def hasty(migrated_database: str) -> AsyncIterator[Node]:
    """A node that soon says that it has not got the entries."""
    async with AsyncExitStack() as stack:
        yield await Node.open(migrated_database, stack, broker=LossyBroker(), patience=0.05)


def with_another_entry(index: int) -> bytes:
    return entry(index, origin=ORIGIN)


async def test_a_bundle_with_another_entry_is_named_and_not_held_until_it_is_sound(
    hasty: Node,
) -> None:
    def forged(path: str, body: bytes) -> bytes:
        if not path.startswith("tile/entries/"):
            return body
        found = parse_bundle(body)
        return encode_bundle([*found[:3], with_another_entry(3), *found[4:]])

    hasty.log.grow(9)
    hasty.log.served = forged
    async with hasty.running():
        assert isinstance(await hasty.ask(0), NotHeld)
        await hasty.finds("hash-mismatch")
        await hasty.finds("coverage-incomplete")
        assert await hasty.rows("SELECT 1 FROM mirror_entries") == []
        hasty.log.served = lambda _path, body: body
        await hasty.holds(9)
        assert await hasty.cosigned(0) == 9
    assert {("hash-mismatch", 3), ("coverage-incomplete", None)} == {*await hasty.all_found()}
    (doubt,) = await hasty.found("coverage-incomplete")
    assert doubt["how"] == "all is proved up to entry 8"


async def test_entries_that_do_not_lead_to_what_was_signed_are_a_root_mismatch(
    hasty: Node,
) -> None:
    hasty.log.grow(9)
    request = hasty.log.request(0)
    other = LogDouble(ORIGIN)
    other.grow(9)
    hasty.log.log = other.log
    async with hasty.running():
        answer = await hasty.witness.add_checkpoint(request.encode())
        assert isinstance(answer, NotHeld)
        await hasty.finds("root-mismatch")
    assert await hasty.rows("SELECT 1 FROM cosigned") == []
    (found,) = await hasty.found("root-mismatch")
    assert found["sequence"] == 0
    assert json.loads(found["document"])["checkpoints"] == [request.note.decode()]


@pytest.mark.parametrize("served", [None, b"", b"x" * 31, b"not json"])
async def test_an_origin_that_talks_nonsense_is_not_believed(
    hasty: Node, served: bytes | None
) -> None:
    hasty.log.grow(300)
    hasty.log.served = lambda _path, _body: served
    hasty.log.seal()
    async with hasty.running():
        assert isinstance(await hasty.ask(0), NotHeld)
        await hasty.finds("coverage-incomplete")
        hasty.log.served = lambda _path, body: body
        await hasty.holds(300)
        assert await hasty.cosigned(0) == 300


async def test_any_bit_of_a_tile_flipped_on_its_way_never_lets_a_page_through_unproved(
    hasty: Node,
) -> None:
    def flipped(path: str, body: bytes) -> bytes:
        return body if path == "checkpoint" else with_one_bit_flipped(body, len(path) * 7919)

    hasty.log.grow(5_000)
    hasty.log.seal()
    hasty.log.served = flipped
    async with hasty.running():
        await hasty.finds("coverage-incomplete")
        assert await hasty.rows("SELECT 1 FROM mirror_entries") == []
        hasty.log.served = lambda _path, body: body
        await hasty.holds(5_000)
    assert hasty.mirror.history.head.root == hasty.log.log.tree.root()


async def test_a_checkpoint_that_the_log_has_not_signed_moves_nothing(hasty: Node) -> None:
    await hasty.carry(4)
    stranger = LogDouble("accord.example/elsewhere/0")
    stranger.grow(4)
    hasty.log.note = stranger.seal().encoded
    async with hasty.running():
        found = await hasty.finds("coverage-incomplete", 2)
    assert await hasty.rows("SELECT 1 FROM mirror_entries") == []
    assert any("SignatureRefused" in finding["found"] for finding in found)


async def test_partial_tiles_that_are_gone_are_cut_from_full_ones(hasty: Node) -> None:
    """C2SP tlog-tiles: a log may forget a partial tile when the full one is there."""
    hasty.log.grow(700)
    signed = hasty.log.seal()
    hasty.log.grow(400)

    def only_full(path: str, body: bytes) -> bytes | None:
        return None if ".p/188" in path else body

    hasty.log.served = only_full
    async with hasty.running():
        await hasty.holds(signed.checkpoint.size)
    assert hasty.mirror.history.head.root == signed.checkpoint.root


async def test_a_log_with_two_histories_of_one_size_is_a_split_view_with_both_as_evidence(
    hasty: Node,
) -> None:
    await hasty.carry(8)
    first = hasty.log.request(0)
    other = LogDouble(ORIGIN)
    other.append([*hasty.log.entries[:7], with_another_entry(7)])
    second = other.request(8)
    async with hasty.running():
        while not isinstance(await hasty.witness.add_checkpoint(first.encode()), Cosigned):
            continue
        answer = await hasty.witness.add_checkpoint(second.encode())
    assert isinstance(answer, Refused)
    assert (answer.status, answer.size) == (409, 8)
    (found,) = await hasty.found("split-view")
    notes = json.loads(found["document"])["checkpoints"]
    assert notes == [first.note.decode(), second.note.decode()]
    assert await hasty.findings.check() is not None
    assert len(await hasty.rows("SELECT 1 FROM cosigned")) == 1


async def test_a_longer_history_that_leaves_out_what_is_held_is_a_split_view(
    hasty: Node,
) -> None:
    await hasty.carry(300)
    async with hasty.running():
        assert await hasty.cosigned(0) == 300
        other = LogDouble(ORIGIN)
        other.append(
            [*hasty.log.entries[:299], *(entry(i, origin=ORIGIN) for i in range(299, 310))]
        )
        hasty.log.log = other.log
        answer = await hasty.ask(300)
        assert isinstance(answer, Refused)
        assert answer.status == 422
        await hasty.finds("split-view")
    assert len(await hasty.rows("SELECT 1 FROM mirror_entries")) == 300
    assert hasty.mirror.history.head.size == 300


async def test_a_smaller_checkpoint_of_another_history_is_a_split_view(hasty: Node) -> None:
    await hasty.carry(20)
    async with hasty.running():
        assert await hasty.cosigned(0) == 20
        other = LogDouble(ORIGIN)
        other.grow(11)
        assert await hasty.mirror.offer(other.signed()) is False
    assert await hasty.all_found() == [("split-view", 10)]
    (found,) = await hasty.found("split-view")
    document = json.loads(found["document"])
    ours, theirs = (
        open_checkpoint(note.encode(), other.signers.verifiers, ORIGIN).checkpoint
        for note in document["checkpoints"]
    )
    held = base64.b64decode(
        re.findall("root ([^ ]+) at size 11", document["finding"]["expected"])[0]
    )
    assert (ours.size, theirs.size) == (20, 11)
    assert held != theirs.root
    verify_consistency(  # whoever has the log's keys sees that it has signed both
        old=11,
        new=20,
        old_root=held,
        new_root=ours.root,
        proof=[base64.b64decode(node_hash) for node_hash in document["consistency"]],
    )


async def test_two_checkpoints_of_one_size_that_are_both_ahead_are_a_split_view_at_once(
    hasty: Node,
) -> None:
    await hasty.mirror.open()
    one, two = LogDouble(ORIGIN), LogDouble(ORIGIN)
    one.grow(4)
    two.grow(4)
    assert await hasty.mirror.offer(one.signed()) is None
    assert await hasty.mirror.offer(two.signed()) is None
    assert await hasty.all_found() == [("split-view", 3)]


async def test_a_restored_backup_of_the_log_is_not_cosigned_again(hasty: Node) -> None:
    """A log that has forgotten its last entries offers a shorter history: 409 names the size."""
    await hasty.carry(30)
    async with hasty.running():
        assert await hasty.cosigned(0) == 30
        backup = LogDouble(ORIGIN)
        backup.append(hasty.log.entries[:25])
        answer = await hasty.witness.add_checkpoint(backup.request(25).encode())
        assert answer == Refused(409, "the size cosigned last is 30, not 25", 30)
        assert await hasty.all_found() == []
        backup.append([with_another_entry(25)])
        await hasty.witness.add_checkpoint(backup.request(26).encode())
    assert await hasty.all_found() == [("split-view", 25)]
