"""OpenAPI 3.1: problems, tokens and keys are documented on every operation."""

from typing import Any

import httpx

from tests.unit.web.test_app import OPEN


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def test_openapi_documents_problems_tokens_and_keys_on_every_operation(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    opened = {path.replace(":path", "") for path in OPEN}
    for path, method, operation in operations(document):
        answers = operation["responses"]
        for status, answer in answers.items():
            if int(status) >= 400:
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}
        names = [parameter["name"] for parameter in operation.get("parameters", [])]
        if "security" in operation:
            assert {"400", "401", "403", "404", "500", "503"} <= answers.keys()
        if method == "post":
            many = path.endswith(":batch")
            assert {"200" if many else "201", "409", "413", "415", "422"} <= answers.keys()
            assert ("Idempotency-Key" in names) is not many
        assert ("security" in operation) == (path not in opened)


async def test_openapi_names_only_what_it_defines(client: httpx.AsyncClient) -> None:
    response = await client.get("/openapi.json")
    defined = response.json()["components"]["schemas"].keys()
    named = {part.split('"')[0] for part in response.text.split("#/components/schemas/")[1:]}
    assert named <= defined
    assert {"Problem", "Registration", "Journey"} <= defined
    assert "HTTPValidationError" not in defined


async def test_openapi_says_that_a_document_is_yaml(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/v1/documents"]["post"]["requestBody"]
    assert body["content"].keys() == {"application/yaml"}


async def test_openapi_says_what_a_line_of_a_batch_is_and_how_it_is_answered(
    client: httpx.AsyncClient,
) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    batches = {path for path in paths if path.endswith(":batch")}
    assert batches == {"/v1/persons:batch", "/v1/persons/{person}:board:batch"}
    many, board = paths["/v1/persons:batch"]["post"], paths["/v1/persons/{person}:board:batch"]
    line = many["requestBody"]["content"]["application/x-ndjson"]["schema"]
    assert line["properties"]["body"] == {"$ref": "#/components/schemas/Registration"}
    assert line["required"] == ["idempotency_key", "body"]
    answered = many["responses"]["200"]["content"]["application/x-ndjson"]["schema"]
    assert answered == {"$ref": "#/components/schemas/LineAnswer"}
    assert {"dry-run"} == {parameter["name"] for parameter in many["parameters"]}
    line = board["post"]["requestBody"]["content"]["application/x-ndjson"]["schema"]
    assert line["required"] == ["idempotency_key"]
    assert line["properties"]["path"]["properties"].keys() == {"person"}
    (person,) = [
        parameter for parameter in board["post"]["parameters"] if parameter["in"] == "path"
    ]
    assert {"const": "-"} in person["schema"]["anyOf"]
