"""Exceptions: what needs somebody's attention now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.placement.api import end_exceptions
from services.placement.api.end_exceptions import PAST_THE_END, next_step
from services.placement.queries.exceptions import (
    HEADCOUNT_KEYS,
    INCIDENT_KEYS,
    PLACE_KEYS,
    SUSPENSION_KEYS,
    UNKNOWN_KEYS,
    ZONE_KEYS,
    ExceptionReads,
)
from services.placement.queries.lawful_ends import END_KEYS, SOURCES_KEYS
from services.placement.queries.onward_transfers import ONWARD_KEYS
from services.placement.queries.returns import RETURN_KEYS
from shared.web.identity.caller import Reader, reader
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

CUSTODY = (
    "custody",
    "person",
    "agreement",
    "facility",
    "status",
    "responsible_state",
    "offered_at",
    "unaccounted_night",
    "unaccounted_since",
    "unaccounted_entry",
)
RETURN = (
    "custody",
    "person",
    "agreement",
    "facility",
    "status",
    "responsible_state",
    "return_ordered_at",
    "return_due_at",
    "return_entry",
)
SHOWN = {
    **end_exceptions.SHOWN,
    "person-unaccounted": CUSTODY,
    "handover-pending": CUSTODY,
    "headcount-overdue": ("facility", "night", "due_at", "awaited"),
    "incident-unacknowledged": (
        "incident",
        "incident_kind",
        "custody",
        "person",
        "agreement",
        "facility",
        "happened_at",
        "party",
        "office",
        "due_at",
        "overdue",
        "entry",
    ),
    "place-refused": (
        "custody",
        "person",
        "agreement",
        "facility",
        "manifest",
        "rule",
        "reason",
        "detail",
        "entry",
    ),
    "onward-transfer-requested": (
        "custody",
        "person",
        "agreement",
        "facility",
        "onward",
        "consent",
        "consented_on",
        "entry",
    ),
    "return-ordered": RETURN,
    "return-overdue": RETURN,
    "facility-suspended": (
        "facility",
        "ground",
        "word",
        "since",
        "incident",
        "reference",
        "entry",
    ),
    "unknown-person-counted": (
        "facility",
        "night",
        "counted",
        "reason",
        "arrived_on",
        "departed_on",
        "attested_by",
        "entry",
    ),
    "facility-in-another-zone": ("facility", "agreement", "timezone", "agreed_timezone", "entry"),
}
"""What is said of each kind."""
OF_A_CUSTODY = {
    "lawful-end-missing": END_KEYS,
    "lawful-end-near": END_KEYS,
    "overstay": END_KEYS,
    "lawful-ends-disagree": SOURCES_KEYS,
    "onward-transfer-requested": ONWARD_KEYS,
    "place-refused": PLACE_KEYS,
    "return-ordered": RETURN_KEYS,
    "return-overdue": RETURN_KEYS,
}
"""What the key of a custody begins with, in the kinds that are not listed by its id alone."""
EXCEPTION = {
    "kind": "person-unaccounted",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "status": "unaccounted",
    "responsible_state": "SLV",
    "offered_at": "2025-03-16T08:00:00Z",
    "unaccounted_night": "2025-03-21",
    "unaccounted_since": "2025-03-20",
    "unaccounted_entry": "accord.example/placement/0#17",
}
OVERDUE = {
    "kind": "headcount-overdue",
    "facility": "cecot",
    "night": "2025-03-20",
    "due_at": "2025-03-21T17:59:59Z",
    "awaited": 238,
}
NOT_ACKNOWLEDGED = {
    "kind": "incident-unacknowledged",
    "incident": "01890a5d-ac96-774b-bcce-b302099a805c",
    "incident_kind": "medical-emergency",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "happened_at": "2025-03-20T03:20:00Z",
    "party": "USA",
    "office": "central-authority",
    "due_at": "2025-03-20T09:20:00Z",
    "overdue": True,
    "entry": "accord.example/placement/0#21",
}
WITHOUT_A_PLACE = {
    "kind": "place-refused",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8059",
    "person": "01890a5d-ac96-774b-bcce-b302099a805a",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "manifest": "01890a5d-ac96-774b-bcce-b302099a805b",
    "rule": "G19",
    "reason": "NoPlaceAvailable",
    "detail": "facility cecot has not been registered: have its state register it and approve its"
    " capacity, or choose another facility",
    "entry": "accord.example/placement/0#3",
}
TO_BE_SENT_ON = {
    "kind": "onward-transfer-requested",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "onward": "VEN",
    "consent": "ab" * 32,
    "consented_on": "2025-07-01",
    "entry": "accord.example/placement/0#941",
}
TO_BE_RETURNED = {
    "kind": "return-overdue",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "status": "in-custody",
    "responsible_state": "SLV",
    "return_ordered_at": "2025-04-10T15:30:00Z",
    "return_due_at": "2025-04-24T23:59:59Z",
    "return_entry": "accord.example/placement/0#940",
}
SUSPENDED = {
    "kind": "facility-suspended",
    "facility": "cecot",
    "ground": "death",
    "word": "",
    "since": "2025-03-20",
    "incident": "01890a5d-ac96-774b-bcce-b302099a8057",
    "reference": "DC-2025-118",
    "entry": "accord.example/placement/0#24",
}
UNKNOWN = {
    "kind": "unknown-person-counted",
    "facility": "cecot",
    "night": "2025-03-20",
    "counted": "01890a5d-ac96-774b-bcce-b302099a805d",
    "reason": "outside-the-stay",
    "arrived_on": "2025-03-16",
    "departed_on": "2025-03-18",
    "attested_by": "SLV:facility-registry:cecot/registry",
    "entry": "accord.example/placement/0#27",
}
ELSEWHERE = {
    "kind": "facility-in-another-zone",
    "facility": "cecot",
    "agreement": "usa-slv-2025",
    "timezone": "America/Guatemala",
    "agreed_timezone": "America/El_Salvador",
    "entry": "accord.example/placement/0#2",
}

EXAMPLES = [
    EXCEPTION,
    OVERDUE,
    NOT_ACKNOWLEDGED,
    PAST_THE_END,
    TO_BE_SENT_ON,
    WITHOUT_A_PLACE,
    TO_BE_RETURNED,
    SUSPENDED,
    UNKNOWN,
    ELSEWHERE,
]


def router(reads: ExceptionReads) -> APIRouter:
    """The route of exceptions."""
    router = resource_router("exceptions")

    @router.get(
        "/exceptions",
        summary="Who is missed, held too long, without a place or to be returned, and what is owed",
        responses=shows({"items": EXAMPLES, "next": None}),
    )
    async def exceptions(
        page: Annotated[Page, Depends(paged(str))], asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        after = str(page.after[0]) if page.after else ""
        rows = await reads.exceptions(asking.actor.party, after, page.limit + 1)
        return listing(asking, page, [_shown(row) for row in rows], _key)

    return router


def _shown(row: Mapping[str, object]) -> Mapping[str, object]:
    kind = str(row["kind"])
    return {"kind": kind, **{name: row[name] for name in SHOWN[kind]}, **next_step(row)}


def _key(item: Mapping[str, object]) -> tuple[object]:
    match item["kind"]:
        case "headcount-overdue":
            return (f"{HEADCOUNT_KEYS}{item['facility']}/{item['night']}",)
        case "incident-unacknowledged":
            office = f"{item['party']}/{item['office']}"
            return (f"{INCIDENT_KEYS}{item['incident']}/{office}",)
        case "facility-suspended":
            ground = f"{item['ground']}/{item['word']}"
            return (f"{SUSPENSION_KEYS}{item['facility']}/{ground}",)
        case "unknown-person-counted":
            return (f"{UNKNOWN_KEYS}{item['facility']}/{item['night']}/{item['counted']}",)
        case "facility-in-another-zone":
            return (f"{ZONE_KEYS}{item['facility']}/{item['agreement']}",)
        case kind:
            return (f"{OF_A_CUSTODY.get(str(kind), '')}{item['custody']}",)
