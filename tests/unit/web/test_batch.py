"""Many commands in one request: each carried out by itself, answered in order."""

import gzip
from typing import Annotated

import httpx
import msgspec
import pytest
import structlog
from fastapi import Depends
from starlette.responses import Response

from shared.web.identity.caller import Caller, caller_from
from shared.web.routes import resource_router
from shared.web.yaml_document import YamlDocument
from tests.unit.web.batches import NDJSON, OTHER, batch, kinds, line, packed
from tests.unit.web.sample import PERSON, Service


async def test_each_line_is_answered_in_order_as_the_single_request_is(
    client: httpx.AsyncClient, service: Service
) -> None:
    answers = await batch(client, *(line(f"key-{number}") for number in range(300)))
    assert [answer["line"] for answer in answers] == [*range(1, 301)]
    assert [answer["idempotency_key"] for answer in answers] == [f"key-{n}" for n in range(300)]
    assert {answer["status"] for answer in answers} == {201}
    assert answers[7]["location"] == f"/v1/persons/{answers[7]['answer']['person']}"
    sequences = {answer["answer"]["receipt"]["sequence"] for answer in answers}
    assert sequences == {*range(300)}
    assert await service.log.size() == 300


async def test_the_single_request_and_its_line_are_the_same_request(
    client: httpx.AsyncClient, service: Service
) -> None:
    (first,) = await batch(client, line("a"))
    single = await client.post(
        "/v1/persons",
        content=msgspec.json.encode(line("a")["body"]),
        headers={"idempotency-key": "a", "content-type": "application/json"},
    )
    assert (single.status_code, single.json()) == (201, first["answer"])
    assert await service.log.size() == 1


async def test_a_batch_that_is_sent_again_gets_the_same_answers(
    client: httpx.AsyncClient, service: Service
) -> None:
    lines = [line(f"key-{number}") for number in range(20)]
    assert await batch(client, *lines) == await batch(client, *lines)
    assert await service.log.size() == 20


async def test_a_wrong_line_gets_its_problem_and_the_rest_goes_on(
    client: httpx.AsyncClient, service: Service
) -> None:
    twice = b'{"idempotency_key":"d","idempotency_key":"d","body":{}}'
    answers = await batch(
        client, line("a"), b"{", b"\xff\xfe", b"[1]", twice, line(None), line("a b"), line("é"),
        b'{"idempotency_key":"e","boddy":{}}', b'{"idempotency_key":"f"}', line("g", extra=1),
        b'{"idempotency_key":"h","body":{"commitment":"\\ud800"}}', b"[" * 5000, b"", line("z"),
    )  # fmt: skip
    malformed = "request-malformed"
    assert kinds(answers) == [
        (1, 201, ""), (2, 400, malformed), (3, 400, malformed), (4, 400, malformed),
        (5, 400, malformed), (6, 400, "idempotency-key-missing"),
        (7, 400, "idempotency-key-malformed"), (8, 400, "idempotency-key-malformed"),
        (9, 400, malformed), (10, 400, malformed), (11, 400, malformed), (12, 400, malformed),
        (13, 400, malformed), (15, 201, ""),
    ]  # fmt: skip
    assert answers[4]["problem"]["findings"][0]["path"] == "line.idempotency_key"
    assert "line 4" not in answers[3]["problem"]["detail"]
    assert answers[10]["problem"]["findings"][0]["path"] == "body.extra"
    assert await service.log.size() == 2


async def test_a_key_that_another_line_has_for_something_else_is_a_clash(
    client: httpx.AsyncClient, service: Service
) -> None:
    answers = await batch(client, line("a", "a"), line("a", "b"), line("a", "a"), line("b", "b"))
    assert [answer["status"] for answer in answers] == [201, 409, 201, 201]
    assert answers[1]["problem"]["detail"].startswith("Line 1 of this batch has this key")
    assert answers[2]["answer"] == answers[0]["answer"]
    assert await service.log.size() == 2


async def test_a_rule_that_refuses_a_line_touches_no_other(client: httpx.AsyncClient) -> None:
    answers = await batch(
        client, line("a", person=PERSON), line("b", person=PERSON), line("c", person=OTHER)
    )
    statuses = [answer["status"] for answer in answers]
    assert sorted(statuses[:2]) == [201, 409]
    assert statuses[2] == 201


async def test_what_the_address_leaves_open_each_line_names(
    client: httpx.AsyncClient, service: Service
) -> None:
    path = "/v1/persons/-:board:batch"
    answers = await batch(
        client,
        {"idempotency_key": "a", "path": {"person": PERSON}},
        {"idempotency_key": "b"},
        {"idempotency_key": "c", "path": {"person": "nobody"}},
        {"idempotency_key": "d", "path": {"person": PERSON, "other": "x"}},
        {"idempotency_key": "e", "path": {"person": f"{PERSON}:board/x"}},
        {"idempotency_key": "f", "path": {"person": PERSON}, "body": {"not": "taken"}},
        {"idempotency_key": "g", "path": {"person": OTHER}},
        path=path,
    )
    assert [answer["status"] for answer in answers] == [422, 400, 400, 400, 400, 400, 422]
    assert answers[0]["problem"]["rule"] == "G3"
    assert answers[0]["problem"]["receipt"]["sequence"] == 0
    assert answers[1]["problem"]["findings"][0]["path"] == "line.path.person"
    assert answers[2]["problem"]["findings"][0]["path"] == "path.person"
    assert await service.log.size() == 2
    (again,) = await batch(
        client, {"idempotency_key": "a"}, path=f"/v1/persons/{PERSON}:board:batch"
    )
    assert again["problem"]["receipt"] == answers[0]["problem"]["receipt"]


async def test_lines_about_the_same_path_are_decided_in_their_order(
    client: httpx.AsyncClient,
) -> None:
    lines = [{"idempotency_key": f"{n}", "path": {"person": PERSON}} for n in range(100)]
    answers = await batch(client, *lines, path="/v1/persons/-:board:batch")
    recorded = [answer["problem"]["receipt"]["sequence"] for answer in answers]
    assert recorded == [*range(100)]


async def test_a_packed_batch_is_unpacked(client: httpx.AsyncClient, service: Service) -> None:
    content = gzip.compress(packed(line("a"), line("b")))
    headers = {**NDJSON, "content-encoding": "gzip"}
    response = await client.post("/v1/persons:batch", content=content, headers=headers)
    assert response.content.count(b'"status":201') == 2
    assert await service.log.size() == 2


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({"authorization": "Bearer x"}, 401, "token-not-valid"),
        ({"content-type": "application/json"}, 415, "media-type-not-taken"),
        ({"content-encoding": "br"}, 415, "encoding-not-taken"),
        ({"accept": "application/json"}, 406, "not-acceptable"),
        ({"path": "/v1/persons:batch?dry-run=perhaps"}, 400, "request-malformed"),
        ({"path": "/v1/persons:batch?dryrun=true"}, 400, "request-malformed"),
        ({"content-length": str((16 << 20) + 1)}, 413, "body-too-large"),
    ],
)
async def test_a_batch_that_cannot_begin_is_refused_as_a_whole(
    client: httpx.AsyncClient, headers: dict[str, str], status: int, reason: str
) -> None:
    headers = {**headers}
    path = headers.pop("path", "/v1/persons:batch")
    response = await client.post(path, content=packed(line()), headers={**NDJSON, **headers})
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (status, reason)


async def test_another_office_asks_for_no_batch_either(service: Service) -> None:
    async with service.client(service.token(office="treasury")) as client:
        response = await client.post("/v1/persons:batch", content=packed(line()), headers=NDJSON)
    assert response.status_code == 403


async def test_a_fault_in_one_line_is_logged_and_touches_no_other(
    client: httpx.AsyncClient, service: Service
) -> None:
    service.store.down = True
    with structlog.testing.capture_logs():
        answers = await batch(client, line("a", person=PERSON))
    assert answers[0]["status"] == 503
    assert "retry_after" in answers[0]


Text = Annotated[bytes, Depends(YamlDocument())]
Many = Annotated[Caller, Depends(caller_from(batch=True))]


async def document(text: Text, caller: Many) -> Response:
    return Response(text, 201, {"by": str(caller.actor)})


def test_a_document_is_no_line() -> None:
    router = resource_router("documents")
    with pytest.raises(TypeError, match="a line of a batch is JSON"):
        router.add_api_route("/documents", document, methods=["POST"])
