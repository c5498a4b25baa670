"""Who is who: near matches decided, identities merged and told apart (G9)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.identity_merge import (
    MERGE_PERSONS,
    TELL_PERSONS_APART,
    MergePersons,
    TellPersonsApart,
)
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.recorded_read import SEARCHING
from shared.kernel.ids import PersonId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, Uuid, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_OTHER = "01890a5d-ac96-774b-bcce-b302099a8058"
Agency = Annotated[Caller, Depends(caller_from("intake-agency"))]
"""The office that reads who a person is; the domain asks for another subject of it (G9)."""
Deciding = Annotated[Caller, Depends(caller_from(*SEARCHING, urgent=True))]
"""The same, and whoever registered whom its order means: another subject of its body (D9)."""


class SomebodyElse(RequestModel):
    """The pseudonym that a person is compared with."""

    model_config = ConfigDict(json_schema_extra={"example": {"person": _OTHER}})
    person: Uuid


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/persons/{person}:same-as` and `:different-from`."""
    router = resource_router("persons")
    _same(router, runner)
    _different(router, runner)
    return router


def _same(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/persons/{person}:same-as",
        summary="Say that this person is another one: orders about either bind both (G9)",
        responses=records({"person": _PERSON, "other": _OTHER, "set_aside": True}),
    )
    async def same(person: UuidPath, body: SomebodyElse, caller: Agency) -> Response:
        command = MergePersons(**_both(person, body), actor=caller.actor)
        outcome = await runner.run(MERGE_PERSONS, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _merged)


def _different(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/persons/{person}:different-from",
        summary="Say that this person is not another one, be it found or said before (G9)",
        responses=records({"person": _PERSON, "other": _OTHER}),
    )
    async def different(person: UuidPath, body: SomebodyElse, caller: Deciding) -> Response:
        command = TellPersonsApart(**_both(person, body), actor=caller.actor)
        said, key = caller.provenance(), caller.idempotency
        return answer(await runner.run(TELL_PERSONS_APART, command, said, key), _told_apart)


def _both(person: str, body: SomebodyElse) -> dict[str, PersonId]:
    return {"person": PersonId(person), "other": PersonId(body.person)}


def _merged(event: PersonsMerged) -> dict[str, object]:
    return {"person": event.person, "other": event.other, "set_aside": event.set_aside}


def _told_apart(event: PersonsToldApart) -> dict[str, object]:
    return {"person": event.person, "other": event.other}
