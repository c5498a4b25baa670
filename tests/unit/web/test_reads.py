"""Reads carry an ETag, and lists an opaque cursor: `?after=<cursor>&limit=`."""

import httpx
import pytest

from tests.unit.web.sample import PERSON, Service

ADDRESS = f"/v1/persons/{PERSON}"


async def test_a_read_carries_an_etag_of_its_content(client: httpx.AsyncClient) -> None:
    first, again = await client.get(ADDRESS), await client.get(ADDRESS)
    other = await client.get("/v1/numbers")
    assert first.headers["etag"].startswith('W/"')
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("form", ["{tag}", '"other", {tag}', "*", "{strong}"])
async def test_what_the_client_has_already_is_304_without_a_body(
    client: httpx.AsyncClient, form: str
) -> None:
    tag = (await client.get(ADDRESS)).headers["etag"]
    known = form.format(tag=tag, strong=tag.removeprefix("W/"))
    response = await client.get(ADDRESS, headers={"if-none-match": known})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == tag


@pytest.mark.parametrize("known", ['"other"', "", "W/", '"' * 1000])
async def test_another_etag_gets_the_content(client: httpx.AsyncClient, known: str) -> None:
    response = await client.get(ADDRESS, headers={"if-none-match": known})
    assert response.status_code == 200


async def test_an_unknown_id_is_404_and_says_of_what(client: httpx.AsyncClient) -> None:
    response = await client.get(f"/v1/persons/{PERSON[:-1]}0")
    assert response.status_code == 404
    assert response.json()["type"] == "https://accord.example/problems/unknown-person"


async def test_a_list_is_read_page_by_page_to_its_end(client: httpx.AsyncClient) -> None:
    seen: list[int] = []
    query: dict[str, str] = {"least": "700"}
    for _ in range(4):
        said = (await client.get("/v1/numbers", params=query)).json()
        seen += [item["number"] for item in said["items"]]
        if said["next"] is None:
            break
        query = {"after": said["next"], "least": "700"}
    assert seen == [*range(700, 1000)]


async def test_a_page_has_as_many_items_as_asked_for(client: httpx.AsyncClient) -> None:
    said = (await client.get("/v1/numbers", params={"limit": 500})).json()
    assert len(said["items"]) == 500
    assert said["next"] is not None


async def test_only_the_offices_that_a_read_names_may_read(service: Service) -> None:
    for office, status in (("auditor", 200), ("intake-agency", 200), ("escort", 403)):
        async with service.client(service.token(office=office)) as client:
            assert (await client.get("/v1/numbers")).status_code == status
