"""Batches on their way: read, decided and answered as they come, in the room there is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from starlette.types import Message

from tests.unit.web.batches import NDJSON, batch, kinds, line, packed
from tests.unit.web.sample import PERSON, Service


async def test_a_token_that_expires_in_the_middle_is_seen_from_there_on(
    client: httpx.AsyncClient, service: Service
) -> None:
    async def lines() -> AsyncIterator[bytes]:
        yield packed(line("a"))
        while await service.log.size() == 0:  # noqa: ASYNC110 - the log has no event to wait for
            await asyncio.sleep(0)
        service.clock.present = service.clock.present.replace(year=2026)
        yield packed(line("b"))

    response = await client.post("/v1/persons:batch", content=lines(), headers=NDJSON)
    answers = [msgspec.json.decode(answer) for answer in response.content.splitlines()]
    assert kinds(answers) == [(1, 201, ""), (2, 401, "token-expired")]


async def test_lines_are_carried_out_as_they_arrive_and_none_that_is_torn(
    service: Service,
) -> None:
    """The client sends a line and a half, waits until the first is recorded, and is gone."""
    sent: list[Message] = []
    half = packed(line("b"))[:-20]

    async def receive() -> dict[str, Any]:
        if not sent:
            return {"type": "http.request", "body": b"", "more_body": True}
        if len(sent) == 1:
            sent.append({})
            return {"type": "http.request", "body": packed(line("a")) + half, "more_body": True}
        while await service.log.size() == 0:  # noqa: ASYNC110 - the log has no event to wait for
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    token = f"Bearer {service.token()}".encode()
    scope = {
        "type": "http", "method": "POST", "path": "/v1/persons:batch", "query_string": b"",
        "headers": [(b"authorization", token), (b"content-type", b"application/x-ndjson")],
    }  # fmt: skip
    await asyncio.wait_for(service.app(scope, receive, send), 60)
    assert await service.log.size() == 1
    async with service.client() as client:
        again = await batch(client, line("a"), line("b"))
    assert [answer["status"] for answer in again] == [201, 201]
    assert await service.log.size() == 2, "the first was recorded once, the second only now"


async def test_a_client_that_reads_nothing_before_it_has_sent_all_does_not_stand_still(
    service: Service,
) -> None:
    """Answers cannot leave until the body is whole; more of them than are decided at once."""
    whole = asyncio.Event()
    parts = [packed(line(f"{number}")) for number in range(500)]
    sent: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if not parts:
            await whole.wait()
            await asyncio.Event().wait()
        body = parts.pop(0)
        if not parts:
            whole.set()
        return {"type": "http.request", "body": body, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await whole.wait()
            sent.append(message["body"])

    token = f"Bearer {service.token()}".encode()
    scope = {
        "type": "http", "method": "POST", "path": "/v1/persons:batch", "query_string": b"",
        "headers": [(b"authorization", token), (b"content-type", b"application/x-ndjson")],
    }  # fmt: skip
    await asyncio.wait_for(service.app(scope, receive, send), 60)
    assert len([part for part in sent if part]) == 500


async def test_lines_wait_for_room_and_are_refused_at_last(
    client: httpx.AsyncClient, service: Service
) -> None:
    service.ages = [5.0] * 1000
    (refused,) = await batch(client, line("a"))
    assert (refused["status"], refused["retry_after"]) == (503, 5)
    assert refused["problem"]["type"].endswith("/overloaded")
    (urgent,) = await batch(
        client,
        {"idempotency_key": "b", "path": {"person": PERSON}},
        path="/v1/persons/-:board:batch",
    )
    assert urgent["status"] == 422
    service.ages = [5.0, 5.0, 0.0]
    (taken,) = await batch(client, line("a"))
    assert taken["status"] == 201


async def test_more_batches_than_a_process_can_hold_are_sent_away(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.routes._MOST_BATCHES", 0)
    response = await client.post("/v1/persons:batch", content=packed(line()), headers=NDJSON)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
