"""Onward transfers: the sending state agrees that a person is sent on to a third country (G5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, JsonValue
from starlette.responses import Response

from services.intake.domain.onward_transfer import AGREE_ONWARD_TRANSFER, AgreeOnwardTransfer
from shared.contracts.onward_transfer import OnwardTransferAgreed
from shared.kernel.ids import CaseId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Country, RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

Authority = Annotated[Caller, Depends(caller_from("central-authority", batch=True, dry_run=True))]
ASKED: dict[str, JsonValue] = {"onward": "VEN", "consent": "ab" * 32}


class Onward(RequestModel):
    """The country, and the hash of the consent that the request of the holding state names."""

    model_config = ConfigDict(json_schema_extra={"example": ASKED})
    onward: Country
    consent: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """The route of onward transfers."""
    router = resource_router("cases")

    @router.post(
        "/cases/{case}:agree-onward-transfer",
        summary="Agree for a day that a person is sent on: assessed, and under no order",
        responses=records(
            {
                "case": "01890a5d-ac96-774b-bcce-b302099a8058",
                "onward": "VEN",
                "ends_at": "2025-07-18T15:00:00Z",
            }
        ),
    )
    async def agree(case: UuidPath, body: Onward, caller: Authority) -> Response:
        command = AgreeOnwardTransfer(
            case=CaseId(case),
            onward=body.onward,
            consent=body.consent,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(correlation=case)
        outcome = await runner.run(AGREE_ONWARD_TRANSFER, command, provenance, caller.idempotency)
        return answer(outcome, _agreed)

    return router


def _agreed(event: OnwardTransferAgreed) -> dict[str, object]:
    return {"case": event.case, "onward": event.onward, "ends_at": event.ends_at}
