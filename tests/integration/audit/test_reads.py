"""Entries, logs, findings and replays over HTTP, for those who may ask this government's node."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest

from shared.contracts.placement import PlaceReserved
from shared.ledger.entry import decode
from shared.ledger.machine import new_id
from shared.transparency.merkle import leaf_hash
from tests.integration.audit.network import NodeClient, World
from tests.support.entries import BEGINNING
from tests.support.waiting import until

READS = ("/v1/logs", "/v1/entries", "/v1/findings", f"/v1/replays/{'0' * 32}")


async def filled(world: World, usa: NodeClient) -> None:
    """Two logs with entries, all of them held."""
    for service, count in (("intake", 30), ("placement", 7)):
        await world.carry(service, count)
        await usa.cosigned(world.logs[service], 0)


async def test_logs_say_what_is_held_cosigned_and_final(world: World, usa: NodeClient) -> None:
    await filled(world, usa)
    document = await usa.read("/v1/logs", "ops")
    shown = {item["origin"]: item for item in document["items"]}
    assert [*shown] == [log.origin for log in world.logs.values()]
    intake, billing = (shown[world.logs[name].origin] for name in ("intake", "billing"))
    root = world.logs["intake"].log.tree.root().hex()
    assert (intake["size"], intake["root"], intake["lag"]) == (30, root, 0)
    assert (intake["cosigned"]["size"], intake["cosigned"]["root"]) == (30, root)
    assert (billing["size"], billing["cosigned"], billing["final_size"]) == (0, None, 0)


async def test_entries_come_in_the_order_in_which_they_were_recorded_page_by_page(
    world: World, usa: NodeClient
) -> None:
    await filled(world, usa)
    found = await usa.items("/v1/entries", limit="8")
    assert len(found) == 37
    instants = [datetime.fromisoformat(entry["recorded_at"]) for entry in found]
    assert instants == sorted(instants)
    bytes_of = {
        (log.origin, index): entry
        for log in world.logs.values()
        for index, entry in enumerate(log.entries)
    }
    for shown in found:
        entry = bytes_of[shown["origin"], shown["sequence"]]
        assert shown["leaf_hash"] == leaf_hash(entry).hex()
        assert shown["entry"]["id"] == decode(entry).entry_id


async def test_entries_are_found_by_what_they_are_about(world: World, usa: NodeClient) -> None:
    await filled(world, usa)
    origin = world.logs["placement"].origin
    fourth = decode(world.logs["placement"].entries[4])
    assert isinstance(fourth.event, PlaceReserved)
    searches = (
        {"person": str(fourth.event.person)},
        {"custody": str(fourth.event.custody)},
        {"custody": str(fourth.event.custody), "type": "placement.PlaceReserved.v1"},
    )
    for search in searches:
        (one,) = await usa.items("/v1/entries", **search)
        assert (one["origin"], one["sequence"]) == (origin, 4), search
    assert len(await usa.items("/v1/entries", origin=origin)) == 7
    assert len(await usa.items("/v1/entries", type="placement.PlaceReserved.v1", limit="5")) == 37
    assert await usa.items("/v1/entries", person=new_id()) == []
    assert await usa.items("/v1/entries", custody=str(fourth.event.custody), type="other") == []


async def test_entries_as_they_were_known_and_as_they_had_happened(
    world: World, usa: NodeClient
) -> None:
    await filled(world, usa)
    known = (BEGINNING + timedelta(milliseconds=2)).isoformat()
    assert len(await usa.items("/v1/entries", known_at=known)) == 6
    before = (BEGINNING - timedelta(seconds=1)).isoformat()
    assert await usa.items("/v1/entries", as_of=before) == []
    assert len(await usa.items("/v1/entries", as_of=BEGINNING.isoformat())) == 37


async def test_an_entry_that_is_no_json_is_shown_as_its_bytes(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["billing"]
    log.append([b"\xff not json"])
    await usa.cosigned(log, 0)
    (one,) = await usa.items("/v1/entries", origin=log.origin)
    assert (one["entry"], one["bytes"]) == (None, "/yBub3QganNvbg==")

    async def found() -> bool:
        items = await usa.items("/v1/findings", kind="coverage-incomplete", origin=log.origin)
        return [item["settled_at"] for item in items if item["index"] == 0] == [None]

    await until(found, every=0.02)


@pytest.mark.parametrize("path", READS)
async def test_g22_offices_that_may_not_ask_are_refused(usa: NodeClient, path: str) -> None:
    may = (("auditor", "USA"), ("auditor", "XX"), ("court", "XX"), ("monitor", "XX"))
    may_not = (("auditor", "SLV"), ("auditor", "VEN"), ("treasury", "USA"), ("counsel", "XX"))
    for office, party in (*may, *may_not):
        answer = await usa.http.get(path, headers=usa.headers(office, party))
        is_refused = answer.status_code == httpx.codes.FORBIDDEN
        assert is_refused is ((office, party) in may_not), (office, party)
    answer = await usa.http.get(path)
    assert answer.status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    "query",
    [
        {"after": "bm9uZQ"},
        {"after": "WyJ4IiwieSIsMV0"},
        {"after": "WyIyMDI1LTAxLTAxVDAwOjAwOjAwIiwieSIsMV0"},
        {"as_of": "yesterday"},
        {"known_at": "2025-03-15T00:00:00"},
        {"as_of": "2199-01-01T00:00:00Z"},
        {"known_at": "2199-01-01T00:00:00Z"},
        {"limit": "0"},
        {"shape": "round"},
        {"person": "a b"},
    ],
)
async def test_a_query_that_makes_no_sense_is_400(usa: NodeClient, query: dict[str, str]) -> None:
    answer = await usa.http.get("/v1/entries", params=query, headers=usa.headers())
    assert answer.status_code == httpx.codes.BAD_REQUEST, answer.text


async def test_findings_are_read_by_kind_and_log(world: World, usa: NodeClient) -> None:
    await filled(world, usa)
    await usa.finds("evidence-missing")
    origin = world.logs["placement"].origin
    by_log = await usa.items("/v1/findings", origin=origin, limit="3")
    assert {finding["origin"] for finding in by_log} == {origin}
    by_kind = await usa.items("/v1/findings", kind="evidence-missing")
    assert {finding["kind"] for finding in by_kind} == {"evidence-missing"}
    answer = await usa.http.get("/v1/findings", params={"kind": "bad-mood"}, headers=usa.headers())
    assert answer.status_code == httpx.codes.BAD_REQUEST


async def test_the_policy_is_there_for_whoever_verifies(world: World, usa: NodeClient) -> None:
    answer = await usa.http.get("/policy")
    assert answer.text == world.policy.encode()


async def test_a_mirrored_log_is_served_as_tiles(world: World, usa: NodeClient) -> None:
    log = world.logs["intake"]
    await world.carry("intake", 600)
    await usa.cosigned(log, 0)
    for path in ("tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88"):
        shown = await usa.http.get(f"/{log.origin}/{path}")
        at_origin = log.answer(httpx.Request("GET", f"http://intake.example/{path}"))
        assert shown.content == at_origin.content, path
    last = "tile/0/x036/x028/x797/x018/x963/967.p/1"  # of the largest tree that there can be
    for path in (last, "tile/0/003", "tile/0/002.p/89", "tile/2/000", "tile/entries/002.p/89"):
        assert (await usa.http.get(f"/{log.origin}/{path}")).status_code == 404, path


async def replayed(usa: NodeClient, key: str) -> dict[str, object]:
    """Order a replay, and wait until it is done."""
    headers = {**usa.headers(), "idempotency-key": key}
    ordered = await usa.http.post("/v1/replays", headers=headers)
    assert ordered.status_code == httpx.codes.ACCEPTED, ordered.text
    where = ordered.headers["location"]

    async def done() -> bool:
        return bool((await usa.read(where))["state"] == "done")

    await until(done, every=0.02)
    document: dict[str, object] = await usa.read(where)
    return document


async def test_a_replay_of_nothing_is_good(world: World, usa: NodeClient) -> None:
    document = await replayed(usa, "one")
    assert (document["verdict"], document["findings"]) == ("good", 0)
    assert document["extent"] == {log.origin: 0 for log in world.logs.values()}


async def test_a_replay_derives_everything_again_and_says_what_is_wrong(
    world: World, usa: NodeClient
) -> None:
    await filled(world, usa)
    document = await replayed(usa, "two")
    origin = world.logs["intake"].origin
    assert document["verdict"] == "findings"
    assert isinstance(document["extent"], dict)
    assert document["extent"][origin] == 30
    assert isinstance(document["roots"], dict)
    assert document["roots"][origin] == world.logs["intake"].log.tree.root().hex()
    assert isinstance(document["report"], dict)
    assert document["report"]["entries"][origin] == 30
    again = await replayed(usa, "two")
    assert again == document


async def test_a_replay_that_could_not_read_everything_is_not_good(
    world: World, usa: NodeClient
) -> None:
    log = world.logs["billing"]
    log.append([b"{}"])
    await usa.cosigned(log, 0)
    document = await replayed(usa, "three")
    assert (document["verdict"], document["findings"]) == ("not-checked", 1)


async def test_what_a_restart_interrupted_is_replayed_again(usa: NodeClient) -> None:
    first, second = await asyncio.gather(replayed(usa, "a"), replayed(usa, "b"))
    assert (first["verdict"], second["verdict"]) == ("good", "good")
    assert first["replay"] != second["replay"]
