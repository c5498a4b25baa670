"""Holds whose asserter named no body: said at once, and the way to two subjects who can lift it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.intake.domain.hold.confirm_body import CONFIRM_BODY, ConfirmBody
from services.intake.domain.hold.name_body import NAME_BODY, NameBody
from services.intake.domain.hold.state import HoldState, issuer, office_of_issuer
from shared.contracts.hold import HoldAsserted, HoldBodyConfirmed, HoldBodyNamed
from shared.kernel.ids import HoldId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

HOLD = "01890a5d-ac96-774b-bcce-b302099a8057"
BODY = "district-court-9"
Issuer = Annotated[
    Caller,
    Depends(caller_from("court", "counsel", "central-authority", "consulate", urgent=True)),
]


class NamedBody(RequestModel):
    """The court, firm or unit that issued the order."""

    model_config = ConfigDict(json_schema_extra={"example": {"body": BODY}})
    body: Annotated[
        str,
        Field(
            pattern=r"^[!-.0-~]{1,100}$",
            description="As its subjects name it before their first /: visible, no / and no blank",
            examples=[BODY],
        ),
    ]


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/holds/{hold}:name-body` and `:confirm-body`."""
    router = resource_router("holds")
    _name(router, runner)
    _confirm(router, runner)
    return router


def _name(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/holds/{hold}:name-body",
        summary="Say, as its asserter without a body, which body issued the hold",
        responses=records({"hold": HOLD, "body": BODY}),
    )
    async def name_body(hold: UuidPath, body: NamedBody, caller: Issuer) -> Response:
        command = NameBody(hold=HoldId(hold), body=body.body, actor=caller.actor)
        outcome = await runner.run(NAME_BODY, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _said)


def _confirm(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/holds/{hold}:confirm-body",
        summary="Confirm, as another subject of the named body, that the hold is its own",
        responses=records({"hold": HOLD, "body": BODY}),
    )
    async def confirm_body(hold: UuidPath, caller: Issuer) -> Response:
        command = ConfirmBody(hold=HoldId(hold), actor=caller.actor)
        outcome = await runner.run(CONFIRM_BODY, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _said)


def warnings(asserted: HoldAsserted, confirmed: HoldBodyConfirmed | None = None) -> list[str]:
    """What whoever asserted a hold should do at once, so that it can be lifted one day (G2)."""
    asserter = issuer(asserted, confirmed)
    if asserter.names_a_body:
        return []
    warning = (
        f"The hold blocks, and nobody can lift it: {asserter} names no body, so there is no second"
        " subject of it. Name the body with :name-body and the same token, and have another"
        f" subject of it ({asserter.party}:{asserter.office}:<body>/<person>) confirm it with"
        " :confirm-body."
    )
    return [warning]


def issuing_office(state: HoldState) -> dict[str, object]:
    """Whose the hold is, what is named and not confirmed, and what to do about it."""
    if state.asserted is None:
        return {}
    asserter, named = issuer(state.asserted, state.body_confirmed), state.body_named
    return {
        "lifted_by_two_of": office_of_issuer(asserter) if asserter.names_a_body else None,
        "body_named": named.body if named else None,
        "body_confirmed_by": state.body_confirmed.confirmed_by if state.body_confirmed else None,
        "warnings": warnings(state.asserted, state.body_confirmed) if not state.lifted else [],
    }


def _said(event: HoldBodyNamed | HoldBodyConfirmed) -> dict[str, object]:
    return {"hold": event.hold, "body": event.body}
