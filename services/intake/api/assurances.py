"""Assurances over HTTP: given by a government, ended by it and whoever it was given to (D5)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.assurance.end_assurance import END_ASSURANCE, EndAssurance
from services.intake.domain.assurance.give_assurance import GIVE_ASSURANCE, GiveAssurance
from shared.contracts.assurance import AssuranceEnded, AssuranceEvent, AssuredOffice
from shared.kernel.codes import Body, Party
from shared.kernel.ids import AssuranceId, PersonId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Instant, Published, RequestModel, Uuid, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_ASSURANCE = "01890a5d-ac96-774b-bcce-b302099a8060"
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_EXAMPLE: dict[str, Any] = {
    "person": _PERSON,
    "to_party": "XX",
    "to_office": "court",
    "to_body": "district-court-9",
    "reference": "25-cv-766",
    "given_at": "2025-03-15T22:45:00Z",
    "until": "2025-03-29T22:45:00Z",
}
Giving = Annotated[Caller, Depends(caller_from("central-authority", urgent=True, dry_run=True))]
Ending = Annotated[
    Caller,
    Depends(caller_from("central-authority", "court", "counsel", urgent=True, dry_run=True)),
]


class Assurance(RequestModel):
    """Who does not depart before when, and which body of courts or counsel was told so."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    person: Uuid
    to_party: Annotated[Party, Published(Party)]
    to_office: AssuredOffice
    to_body: Annotated[Body, Published(Body)]
    reference: Code
    given_at: Instant
    until: Instant


class EndPaper(RequestModel):
    """The paper by which it ends."""

    model_config = ConfigDict(json_schema_extra={"example": {"instrument": "25-cv-766 order 9"}})
    instrument: Code


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/assurances`: those that stand are read with the person's case."""
    router = resource_router("assurances")
    _give(router, runner)
    _end(router, runner)
    return router


def _give(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/assurances",
        summary="Assure a court or counsel that a person does not depart yet: it blocks (D5)",
        responses=records({"assurance": _ASSURANCE, "person": _PERSON}),
    )
    async def give(body: Assurance, caller: Giving) -> Response:
        command = GiveAssurance(
            assurance=AssuranceId(new_id()),
            person=PersonId(body.person),
            to_party=body.to_party,
            to_office=body.to_office,
            to_body=body.to_body,
            reference=body.reference,
            given_at=body.given_at,
            until=body.until,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.given_at)
        outcome = await runner.run(GIVE_ASSURANCE, command, provenance, caller.idempotency)
        return answer(outcome, _given)


def _end(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/assurances/{assurance}:end",
        summary="End an assurance: the government that gave it asks, whoever has it agrees",
        responses=records({"assurance": _ASSURANCE, "ended": False}),
    )
    async def end(assurance: UuidPath, body: EndPaper, caller: Ending) -> Response:
        command = EndAssurance(
            assurance=AssuranceId(assurance),
            instrument=body.instrument,
            now=caller.now,
            actor=caller.actor,
        )
        outcome = await runner.run(END_ASSURANCE, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _ended)


def _given(event: AssuranceEvent) -> dict[str, object]:
    return {"assurance": event.assurance, "person": event.person}


def _ended(event: AssuranceEvent) -> dict[str, object]:
    return {"assurance": event.assurance, "ended": isinstance(event, AssuranceEnded)}
