"""What an operation answers, as its OpenAPI entry shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.web.problems import ReceiptDocument

RECEIPT = ReceiptDocument(
    origin="accord.example/intake/0",
    sequence=17,
    entry_id="01890a5d-ac96-774b-bcce-b302099a8057",
    leaf_hash="773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701",
    recorded_at=datetime(2025, 3, 16, 2, 10, tzinfo=UTC),
    status="recorded",
)
Responses = dict[int | str, dict[str, Any]]


def shows(example: Mapping[str, object]) -> Responses:
    """`responses=shows({...})` of a read: what it gives, by an example."""
    return {200: _by_example("What was asked for", example)}


def records(example: Mapping[str, object] | None = None) -> Responses:
    """`responses=records({...})` of a command: what it gives besides the receipt, by an example."""
    return {
        201: _by_example("Recorded", {**(example or {}), "receipt": msgspec.to_builtins(RECEIPT)})
    }


def _by_example(description: str, example: Mapping[str, object]) -> dict[str, Any]:
    content = {"schema": {"type": "object"}, "example": dict(example)}
    return {"description": description, "content": {"application/json": content}}
