"""Requests on trial: what would happen is told, and nothing is recorded."""

import httpx

from tests.unit.web.batches import batch, kinds, line
from tests.unit.web.sample import PERSON, Service


async def test_what_is_tried_is_answered_and_not_recorded(
    client: httpx.AsyncClient, service: Service
) -> None:
    path = "/v1/persons:batch?dry-run=true"
    lines = [line("a", person=PERSON), line("b", extra=1)]
    first, second = await batch(client, *lines, path=path)
    assert first["status"] == 200
    assert first["answer"]["dry_run"] is True
    assert first["answer"]["recorded"] == []
    assert first["answer"]["entries"] == 1
    (would,) = first["answer"]["would_record"]
    assert would["type"] == "intake.PersonRegistered.v1"
    assert would["data"]["person"] == PERSON
    assert (second["status"], second["problem"].get("dry_run")) == (400, None)
    assert await service.log.size() == 0
    (done,) = await batch(client, line("a", person=PERSON))
    assert done["status"] == 201, "the key was not used"


async def test_a_trial_is_decided_on_the_newest_state_and_its_refusal_is_marked(
    client: httpx.AsyncClient, service: Service
) -> None:
    await batch(client, line("a", person=PERSON))
    path = "/v1/persons:batch?dry-run=true"
    used, refused = await batch(
        client, line("a", person=PERSON), line("b", person=PERSON), path=path
    )
    assert used["answer"]["would_record"] == []
    assert used["answer"]["recorded"][0]["sequence"] == 0
    assert kinds([refused]) == [(2, 409, "commitment-known")]
    assert refused["problem"]["dry_run"] is True
    single = await client.post(
        f"/v1/persons/{PERSON}:board?dry-run=true", headers={"idempotency-key": "c"}
    )
    assert (single.status_code, single.json()["dry_run"]) == (422, True)
    assert "receipt" not in single.json(), "a refusal on record is not recorded either"
    assert await service.log.size() == 1


async def test_what_cannot_be_tried_is_not_taken_for_a_trial(
    client: httpx.AsyncClient, service: Service
) -> None:
    body = {"agreement": "usa-slv-2025", "legs": []}
    response = await client.post(
        "/v1/journeys?dry-run=true", json=body, headers={"idempotency-key": "a"}
    )
    assert response.status_code == 400
    response = await client.post(
        "/v1/persons?dry-run=perhaps", json=line()["body"], headers={"idempotency-key": "a"}
    )
    assert response.status_code == 400
    assert await service.log.size() == 0
