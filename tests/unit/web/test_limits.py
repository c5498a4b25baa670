"""The request body limit: 1 MiB, also for chunked bodies that do not say how long they are."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.web.sample import Service

MIB = 1 << 20
HEADERS = {"idempotency-key": "a", "content-type": "application/json"}


class Chunks:
    """A body without end, which counts how much of it was taken."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self._size // 65536):
            self.taken += 65536
            yield b" " * 65536


async def test_a_body_of_10_mib_is_413_without_being_read(client: httpx.AsyncClient) -> None:
    body = Chunks(10 * MIB)
    headers = {**HEADERS, "content-length": str(10 * MIB)}
    response = await client.post("/v1/journeys", content=body, headers=headers)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith("/problems/body-too-large")
    assert body.taken == 0


async def test_a_chunked_body_is_413_as_soon_as_it_is_over_1_mib(
    client: httpx.AsyncClient,
) -> None:
    body = Chunks(100 * MIB)
    response = await client.post("/v1/journeys", content=body, headers=HEADERS)
    assert response.status_code == 413
    assert MIB < body.taken <= MIB + 2 * 65536


async def test_a_length_that_lies_is_no_way_around_the_limit(client: httpx.AsyncClient) -> None:
    body = Chunks(100 * MIB)
    headers = {**HEADERS, "content-length": "10"}
    response = await client.post("/v1/journeys", content=body, headers=headers)
    assert response.status_code == 413
    assert body.taken <= MIB + 2 * 65536


@pytest.mark.parametrize("length", ["-1", "1e3", "ten", "", "9" * 30, "+5"])
async def test_a_length_that_is_no_number_is_refused(service: Service, length: str) -> None:
    async with service.client() as client:
        response = await client.post(
            "/v1/journeys",
            content=Chunks(65536),
            headers={**HEADERS, "content-length": length},
        )
    assert response.status_code == 413


async def test_a_body_of_exactly_1_mib_is_read(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/journeys", content=Chunks(MIB), headers=HEADERS)
    assert response.status_code == 400


async def test_a_large_body_on_a_read_is_413(client: httpx.AsyncClient) -> None:
    headers = {"content-length": str(10 * MIB)}
    response = await client.request("GET", "/v1/numbers", content=Chunks(MIB), headers=headers)
    assert response.status_code == 413
