"""What is said twice, or could be read in two ways, is refused wherever it stands: one table."""

import httpx
import pytest

from tests.support.bad_input import rows
from tests.unit.web.sample import Service
from tests.unit.web.test_malformed import JOURNEY

CASES = rows("said_twice")
Headers = list[tuple[str, str]]


def raw(service: Service, more: str, kind: str = "application/json") -> httpx.Headers:
    """What a command brings, and the headers of a case besides."""
    token = f"Bearer {service.token()}"
    usual = [("authorization", token), ("idempotency-key", "a")]
    if kind:
        usual.append(("content-type", kind))
    lines = [line.partition(": ") for line in more.replace("TOKEN", token).splitlines()]
    return httpx.Headers([*usual, *((name, value) for name, _, value in lines)])


async def answered(service: Service, where: str, sent: str) -> httpx.Response:
    """What a service says to a case."""
    async with service.client() as client:
        del client.headers["authorization"]
        match where:
            case "header":
                path, headers, body = "/v1/journeys", raw(service, sent), None
            case "type":
                path, headers, body = "/v1/journeys", raw(service, "", sent), None
            case "yaml":
                path, headers = "/v1/documents", raw(service, "", "application/yaml")
                body = sent.encode()
            case "json":
                path, headers, body = "/v1/journeys", raw(service, ""), sent.encode()
            case _:
                return await client.get(f"/v1/numbers?{sent}", headers=raw(service, "", ""))
        content = body or httpx.Request("POST", "http://x", json=JOURNEY).content
        return await client.post(path, content=content, headers=headers)


@pytest.mark.parametrize(("where", "sent", "status", "said"), CASES)
async def test_what_is_said_twice_is_refused_by_its_name(
    service: Service, where: str, sent: str, status: str, said: str
) -> None:
    answer = await answered(service, where, sent)
    assert (answer.status_code, said in answer.text) == (int(status), True), answer.text
