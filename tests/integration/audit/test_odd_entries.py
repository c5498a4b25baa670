"""An entry that its log has signed is held whatever it says: an auditor does not choose."""

import json
from typing import Any

import pytest

from tests.integration.audit.node import ORIGIN, TOPIC, Node
from tests.support.entries import entry


def changed(**attributes: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    written = {**json.loads(entry(0, origin=ORIGIN)), **attributes}
    return json.dumps(written, separators=(",", ":")).encode()


def with_data(**fields: Any) -> bytes:  # noqa: ANN401 - the same
    written = json.loads(entry(0, origin=ORIGIN))
    return json.dumps({**written, "data": {**written["data"], **fields}}).encode()


ODD = (
    b"",
    b"{}",
    b"\xff\x00",
    b"[" * 60_000,
    entry(5, origin=ORIGIN),
    entry(0, origin="accord.example/elsewhere/0"),
    changed(type=""),
    changed(type="a\u0000b"),
    changed(type="a\u001fb"),
    changed(type="x" * 60_000),
    changed(type="placement.PlaceReserved.v9"),
    changed(subject="a\u0000b"),
    changed(recordedtime="0001-01-01T00:00:00Z", time="9999-12-31T23:59:59.999999Z"),
    changed(recordedtime="2025-01-01T00:00:00+23:59", time="0001-01-01T00:00:00+23:59"),
    changed(recordedtime="2025-01-01T00:00:00"),
    with_data(person="a\u0000b", custody="c\u001fd"),
    with_data(person="", custody="x" * 30_000),
    with_data(person="a\nb"),
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_whatever_an_entry_says_it_is_held_if_its_log_has_signed_it(
    node: Node, odd: bytes
) -> None:
    await node.log.publish(node.broker, TOPIC, node.log.append([odd]))
    await node.carry(2)
    async with node.running():
        assert await node.cosigned(0) == 3
    rows = await node.rows("SELECT entry FROM mirror_entries ORDER BY sequence")
    assert [row["entry"] for row in rows] == node.log.entries
