"""Commands: every POST takes an Idempotency-Key, and every command answers with a receipt."""

import hashlib

import httpx
import msgspec
import pytest

from shared.web.request_checks import idempotency
from tests.unit.web.sample import ORIGIN, PERSON, REGISTRATION, Service


async def registered(client: httpx.AsyncClient, key: str = "a", **body: str) -> httpx.Response:
    return await client.post(
        "/v1/persons", json={**REGISTRATION, **body}, headers={"idempotency-key": key}
    )


async def test_a_command_answers_201_with_its_receipt_and_where_the_thing_is(
    client: httpx.AsyncClient, service: Service
) -> None:
    response = await registered(client)
    said = response.json()
    (entry,) = await service.log.read(0, 10)
    assert response.status_code == 201
    assert response.headers["location"] == f"/v1/persons/{said['person']}"
    assert said["receipt"] == {
        "origin": ORIGIN,
        "sequence": 0,
        "entry_id": msgspec.json.decode(entry)["id"],
        "leaf_hash": hashlib.sha256(b"\0" + entry).hexdigest(),
        "recorded_at": msgspec.json.decode(entry)["recordedtime"],
        "status": "recorded",
    }
    assert "receipts" not in said


async def test_the_entry_says_who_asked_and_in_which_trace(
    client: httpx.AsyncClient, service: Service
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "idempotency-key": "a"}
    response = await client.post("/v1/persons", json=REGISTRATION, headers=headers)
    (entry,) = await service.log.read(0, 1)
    written = msgspec.json.decode(entry)
    assert written["actor"] == "USA:intake-agency:desk-1"
    span = response.headers["x-request-id"]
    assert written["traceparent"] == f"00-{trace}-{span}-01"
    assert written["correlation"] == trace


async def test_the_same_key_and_request_gets_the_original_answer_again(
    client: httpx.AsyncClient, service: Service
) -> None:
    first, second = await registered(client), await registered(client)
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["location"] == first.headers["location"]
    assert await service.log.size() == 1


async def test_the_same_key_with_another_body_is_a_clash(
    client: httpx.AsyncClient, service: Service
) -> None:
    await registered(client)
    response = await registered(client, commitment="cd" * 32)
    assert response.status_code == 409
    assert response.json()["type"].endswith("/problems/idempotency-clash")
    assert await service.log.size() == 1


async def test_the_same_key_at_another_address_is_a_clash(client: httpx.AsyncClient) -> None:
    await registered(client, person=PERSON)
    response = await client.post(f"/v1/persons/{PERSON}:board", headers={"idempotency-key": "a"})
    assert response.status_code == 409
    assert response.json()["type"].endswith("/problems/idempotency-clash")


def test_what_is_kept_of_a_request_tells_nothing_to_who_has_not_its_key() -> None:
    scope = {"method": "POST", "path": "/v1/persons"}
    body = msgspec.json.encode(REGISTRATION)
    one, again, other = (idempotency(scope, key, body) for key in (b"a", b"a", b"b"))
    assert one == again
    assert len(one.request_sha256) == 32
    assert one.request_sha256 != other.request_sha256
    guesses = (body, b"POST\n/v1/persons\n" + body)
    assert one.request_sha256 not in {hashlib.sha256(guess).digest() for guess in guesses}


async def test_another_actor_may_use_the_same_key(service: Service) -> None:
    async with service.client() as one, service.client(service.token("SLV")) as other:
        first, second = await registered(one), await registered(other)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["person"] != second.json()["person"]


@pytest.mark.parametrize("key", [None, "", "a" * 256, "two words", "tab\t", "ø", "a\x7f"])
async def test_a_post_without_a_key_of_1_to_255_visible_ascii_characters_is_refused(
    client: httpx.AsyncClient, service: Service, key: str | None
) -> None:
    headers = [] if key is None else [(b"idempotency-key", key.encode())]
    response = await client.post(
        "/v1/persons", json=REGISTRATION, headers=[*headers, (b"x-other", b"1")]
    )
    assert response.status_code == 400
    assert "Idempotency-Key" in response.json()["detail"]
    assert await service.log.size() == 0


async def test_a_key_of_255_characters_is_taken(client: httpx.AsyncClient) -> None:
    assert (await registered(client, key="~" * 255)).status_code == 201


async def test_two_keys_at_once_are_refused(client: httpx.AsyncClient) -> None:
    headers = [("idempotency-key", "a"), ("idempotency-key", "b")]
    response = await client.post("/v1/persons", json=REGISTRATION, headers=headers)
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/header-repeated")


async def test_what_contradicts_the_record_is_a_conflict(client: httpx.AsyncClient) -> None:
    await registered(client, person=PERSON)
    response = await registered(client, key="b", person=PERSON)
    assert response.status_code == 409
    assert response.json()["type"] == "https://accord.example/problems/commitment-known"
    assert response.json()["title"] == "Commitment known"


async def test_a_refusal_on_record_says_the_rule_the_findings_and_its_receipt(
    client: httpx.AsyncClient, service: Service
) -> None:
    response = await client.post(f"/v1/persons/{PERSON}:board", headers={"idempotency-key": "a"})
    said = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert said.pop("instance") == f"urn:accord:request:{response.headers['x-request-id']}"
    assert said.pop("receipt")["sequence"] == 0
    assert said == {
        "type": "https://accord.example/problems/hold-stands-against-boarding",
        "title": "Hold stands against boarding",
        "status": 422,
        "detail": "A hold stands: have it lifted.",
        "rule": "G3",
        "findings": [{"rule": "G3", "missing": "no matching hold", "evidence": "hold/1"}],
    }
    assert await service.log.size() == 1


async def test_a_refusal_on_record_is_refused_again_under_the_same_key(
    client: httpx.AsyncClient, service: Service
) -> None:
    answers = [
        await client.post(f"/v1/persons/{PERSON}:board", headers={"idempotency-key": "a"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json()["receipt"] == answers[1].json()["receipt"]
    assert await service.log.size() == 1


FINAL = {"idempotency-key": "a", "prefer": "respond-async, Wait = final; x=1"}


async def test_waiting_for_final_ends_after_a_while_with_an_honest_status(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/v1/persons", json=REGISTRATION, headers=FINAL)
    assert response.status_code == 201
    assert response.json()["receipt"]["status"] == "recorded"
    assert "preference-applied" not in response.headers


async def test_waiting_for_final_is_answered_as_soon_as_both_governments_have_cosigned(
    client: httpx.AsyncClient, service: Service
) -> None:
    await service.published(1, is_final=True)
    response = await client.post("/v1/persons", json=REGISTRATION, headers=FINAL)
    assert response.json()["receipt"]["status"] == "final"
    assert response.headers["preference-applied"] == "wait=final"
    assert response.headers["location"].startswith("/v1/persons/")


async def test_a_refusal_on_record_waits_for_its_entry_too(
    client: httpx.AsyncClient, service: Service
) -> None:
    await service.published(1, is_final=True)
    response = await client.post(f"/v1/persons/{PERSON}:board", headers=FINAL)
    assert response.status_code == 422
    assert response.json()["receipt"]["status"] == "final"


async def test_who_does_not_prefer_to_wait_gets_the_original_answer_again(
    client: httpx.AsyncClient, service: Service
) -> None:
    plain = {"idempotency-key": "a", "prefer": "wait=10, handling=strict"}
    first = await client.post("/v1/persons", json=REGISTRATION, headers=plain)
    await service.published(1, is_final=True)
    again = await client.post("/v1/persons", json=REGISTRATION, headers=plain)
    assert again.content == first.content
    waiting = await client.post("/v1/persons", json=REGISTRATION, headers=FINAL)
    assert waiting.json()["receipt"]["status"] == "final"


async def test_an_answer_without_a_receipt_has_nothing_to_wait_for(
    client: httpx.AsyncClient,
) -> None:
    body = {"agreement": "a-b-2025", "legs": []}
    response = await client.post("/v1/journeys", json=body, headers=FINAL)
    assert response.status_code == 201
    assert "preference-applied" not in response.headers


async def test_a_log_that_is_down_is_503_with_retry_after(
    client: httpx.AsyncClient, service: Service
) -> None:
    service.store.down = True
    response = await registered(client)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["type"].endswith("/problems/log-unavailable")


@pytest.mark.parametrize("body", [b"", b"{}", b" {} \n"])
async def test_a_command_without_a_body_takes_none_or_an_empty_object(
    client: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"idempotency-key": "a"}
    response = await client.post(f"/v1/persons/{PERSON}:board", content=body, headers=headers)
    assert response.status_code == 422


@pytest.mark.parametrize("body", [b"null", b'{"force":true}', b"x"])
async def test_a_body_that_would_be_ignored_is_refused(
    client: httpx.AsyncClient, service: Service, body: bytes
) -> None:
    headers = {"idempotency-key": "a"}
    response = await client.post(f"/v1/persons/{PERSON}:board", content=body, headers=headers)
    assert response.status_code == 400
    assert await service.log.size() == 0
