"""The OpenAPI document: tokens, keys, problem documents on every operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.web.batches.batch import EACH_LINE, LineAnswer
from shared.web.batches.ndjson import NDJSON_TYPE
from shared.web.openapi.operation_texts import describe
from shared.web.problems import MEDIA_TYPE, Problem
from shared.web.responses import Trial

_MEANINGS = {
    304: "Not modified",
    400: "Malformed",
    401: "No valid token",
    403: "This party, office or subject may not",
    404: "Unknown",
    406: "The answer cannot have that form",
    409: "Contradicts what is recorded, or an idempotency clash",
    413: "Body too large",
    415: "Body of another type",
    422: "Refused by a rule",
    500: "Internal error",
    503: "Cannot be decided now; try again",
}
_OF_READS = (304, 400, 401, 403, 404, 406, 413, 500, 503)
_OF_COMMANDS = (400, 401, 403, 404, 406, 409, 413, 415, 422, 500, 503)
_OF_OPEN = (400, 404, 413, 500, 503)
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new one for each command; the same one to try the same command again",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "example": "7d9b2a6e-4d5f-4a51-9a1e-1f2d3c4b5a69",
}
_PREFER_PARAMETER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=final`: answer when both governments have cosigned, or after 5 seconds",
    "schema": {"type": "string"},
    "example": "wait=final",
}
_OF_POSTS = [_KEY_PARAMETER, _PREFER_PARAMETER]
_TRIED = {
    "description": "What would happen (`?dry-run=true`); nothing was recorded",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Trial"}}},
}
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ETAG_PARAMETER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what the client has already",
    "schema": {"type": "string"},
}


_BATCH = (
    "One command a line, each with its own key, at most 10,000 lines and 16 MiB (unpacked, where it"
    " is sent with `Content-Encoding: gzip`). Each is checked, decided and answered as if it had"
    " been sent by itself, under the same key; those about the same path in their order. What the"
    " address names as `-`, each line names in `path`. A line that is wrong gets its problem, and"
    " the rest goes on; if the connection breaks, send all of it again."
)


def document(app: FastAPI, open_paths: frozenset[str]) -> Callable[[], dict[str, Any]]:
    """What makes the app's OpenAPI document, once."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app, open_paths)
        return app.openapi_schema

    return made


def _completed(app: FastAPI, open_paths: frozenset[str]) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
    )
    (_, parts) = msgspec.json.schema_components(
        [Problem, LineAnswer, Trial], ref_template="#/components/schemas/{name}"
    )
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= parts
    for left_over in ("HTTPValidationError", "ValidationError"):
        schemas.pop(left_over, None)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    describe(app.routes, schema["paths"])
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if path.endswith(":batch"):
                _many(operation)
            elif any(
                parameter["name"] == "dry-run" for parameter in operation.get("parameters", [])
            ):
                operation["responses"]["200"] = _TRIED
            _complete(operation, method, is_open=path in open_paths)
    return schema


def _complete(operation: dict[str, Any], method: str, *, is_open: bool) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    if is_open:
        statuses: tuple[int, ...] = _OF_OPEN
    else:
        operation["security"] = [{"bearer": []}]
        post = method == "post"
        of_post = [] if NDJSON_TYPE in responses.get("200", {}).get("content", {}) else _OF_POSTS
        added = of_post if post else [_ETAG_PARAMETER]
        operation.setdefault("parameters", []).extend(added)
        statuses = _OF_COMMANDS if post else _OF_READS
    for status in statuses:
        answered = responses.setdefault(str(status), {})
        answered["description"] = answered.get("description") or _MEANINGS[status]
    for status, said in responses.items():
        if int(status) >= 400:  # noqa: PLR2004 - HTTP's own border between answers and refusals
            said.setdefault("content", _PROBLEM)


def _many(operation: dict[str, Any]) -> None:
    """Make of a command's operation that of many such commands, a line each."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    paths = [
        parameter for parameter in operation.get("parameters", []) if parameter["in"] == "path"
    ]
    line = {
        "type": "object",
        "properties": {
            "idempotency_key": _KEY_PARAMETER["schema"],
            "path": {
                "type": "object",
                "properties": {parameter["name"]: parameter["schema"] for parameter in paths},
                "additionalProperties": False,
            },
            "body": body.get("schema", {"type": "object", "maxProperties": 0}),
        },
        "required": ["idempotency_key", *(["body"] if body else [])],
        "additionalProperties": False,
    }
    for parameter in paths:
        parameter["schema"] = {"anyOf": [{"const": EACH_LINE}, parameter["schema"]]}
    said = operation.get("description")
    operation["description"] = f"{_BATCH}\n\n{said}" if said else _BATCH
    operation["requestBody"] = {"required": True, "content": {NDJSON_TYPE: {"schema": line}}}
    operation["responses"]["200"] = {
        "description": "An answer a line, in the order of the lines: what became of it",
        "content": {NDJSON_TYPE: {"schema": {"$ref": "#/components/schemas/LineAnswer"}}},
    }
