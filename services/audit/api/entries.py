"""Entries that are held, found by person, case, custody, invoice, type, log and both times."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.audit.api.logs import ROOT
from services.audit.api.names import ORIGIN, Auditing, EventType, Identifier, Origin, When, admit
from services.audit.queries import AuditReads, Search
from shared.web.content.malformed import malformed
from shared.web.endpoint_call import Inline
from shared.web.moment import refuse_future
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

ENTRY = {
    "origin": ORIGIN,
    "sequence": 17,
    "leaf_hash": ROOT,
    "recorded_at": "2025-03-16T02:10:00Z",
    "entry": {"specversion": "1.0", "type": "hold.HoldAsserted.v1", "data": {}},
}


class Searching(Inline):
    """Dependency: reads what is asked for from the query."""

    def __call__(
        self,
        *,
        person: Identifier | None = None,
        case: Identifier | None = None,
        custody: Identifier | None = None,
        invoice: Identifier | None = None,
        type: EventType | None = None,  # noqa: A002 - the parameter's name in the query
        origin: Origin | None = None,
        as_of: When | None = None,
        known_at: When | None = None,
    ) -> Search:
        """What is asked for."""
        given = {
            "person": person,
            "case": case,
            "custody": custody,
            "invoice": invoice,
            "type": type,
        }
        tags = tuple(f"{name}:{value}" for name, value in given.items() if value is not None)
        return Search(tags, origin, as_of, known_at)


def router(party: str, held: AuditReads) -> APIRouter:
    """The route of entries."""
    router = resource_router("entries")

    @router.get(
        "/entries",
        summary="Entries, in the order in which they were recorded",
        responses=shows({"items": [ENTRY], "next": None}),
    )
    async def entries(
        sought: Annotated[Search, Depends(Searching())],
        page: Annotated[Page, Depends(paged(str, str, int))],
        asking: Auditing,
    ) -> Response:
        admit(asking.actor, party)
        refuse_future(asking.now, as_of=sought.as_of, known_at=sought.known_at)
        rows = await held.entries(sought, _key(page), page.limit + 1)
        return listing(asking, page, [_shown(row) for row in rows], _cursor)

    return router


def _key(page: Page) -> tuple[datetime, str, int] | None:
    """Where the page begins; refused (400) if the cursor's instant is none."""
    if page.after is None:
        return None
    instant, origin, sequence = page.after
    try:
        recorded_at = datetime.fromisoformat(str(instant))
    except ValueError:
        recorded_at = None
    if recorded_at is None or recorded_at.tzinfo is None:
        raise malformed("The cursor is not one that this list gave.")
    return recorded_at, str(origin), int(sequence)


def _cursor(shown: Mapping[str, Any]) -> tuple[str, str, int]:
    return shown["recorded_at"].isoformat(), shown["origin"], shown["sequence"]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("origin", "sequence", "recorded_at")}
    return {**shown, "leaf_hash": row["leaf_hash"].hex(), **_content(row["entry"])}


def _content(entry: bytes) -> dict[str, object]:
    """The entry as it is written; one that is no JSON as its bytes, so that it can be seen."""
    try:
        entry.decode()
        msgspec.json.decode(entry)
    except (ValueError, RecursionError):
        return {"entry": None, "bytes": base64.b64encode(entry).decode()}
    return {"entry": msgspec.Raw(entry)}
