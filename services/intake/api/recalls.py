"""Recalls: whom nobody took over and the sending state has back (D2)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, JsonValue
from starlette.responses import Response

from services.intake.api.manifest_reads import CASE, MANIFEST, PERSON
from services.intake.domain.wrongful_transfer.complete_recall import (
    COMPLETE_RECALL,
    CompleteRecall,
)
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.ids import CaseId, ManifestId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Instant, RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

Sender = Annotated[Caller, Depends(caller_from("central-authority", "escort", batch=True))]
BACK: dict[str, JsonValue] = {"completed_at": "2025-03-16T21:40:00Z", "evidence": "ab" * 32}


class Recall(RequestModel):
    """When the sending state had the person, and the hash of the document that says so."""

    model_config = ConfigDict(json_schema_extra={"example": BACK})
    completed_at: Instant
    evidence: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """The routes of recalls."""
    router = resource_router("manifests")

    @router.post(
        "/manifests/{manifest}/persons/{case}:complete-recall",
        summary="A recalled person is back with the sending state: the journey is over for them",
        responses=records({"manifest": MANIFEST, "case": CASE, "person": PERSON}),
    )
    async def completed(
        manifest: UuidPath, case: UuidPath, body: Recall, caller: Sender
    ) -> Response:
        command = CompleteRecall(
            manifest=ManifestId(manifest),
            case=CaseId(case),
            completed_at=body.completed_at,
            evidence=body.evidence,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.completed_at, correlation=case)
        outcome = await runner.run(COMPLETE_RECALL, command, provenance, caller.idempotency)
        return answer(outcome, _completed)

    return router


def _completed(event: RecallCompleted) -> dict[str, object]:
    return {"manifest": event.manifest, "case": event.case, "person": event.person}
