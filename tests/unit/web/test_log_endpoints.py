"""Every log: checkpoint, tiles and bundles as C2SP tlog-tiles says, its size, receipts, proofs."""

import struct
from urllib.parse import quote

import httpx
import pytest

from shared.kernel.actor import Actor
from shared.kernel.ids import PersonId
from shared.ledger.machine import new_id
from shared.ledger.recorded import Provenance
from shared.ledger.work import Step
from shared.sealing.heads import EMPTY_HEAD, SealedHead
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.merkle import leaf_hash, root_of
from shared.transparency.tiles import TreeBuilder
from shared.transparency.tlog_proof import parse_tlog_proof, verify_tlog_proof
from tests.support.signers import POLICY, SLV, USA, signed
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
    await sealed(service, 300)
    response = await follower.get("/tile/entries/000")
    assert response.status_code == 200
    assert unbundled(response.content) == await service.log.read(0, 256)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "application/octet-stream"


async def test_a_full_bundle_that_is_not_sealed_is_not_kept_for_ever(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await sealed(service, 255)
    await filled(service, 1)
    response = await follower.get("/tile/entries/000")
    assert len(unbundled(response.content)) == 256
    assert response.headers["cache-control"] == "public, max-age=60"


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
    assert (await follower.get(f"/tile/entries/{quote(path)}")).status_code == 404


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
        (f"{ORIGIN}/{(1 << 53) - 1}", 404),
        (f"{ORIGIN}/{1 << 53}", 400),
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


async def sealed(service: Service, entries: int) -> None:
    """Entries that are in a signed and cosigned checkpoint."""
    await filled(service, entries)
    builder = TreeBuilder()
    grown = builder.extend(await service.tree.leaves(0, entries))
    checkpoint = Checkpoint(ORIGIN, builder.size, builder.root())
    note = signed(checkpoint, USA, SLV)
    head = SealedHead(builder.size, builder.root(), note.encoded, START)
    assert await service.tree.seal(EMPTY_HEAD, head, grown)
    await service.published(entries, is_final=True, note=note.encoded)


async def test_a_log_without_a_checkpoint_says_so(follower: httpx.AsyncClient) -> None:
    response = await follower.get("/checkpoint")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/problems/unknown-checkpoint")
    assert response.headers["cache-control"] == "no-store"


async def test_the_checkpoint_is_kept_for_a_second_at_the_most(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await sealed(service, 3)
    response = await follower.get("/checkpoint")
    assert response.content == await service.log.checkpoint()
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=1"


async def test_tiles_have_the_hashes_of_the_tree(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await sealed(service, 300)
    leaves = [leaf_hash(entry) for entry in await service.log.read(0, 300)]
    full = await follower.get("/tile/0/000")
    assert full.content == b"".join(leaves[:256])
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert full.headers["content-type"] == "application/octet-stream"
    partial = await follower.get("/tile/0/001.p/44")
    assert partial.content == b"".join(leaves[256:])
    assert "immutable" not in partial.headers["cache-control"]
    assert (await follower.get("/tile/1/000.p/1")).content == root_of(leaves[:256])


async def test_a_partial_tile_ends_with_the_sealed_tree_and_a_bundle_with_the_log(
    service: Service, follower: httpx.AsyncClient
) -> None:
    await sealed(service, 3)
    await filled(service, 2)
    assert (await follower.get("/tile/0/000.p/3")).status_code == 200
    assert (await follower.get("/tile/0/000.p/4")).status_code == 404
    assert (await follower.get("/tile/entries/000.p/5")).status_code == 200


@pytest.mark.parametrize(
    "path", ["0/0", "00/000", "-1/000", "64/000", "0/000.p/0", "1/000", "0/x001/000", "x/000", "0/"]
)
async def test_any_other_spelling_is_no_tile(
    service: Service, follower: httpx.AsyncClient, path: str
) -> None:
    await sealed(service, 3)
    assert (await follower.get(f"/tile/{path}")).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("", None),
    ],
)
async def test_a_bundle_is_compressed_for_who_takes_that(
    service: Service, follower: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    await filled(service, 20)
    headers = {"accept-encoding": accepted}
    response = await follower.get("/tile/entries/000.p/20", headers=headers)
    assert unbundled(response.content) == await service.log.read(0, 20)
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["vary"] == "accept-encoding"


async def test_a_receipt_says_how_far_its_entry_has_come(
    client: httpx.AsyncClient, service: Service
) -> None:
    await sealed(service, 2)
    await filled(service, 1)
    answers = [await client.get(f"/v1/receipts/{ORIGIN}/{index}") for index in range(3)]
    assert [answer.json()["status"] for answer in answers] == ["final", "final", "recorded"]


PROOF = {"accept": "text/x.tlog.proof"}


async def test_a_final_entry_has_a_proof_that_verifies_without_us(
    client: httpx.AsyncClient, service: Service
) -> None:
    await sealed(service, 300)
    response = await client.get(f"/v1/receipts/{ORIGIN}/17", headers=PROOF)
    assert response.headers["content-type"] == "text/x.tlog.proof; charset=utf-8"
    assert "accord.example-intake-0-17.tlog-proof" in response.headers["content-disposition"]
    (entry,) = await service.log.read(17, 1)
    verify_tlog_proof(parse_tlog_proof(response.content), entry, POLICY)


async def test_an_entry_that_is_not_final_has_no_proof_yet(
    client: httpx.AsyncClient, service: Service
) -> None:
    await filled(service, 1)
    response = await client.get(f"/v1/receipts/{ORIGIN}/0", headers=PROOF)
    assert response.status_code == 409
    assert response.json()["type"].endswith("/problems/not-yet-final")
    assert response.headers["retry-after"] == "1"


async def test_who_takes_json_too_gets_the_receipt_and_an_unknown_entry_is_404(
    client: httpx.AsyncClient, service: Service
) -> None:
    await sealed(service, 1)
    both = {"accept": "application/json, text/x.tlog.proof"}
    assert (await client.get(f"/v1/receipts/{ORIGIN}/0", headers=both)).json()["status"] == "final"
    assert (await client.get(f"/v1/receipts/{ORIGIN}/1", headers=PROOF)).status_code == 404


async def test_no_other_read_has_a_proof(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/numbers", headers=PROOF)).status_code == 406
