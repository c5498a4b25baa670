"""Lawful ends: set by a decision, and every decision about one person listed (G15)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.lawful_end.set_lawful_end import SET_LAWFUL_END, SetLawfulEnd
from services.placement.queries.lawful_ends import LawfulEndReads
from shared.contracts.lawful_end import DecisionName, LawfulEnd
from shared.contracts.overstay import LawfulEndDateSet
from shared.kernel.ids import CustodyId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, RequestModel, Sha256, UuidPath, UuidQuery
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

Deciding = Annotated[
    Caller, Depends(caller_from("court", "central-authority", urgent=True, dry_run=True))
]
DECISION = {
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "issued_by": "District Court 9",
    "reference": "25-cv-766",
    "said_by": "XX:court",
    "document": "ab" * 32,
    "decided_on": "2025-09-01",
    "ends_on": "2025-12-01",
    "set_by": "XX:court:district-court-9/clerk-1",
    "entry": "accord.example/placement/0#17",
    "stands": True,
}


KEY = ("custody", "issued_by", "reference", "said_by")


class Replaced(RequestModel):
    """The decision that no longer stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"issued_by": "Circuit Court 1", "reference": "CR-2019-77"},
        }
    )
    issued_by: Code
    reference: Code


class Decision(RequestModel):
    """Until when a person may be held, and the decision that says so; a later day than one that
    stands takes the name of what it replaces (G15).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "ends_on": "2025-12-01",
                "issued_by": "District Court 9",
                "reference": "25-cv-766",
                "decided_on": "2025-09-01",
                "document": "ab" * 32,
                "replaces": {"issued_by": "Circuit Court 1", "reference": "CR-2019-77"},
            }
        }
    )
    ends_on: Day
    issued_by: Code
    reference: Code
    decided_on: Day
    document: Sha256
    replaces: Replaced | None = None


def router(runner: CommandRunner, lawful_ends: LawfulEndReads) -> APIRouter:
    """The routes of lawful ends."""
    router = resource_router("lawful-ends")
    _setting(router, runner)

    @router.get(
        "/lawful-ends",
        summary="Every decision about until when somebody may be held",
        responses=shows({"items": [DECISION], "next": None}),
    )
    async def listed(
        page: Annotated[Page, Depends(paged(str, str, str, str))],
        asking: Annotated[Reader, Depends(reader())],
        *,
        custody: UuidQuery | None = None,
    ) -> Response:
        rows = await lawful_ends.decisions(asking.actor.party, page, custody)
        return listing(asking, page, rows, lambda row: tuple(map(row.__getitem__, KEY)))

    return router


def _setting(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:set-lawful-end",
        summary="Record a decision about until when a person may be held",
        responses=records(
            {"custody": DECISION["custody"], "ends_on": "2025-12-01", "lawful_end": "2025-12-01"}
        ),
    )
    async def set_end(custody: UuidPath, body: Decision, caller: Deciding) -> Response:
        command = SetLawfulEnd(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            lawful_end=LawfulEnd(
                issued_by=body.issued_by,
                reference=body.reference,
                decided_on=body.decided_on,
                document=body.document,
                ends_on=body.ends_on,
            ),
            replaces=_name(body.replaces),
        )
        provenance = caller.provenance(correlation=custody)
        outcome = await runner.run(SET_LAWFUL_END, command, provenance, caller.idempotency)
        return answer(outcome, _set)


def _name(replaced: Replaced | None) -> DecisionName | None:
    if replaced is None:
        return None
    return DecisionName(issued_by=replaced.issued_by, reference=replaced.reference)


def _set(event: LawfulEndDateSet) -> dict[str, object]:
    return {
        "custody": event.custody,
        "ends_on": event.lawful_end.ends_on,
        "lawful_end": event.binding.ends_on,
    }
