"""Exclusions over HTTP: recorded by an office that may, withdrawn by another subject (G8)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.agreement.term import day_of
from services.intake.domain.exclusion.match_exclusion import (
    MATCH_EXCLUSION,
    ExclusionOffice,
    MatchExclusion,
)
from services.intake.domain.exclusion.withdraw_exclusion import (
    WITHDRAW_EXCLUSION,
    WithdrawExclusion,
)
from shared.contracts.exclusion import ExclusionEvent
from shared.kernel.codes import ExclusionKind
from shared.kernel.ids import ExclusionId, PersonId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Instant, RequestModel, Sha256, Uuid, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_PAPER = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
_RECORDED = {"exclusion": "01890a5d-ac96-774b-bcce-b302099a8059", "person": _PERSON}
_EXAMPLE: dict[str, Any] = {
    "person": _PERSON,
    "matched": "pending-proceedings",
    "document": _PAPER,
    "valid_until": None,
}
Matching = Annotated[
    Caller, Depends(caller_from(*get_args(ExclusionOffice), urgent=True, batch=True, dry_run=True))
]


class Exclusion(RequestModel):
    """What excludes a person, by its code, the digest of the paper that says so and its last day,
    in UTC; where none is named, until it is withdrawn.
    """

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    person: Uuid
    matched: ExclusionKind
    document: Sha256
    valid_until: date | None = None
    signed_at: Instant | None = None


class Withdrawal(RequestModel):
    """The digest of the paper that says that it is so no longer."""

    model_config = ConfigDict(json_schema_extra={"example": {"document": _PAPER}})
    document: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/exclusions`: what is in force is read with the person's case."""
    router = resource_router("exclusions")
    _match(router, runner)
    _withdraw(router, runner)
    return router


def _match(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/exclusions",
        summary="Record what excludes a person: nobody transfers them from here on (G8)",
        responses=records(_RECORDED),
    )
    async def match(body: Exclusion, caller: Matching) -> Response:
        command = MatchExclusion(
            exclusion=ExclusionId(new_id()),
            person=PersonId(body.person),
            matched=body.matched,
            document=body.document,
            valid_until=body.valid_until,
            on=day_of(caller.now, body.signed_at),
            matched_at=body.signed_at or caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.signed_at)
        outcome = await runner.run(MATCH_EXCLUSION, command, provenance, caller.idempotency)
        return answer(outcome, _recorded)


def _withdraw(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/exclusions/{exclusion}:withdraw",
        summary="Withdraw an exclusion, as another subject of the office that recorded it",
        responses=records(_RECORDED),
    )
    async def withdraw(exclusion: UuidPath, body: Withdrawal, caller: Matching) -> Response:
        command = WithdrawExclusion(
            exclusion=ExclusionId(exclusion),
            document=body.document,
            now=caller.now,
            actor=caller.actor,
        )
        outcome = await runner.run(
            WITHDRAW_EXCLUSION, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _recorded)


def _recorded(event: ExclusionEvent) -> dict[str, object]:
    return {"exclusion": event.exclusion, "person": event.person}
