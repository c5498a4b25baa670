"""Erasing who a person is over HTTP: asked by the agency, done by the central authority (G22)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.erasure.erase_person import ERASE_PERSON, ErasePerson
from shared.contracts.erasure import ErasureEvent, ErasureReason, PersonErased
from shared.kernel.dates import utc_date
from shared.kernel.ids import PersonId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_EXAMPLE: dict[str, Any] = {"reason": "retention-ended", "document": "ab" * 32}


class Erasure(RequestModel):
    """Why a person is erased, and the digest of the signed decision."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    reason: ErasureReason
    document: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/persons/{person}:erase`: who was erased is read with the person."""
    router = resource_router("persons")

    @router.post(
        "/persons/{person}:erase",
        summary="Erase who a person is: the agency asks, the central authority erases (G22)",
        responses=records({"person": _PERSON, "erased": False}),
    )
    async def erase(
        person: UuidPath,
        body: Erasure,
        caller: Annotated[Caller, Depends(caller_from("intake-agency", "central-authority"))],
    ) -> Response:
        command = ErasePerson(
            person=PersonId(person),
            reason=body.reason,
            document=body.document,
            on=utc_date(caller.now),
            actor=caller.actor,
        )
        outcome = await runner.run(ERASE_PERSON, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _erased)

    return router


def _erased(event: ErasureEvent) -> dict[str, object]:
    return {"person": event.person, "erased": isinstance(event, PersonErased)}
