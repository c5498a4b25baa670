"""Holds over HTTP: asserted at once, verified after, lifted by two of the issuing office.

A hold on a country, a class, a flight or an agreement names nobody and stops whoever it comes to
cover, so every state reads it. One on a person is read by its issuer's party, the two states of a
case of that person, and independent offices.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

import msgspec
from fastapi import APIRouter, Depends
from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.intake.api.hold_bodies import HOLD, issuing_office, warnings
from services.intake.domain.hold import state as holds
from services.intake.domain.hold.assert_hold import ASSERT_HOLD, AssertHold, HoldOffice
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold
from services.intake.domain.hold.state import HoldState
from services.intake.domain.hold.verify_hold import VERIFY_HOLD, VerifyHold
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.queries import IntakeQueries
from shared.contracts.hold import (
    HoldAsserted,
    HoldLifted,
    HoldLiftRequested,
    HoldScope,
    HoldVerified,
)
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.codes import HoldForm
from shared.kernel.ids import HoldId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import (
    Code,
    Instant,
    Published,
    RequestModel,
    UuidPath,
    is_uuid,
)
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import answer, found
from shared.web.routes import resource_router

ORDER: dict[str, Any] = {
    "scope": {"kind": "country", "country": "SLV"},
    "form": "oral",
    "received_at": "2025-03-15T22:45:00Z",
    "reference": "25-cv-766",
}


def _by_its_id(scope: HoldScope) -> HoldScope:
    if scope.named_person is not None and not is_uuid(scope.named_person):
        raise PydanticCustomError("person", "name the person by the pseudonym of the registration")
    if scope.named_flight is not None and not is_uuid(scope.named_flight):
        raise PydanticCustomError("manifest", "name the flight by the id of its manifest")
    return scope


class Order(RequestModel):
    """A legal order as it was received."""

    model_config = ConfigDict(json_schema_extra={"example": ORDER})
    scope: Annotated[HoldScope, Published(HoldScope), AfterValidator(_by_its_id)]
    form: HoldForm
    received_at: Instant
    reference: Code


class Instrument(RequestModel):
    """The issuer's paper that confirms or ends an order."""

    model_config = ConfigDict(json_schema_extra={"example": {"instrument": "25-cv-766 order 9"}})
    instrument: Code


Asserting = Annotated[
    Caller,
    Depends(
        caller_from(urgent=True, decided=", ".join(get_args(HoldOffice)), batch=True, dry_run=True)
    ),
]
Lifting = Annotated[
    Caller,
    Depends(
        caller_from(
            urgent=True, decided="the one that issued it, by two subjects", batch=True, dry_run=True
        )
    ),
]


def router(runner: CommandRunner, cases: IntakeQueries) -> APIRouter:
    """`/v1/holds`. Who may do what is the domain's to say: its refusals carry the rule (G2)."""
    router = resource_router("holds")
    _assert(router, runner)
    _verify(router, runner)
    _lift(router, runner)
    _read(router, runner, cases)
    return router


def _assert(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/holds",
        summary="Assert a hold; it blocks at once",
        responses=records({"hold": HOLD, "warnings": []}),
    )
    async def assert_hold(body: Order, caller: Asserting) -> Response:
        command = AssertHold(
            hold=HoldId(new_id()),
            scope=body.scope,
            form=body.form,
            received_at=body.received_at,
            reference=body.reference,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.received_at)
        outcome = await runner.run(ASSERT_HOLD, command, provenance, caller.idempotency)
        return answer(outcome, _asserted, location=_place)


def _verify(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/holds/{hold}:verify",
        summary="Confirm, as another subject of the issuing office, that it stands by the order",
        responses=records({"hold": HOLD}),
    )
    async def verify(
        hold: UuidPath,
        body: Instrument,
        caller: Annotated[
            Caller,
            Depends(
                caller_from(
                    "court",
                    "counsel",
                    "central-authority",
                    "consulate",
                    urgent=True,
                    batch=True,
                    dry_run=True,
                )
            ),
        ],
    ) -> Response:
        command = VerifyHold(hold=HoldId(hold), instrument=body.instrument, actor=caller.actor)
        outcome = await runner.run(VERIFY_HOLD, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _verified)


def _lift(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/holds/{hold}:lift",
        summary="Lift a hold: the first subject asks, a second one lifts",
        responses=records({"hold": HOLD, "lifted": False}),
    )
    async def lift(
        hold: UuidPath,
        body: Instrument,
        caller: Lifting,
    ) -> Response:
        command = LiftHold(
            hold=HoldId(hold), instrument=body.instrument, now=caller.now, actor=caller.actor
        )
        outcome = await runner.run(LIFT_HOLD, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _lifted)


def _read(router: APIRouter, runner: CommandRunner, cases: IntakeQueries) -> None:
    @router.get(
        "/holds/{hold}",
        summary="A hold and whether it stands",
        responses=shows(
            {
                "hold": HOLD,
                **ORDER,
                "stands": True,
                "lifted_by_two_of": "XX:court:district-court-9/…",
                "warnings": [],
            }
        ),
    )
    async def hold(hold: UuidPath, asking: Annotated[Reader, Depends(reader())]) -> Response:
        state = await runner.state(holds.fold(HoldId(hold)))
        if state.asserted is not None:
            await _may_read(asking.actor, state.asserted, cases)
        return found(asking, _body(state), what="hold")


async def _may_read(actor: Actor, hold: HoldAsserted, cases: IntakeQueries) -> None:
    scope = hold.scope
    if scope.named_person is None or actor.party in (hold.issued_by, INDEPENDENT):
        return
    if not await cases.has_case(actor.party, scope.named_person):
        raise ActsOnlyForItself(
            "a hold on a person is read by its issuer's party, the two states of the person's case"
            " and independent offices"
        )


def _asserted(asserted: HoldAsserted) -> dict[str, object]:
    return {"hold": asserted.hold, "warnings": warnings(asserted)}


def _place(asserted: HoldAsserted) -> str:
    return f"/v1/holds/{asserted.hold}"


def _verified(verified: HoldVerified) -> dict[str, object]:
    return {"hold": verified.hold}


def _lifted(event: HoldLiftRequested | HoldLifted) -> dict[str, object]:
    return {"hold": event.hold, "lifted": isinstance(event, HoldLifted)}


def _body(state: HoldState) -> dict[str, object] | None:
    if state.asserted is None:
        return None
    asserted: dict[str, object] = msgspec.to_builtins(state.asserted)
    return {
        **asserted,
        "stands": state.lifted is None,
        **issuing_office(state),
        "verified_by": state.verified.verified_by if state.verified else None,
        "lift_requested_by": state.lift_requested.requested_by if state.lift_requested else None,
        "lifted_by": state.lifted.lifted_by if state.lifted else None,
    }
