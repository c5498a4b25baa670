"""Every log: `/tile/entries/…` as C2SP tlog-tiles says, its size, and receipts."""

import struct
from urllib.parse import quote

import httpx
import pytest

from shared.kernel.actor import Actor
from shared.kernel.ids import PersonId
from shared.ledger.ids import new_id
from shared.ledger.provenance import Provenance
from shared.ledger.work import Step
from shared.web.log_endpoints import Tile, bundle
from tests.unit.web.sample import ORIGIN, REGISTER, START, RegisterPerson, Service


async def filled(service: Service, entries: int) -> None:
    actor = Actor("USA", "intake-agency", "desk-1")
    provenance = Provenance(actor=actor, time=START, correlation="story")
    commands = [RegisterPerson(PersonId(new_id()), "ab" * 32, actor) for _ in range(entries)]
    await service.runner.apply([Step(REGISTER, command, provenance) for command in commands])


def unbundled(content: bytes) -> list[bytes]:
    entries = []
    while content:
        (length,) = struct.unpack(">H", content[:2])
        entries.append(content[2 : 2 + length])
        content = content[2 + length :]
    return entries


@pytest.fixture
async def follower(service: Service) -> httpx.AsyncClient:
    """A client without a token."""
    transport = httpx.ASGITransport(service.app)
    return httpx.AsyncClient(transport=transport, base_url="http://accord.example")


async def test_a_full_bundle_has_256_entries_byte_for_byte_and_never_changes(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await filled(service, 300)
    response = await follower.get("/tile/entries/000")
    assert response.status_code == 200
    assert unbundled(response.content) == await service.log.read(0, 256)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "application/octet-stream"


async def test_a_partial_bundle_has_as_many_entries_as_its_width_says(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await filled(service, 300)
    response = await follower.get("/tile/entries/001.p/44")
    assert unbundled(response.content) == await service.log.read(256, 44)
    assert "immutable" not in response.headers["cache-control"]
    assert len(unbundled((await follower.get("/tile/entries/001.p/3")).content)) == 3
    assert len(unbundled((await follower.get("/tile/entries/000.p/255")).content)) == 255


@pytest.mark.parametrize("path", ["001", "001.p/45", "002", "002.p/1", "x001/x234/067"])
async def test_a_bundle_that_the_log_does_not_fill_is_404(
    service: Service, follower: httpx.AsyncClient, path: str
) -> None:
    await filled(service, 300)
    response = await follower.get(f"/tile/entries/{path}")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/problems/unknown-entry-bundle")


@pytest.mark.parametrize(
    ("path", "index", "width"),
    [
        ("000", 0, 256),
        ("999", 999, 256),
        ("x001/000", 1000, 256),
        ("x001/x234/067", 1234067, 256),
        ("x001/x234/067.p/8", 1234067, 8),
        ("000.p/255", 0, 255),
        ("x999/x999/x999/x999/999", 10**15 - 1, 256),
    ],
)
def test_an_index_is_written_in_groups_of_three_digits(path: str, index: int, width: int) -> None:
    assert Tile.read(path) == Tile(index, width)


@pytest.mark.parametrize(
    "path",
    [
        "0",
        "00",
        "0000",
        "1000",
        "001/000",
        "x001",
        "x001/x000",
        "x000/001",
        "x000/x001/000",
        "000.p/0",
        "000.p/256",
        "000.p/08",
        "000.p/",
        "000.p",
        "000/",
        "/000",
        "000\n",
        "\N{ARABIC-INDIC DIGIT ZERO}" * 3,
        "X001/000",
        "-01",
        "x001/000.p/8/",
        "x001//000",
        "/".join(["x999"] * 7 + ["999"]),
        "",
    ],
)
async def test_any_other_spelling_is_no_bundle(follower: httpx.AsyncClient, path: str) -> None:
    assert Tile.read(path) is None
    assert (await follower.get(f"/tile/entries/{quote(path)}")).status_code == 404


def test_a_bundle_holds_entries_of_up_to_65535_bytes() -> None:
    assert bundle([b"", b"ab", b"x" * 65_535]) == b"\0\0\0\2ab\xff\xff" + b"x" * 65_535


async def test_anyone_in_the_network_sees_origin_and_size(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await filled(service, 3)
    response = await follower.get("/v1/log")
    assert response.json() == {"origin": ORIGIN, "size": 3}


async def test_a_receipt_can_be_followed(client: httpx.AsyncClient, service: Service) -> None:
    await filled(service, 2)
    receipt = await service.log.receipt(1)
    assert receipt is not None
    response = await client.get(f"/v1/receipts/{ORIGIN}/1")
    assert response.status_code == 200
    assert response.json()["entry_id"] == receipt.entry_id
    assert response.json()["sequence"] == 1
    assert response.headers["etag"]


async def test_a_receipt_needs_a_token(follower: httpx.AsyncClient) -> None:
    assert (await follower.get(f"/v1/receipts/{ORIGIN}/0")).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ORIGIN}/2", 404),
        ("accord.example/billing/0/1", 404),
        (f"{ORIGIN}/{(1 << 62) - 1}", 404),
        (f"{ORIGIN}/{1 << 62}", 400),
        (f"{ORIGIN}/-1", 400),
        (f"{ORIGIN}/x", 400),
        (f"{ORIGIN}/{'9' * 2000}", 400),
    ],
)
async def test_a_receipt_that_is_not_there_is_a_problem(
    client: httpx.AsyncClient, service: Service, path: str, status: int
) -> None:
    await filled(service, 2)
    assert (await client.get(f"/v1/receipts/{path}")).status_code == status


async def test_a_proof_is_not_served_yet_and_the_problem_says_so(
    client: httpx.AsyncClient, service: Service
) -> None:
    await filled(service, 1)
    headers = {"accept": "text/x.tlog.proof"}
    response = await client.get(f"/v1/receipts/{ORIGIN}/0", headers=headers)
    assert response.status_code == 406
    assert response.json()["type"].endswith("/problems/proof-not-yet-served")
