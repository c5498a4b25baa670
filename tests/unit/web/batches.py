"""Batches as tests send them."""

from typing import Any

import httpx
import msgspec

OTHER = "01890a5d-ac96-774b-bcce-b302099a8058"
NDJSON = {"content-type": "application/x-ndjson"}


def line(key: str | None = "a", digit: str = "a", **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    named = {} if key is None else {"idempotency_key": key}
    return {**named, "body": {"commitment": digit * 64, **body}}


def packed(*lines: dict[str, Any] | bytes) -> bytes:
    return b"".join(
        (content if isinstance(content, bytes) else msgspec.json.encode(content)) + b"\n"
        for content in lines
    )


async def batch(
    client: httpx.AsyncClient,
    *lines: dict[str, Any] | bytes,
    path: str = "/v1/persons:batch",
    **headers: str,
) -> list[dict[str, Any]]:
    response = await client.post(path, content=packed(*lines), headers={**NDJSON, **headers})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    return [msgspec.json.decode(line) for line in response.content.splitlines()]


def kinds(answers: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    return [
        (
            answer["line"],
            answer["status"],
            answer.get("problem", {}).get("type", "").rpartition("/")[2],
        )
        for answer in answers
    ]
