"""Bad input: each gets a problem document that names the place, and nothing is done."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.web.sample import PERSON, REGISTRATION, Service

JOURNEY: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "legs": [{"planned_departure": "2025-03-16T02:10:00+02:00"}],
}


async def sent(client: httpx.AsyncClient, body: object) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"idempotency-key": "a", "content-type": "application/json"}
    return await client.post("/v1/journeys", content=content, headers=headers)


def with_leg(**leg: object) -> dict[str, Any]:
    return {**JOURNEY, "legs": [{**JOURNEY["legs"][0], **leg}]}


async def test_a_good_body_becomes_the_model_with_instants_in_utc(
    client: httpx.AsyncClient,
) -> None:
    response = await sent(client, JOURNEY)
    assert response.status_code == 201
    assert response.json()["departures"] == ["2025-03-16T00:10:00Z"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (with_leg(planned_departure="16 March"), "body.legs[0].planned_departure"),
        (with_leg(planned_departure="2025-02-30T00:00:00Z"), "body.legs[0].planned_departure"),
        (with_leg(planned_departure="2025-03-16T02:10:00"), "body.legs[0].planned_departure"),
        (with_leg(planned_departure="0001-01-01T00:00:00+14:00"), "body.legs[0].planned_departure"),
        (with_leg(planned_departure="9999-12-31T23:00:00-14:00"), "body.legs[0].planned_departure"),
        (with_leg(planned_departure=1742090000), "body.legs[0].planned_departure"),
        (with_leg(seats="1"), "body.legs[0].seats"),
        (with_leg(seats=1.5), "body.legs[0].seats"),
        (with_leg(seats=True), "body.legs[0].seats"),
        (with_leg(seats=-1), "body.legs[0].seats"),
        (with_leg(seats=10**30), "body.legs[0].seats"),
        (with_leg(other=1), "body.legs[0].other"),
        ({**JOURNEY, "surprise": 1}, "body.surprise"),
        ({"agreement": "usa-slv-2025"}, "body.legs"),
        ({**JOURNEY, "agreement": None}, "body.agreement"),
        ({**JOURNEY, "agreement": "usa-slv-2025\n"}, "body.agreement"),
        ({**JOURNEY, "price": {"amount": "1.5", "currency": "USD"}}, "body.price"),
        ({**JOURNEY, "price": {"amount": 1.5, "currency": "USD"}}, "body.price"),
        ({**JOURNEY, "price": {"amount": "1.50", "currency": "QQQ"}}, "body.price"),
        ({**JOURNEY, "scope": {"kind": "planet"}}, "body.scope"),
        ({**JOURNEY, "note": "x" * 5000}, "body.note"),
        ([], "body"),
        (None, "body"),
        (b"", "body"),
        (b"{", "body"),
        (b"\xff", "body"),
        (b'{"agreement": NaN}', "body"),
        (b"[" * 100_000, "body"),
        (b'{"a":' * 100_000, "body"),
        (b"1" * 5000, "body"),
    ],
)
async def test_what_is_wrong_is_400_and_a_finding_names_the_place(
    client: httpx.AsyncClient, body: object, place: str
) -> None:
    response = await sent(client, body)
    said = response.json()
    assert (response.status_code, said["status"]) == (400, 400)
    assert response.headers["content-type"] == "application/problem+json"
    assert said["type"] == "https://accord.example/problems/request-malformed"
    assert [finding["path"].startswith(place) for finding in said["findings"]].count(True) >= 1


def _ambiguous() -> list[list[str]]:
    lines = (Path(__file__).parent / "ambiguous_bodies.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in lines.splitlines()]


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        pytest.param(*refused, id=f"{number}-{refused[0]}")
        for number, refused in enumerate(_ambiguous())
    ],
)
async def test_what_two_readers_could_read_differently_is_refused_by_its_place(
    client: httpx.AsyncClient, kind: str, path: str, body: str
) -> None:
    response = await sent(client, body.encode())
    assert response.status_code == 400
    said = [(finding["rule"], finding["path"]) for finding in response.json()["findings"]]
    assert (kind, path) in said


async def test_many_repeated_keys_are_refused_in_little_time(client: httpx.AsyncClient) -> None:
    """The processor's time, which other work makes no longer: the square would be minutes."""
    body = b"{" + b",".join(b'"k%d":1' % (index % 30_000) for index in range(60_000)) + b"}"
    before = time.process_time()
    assert (await sent(client, body)).status_code == 400
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"agreement":"a\\u0000b"}', "body.agreement"),
        (b'{"legs":[{"x":"\\u0000"}]}', "body.legs[0].x"),
        (b'{"a\\u0000":1}', "body.a\N{REPLACEMENT CHARACTER}"),
        (b'"\\u0000"', "body"),
    ],
)
async def test_a_nul_character_in_any_string_is_refused(
    client: httpx.AsyncClient, body: bytes, place: str
) -> None:
    response = await sent(client, body)
    assert response.status_code == 400
    assert "NUL" in response.json()["detail"]
    assert [finding["path"] for finding in response.json()["findings"]] == [place]


async def test_a_backslash_before_u0000_is_no_nul(client: httpx.AsyncClient) -> None:
    body = json.dumps({**JOURNEY, "note": "\\u0000"}).encode()
    assert b"\\\\u0000" in body
    assert (await sent(client, body)).status_code == 201


@pytest.mark.parametrize(
    "surrogate", [b"\\ud800", b"\\udc00", b"\\ud800\\ud800", b"\\udc00\\ud800", b"\xed\xa0\x80"]
)
async def test_a_lone_surrogate_in_any_string_is_refused(
    client: httpx.AsyncClient, surrogate: bytes
) -> None:
    body = json.dumps(JOURNEY).encode()[:-1] + b', "note": "' + surrogate + b'"}'
    assert (await sent(client, body)).status_code == 400


async def test_a_pair_of_surrogates_is_a_character(client: httpx.AsyncClient) -> None:
    body = json.dumps({**JOURNEY, "note": "\N{GRINNING FACE}"}).encode()
    assert b"\\ud83d" in body
    assert (await sent(client, body)).status_code == 201


async def test_what_the_client_sent_is_neither_echoed_whole_nor_raw(
    client: httpx.AsyncClient,
) -> None:
    name = "<script>\x1b[31m" + "x" * 100_000
    scope = {"kind": "y" * 100_000}
    response = await sent(client, {**JOURNEY, name: 1, "scope": scope})
    assert response.status_code == 400
    assert len(response.content) < 4000
    assert b"\x1b" not in response.content
    assert b"\\u001b" not in response.content


async def test_the_findings_of_a_body_full_of_faults_are_bounded(
    client: httpx.AsyncClient,
) -> None:
    response = await sent(client, {**JOURNEY, "legs": [{}] * 10_000})
    assert len(response.json()["findings"]) == 50


@pytest.mark.parametrize("body", [JOURNEY, {}])
@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "multipart/form-data", ""])
async def test_a_body_of_another_type_is_415(
    client: httpx.AsyncClient, body: object, kind: str | None
) -> None:
    headers = {"idempotency-key": "a"} | ({} if kind is None else {"content-type": kind})
    content = json.dumps(body).encode()
    response = await client.post("/v1/journeys", content=content, headers=headers)
    assert response.status_code == 415
    assert response.headers["accept-post"] == "application/json"


async def test_a_charset_beside_the_type_is_fine(client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "a", "content-type": "Application/JSON; charset=utf-8"}
    content = json.dumps(JOURNEY).encode()
    response = await client.post("/v1/journeys", content=content, headers=headers)
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, application/*;q=0.5", 200),
        ("text/html", 406),
        ("text/x.tlog.proof", 406),
    ],
)
async def test_who_takes_no_json_is_406(
    client: httpx.AsyncClient, accept: str, status: int
) -> None:
    response = await client.get(f"/v1/persons/{PERSON}", headers={"accept": accept})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("as_of=2025-03-16", "query.as_of"),
        ("known_at=2025-03-16", "query.known_at"),
        ("limt=5", "query.limt"),
        ("limit", None),
        ("limit=5&limit=6", None),
        ("limit=0", "query.limit"),
        ("limit=501", "query.limit"),
        ("limit=x", "query.limit"),
        ("limit=1e2", "query.limit"),
        ("least=-1", "query.least"),
        ("least=99999999999999999999", "query.least"),
        ("after=", "query.after"),
        ("after=!!", "query.after"),
        ("after=WyJ4Il0", "query.after"),
        ("after=W10", "query.after"),
        ("after=WzEsMl0", "query.after"),
        ("after=WzFlOTld", "query.after"),
        ("after=W3RydWVd", "query.after"),
        ("after=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMF0", "query.after"),
        ("after=" + "A" * 1025, "query.after"),
        ("least=%00", None),
        ("&".join(f"a{number}=1" for number in range(100)), None),
    ],
)
async def test_a_query_parameter_that_is_unknown_or_wrong_is_400(
    client: httpx.AsyncClient, query: str, place: str | None
) -> None:
    response = await client.get(f"/v1/numbers?{query}")
    assert response.status_code == 400
    if place is not None:
        assert [finding["path"] for finding in response.json()["findings"]] == [place]


async def test_a_query_on_a_command_is_400(client: httpx.AsyncClient, service: Service) -> None:
    headers = {"idempotency-key": "a"}
    response = await client.post("/v1/persons?dry_run=true", json=REGISTRATION, headers=headers)
    assert response.status_code == 400
    assert await service.log.size() == 0


@pytest.mark.parametrize(
    "person", ["1", PERSON.upper(), PERSON + "%0A", "%00", "x" * 3000, "..%2f"]
)
async def test_an_address_that_is_no_id_is_refused(client: httpx.AsyncClient, person: str) -> None:
    response = await client.get(f"/v1/persons/{person}")
    assert response.status_code in {400, 404}
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < 1000


async def test_an_unknown_address_is_404(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/nothing")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/problems/route-unknown")


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "NONSENSE"]
)
async def test_another_method_is_405_and_says_which_are_taken(
    client: httpx.AsyncClient, method: str
) -> None:
    response = await client.request(method, f"/v1/persons/{PERSON}")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET"
    assert response.headers["content-type"] == "application/problem+json"
