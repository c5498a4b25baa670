"""Entries as a later version of Accord would write them: each has what this version cannot know."""

from __future__ import annotations

import json
from typing import Any

from shared.contracts.hold import HoldAsserted, PersonScope
from shared.kernel.ids import HoldId, PersonId
from tests.support.entries import BEGINNING, entry

_HOLD = HoldAsserted(
    hold=HoldId("01900001-0000-7000-8000-0000000000b1"),
    scope=PersonScope(PersonId("01900001-0000-7000-8000-0000000000d1")),
    form="written",
    received_at=BEGINNING,
    issued_by="USA",
    office="court",
    reference="ORDER-1",
    asserted_by="USA:court:district/clerk-1",
)


def newer(content: bytes, *, type_: str | None = None, **data: object) -> bytes:
    """An entry with other data, or of another type."""
    attributes: dict[str, Any] = json.loads(content)
    attributes["data"] |= data
    attributes["type"] = type_ or attributes["type"]
    return json.dumps(attributes, separators=(",", ":")).encode()


NEWER: dict[str, bytes] = {
    "a field": newer(entry(0), quarantine_days=3),
    "a field within a value": newer(
        entry(0, _HOLD), scope={"kind": "person", "person": "p", "onward": "GTM"}
    ),
    "a member of a union": newer(entry(0, _HOLD), scope={"kind": "flight", "flight": "F-1"}),
    "a value of an enumeration": newer(entry(0, _HOLD), form="telephone"),
    "a version": newer(entry(0), type_="placement.PlaceReserved.v2"),
    "a type": newer(entry(0), type_="placement.PlaceInspected.v1"),
}


def at(sequence: int, content: bytes) -> bytes:
    """The entry at another place of its log."""
    attributes: dict[str, Any] = json.loads(content)
    return json.dumps({**attributes, "sequence": sequence}, separators=(",", ":")).encode()
