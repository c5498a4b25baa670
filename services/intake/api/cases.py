"""Cases over HTTP: proposed, documented, accepted or declined, cleared, withdrawn, and read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.api.case_body import case_body
from services.intake.api.done_at import JUST_NOW, DoneAt
from services.intake.domain.agreement.term import day_of
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.withdraw_case import WITHDRAW_CASE, WithdrawCase
from services.intake.queries import IntakeQueries
from shared.contracts.intake import CaseProposed, CaseWithdrawn, ClearanceGranted
from shared.contracts.manifest import PersonRemoved
from shared.kernel.codes import CaseKind
from shared.kernel.ids import AgreementId, CaseId, PersonId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import (
    Instant,
    RequestModel,
    Slug,
    SlugQuery,
    Uuid,
    UuidPath,
    UuidQuery,
)
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.moment import AskedMoment
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

_CASE = "01890a5d-ac96-774b-bcce-b302099a8058"
_PROPOSAL: dict[str, Any] = {
    "person": "01890a5d-ac96-774b-bcce-b302099a8057",
    "agreement": "usa-slv-2025",
    "kind": "third-country",
}
Agency = Annotated[Caller, Depends(caller_from("intake-agency", batch=True, dry_run=True))]
_LISTED = {
    "case": _CASE,
    "person": _PROPOSAL["person"],
    "agreement": "usa-slv-2025@1",
    "kind": "third-country",
    "sending": "USA",
    "receiving": "SLV",
    "last_event": "intake.ClearanceGranted.v1",
    "last_sequence": 17,
}


class CaseProposal(RequestModel):
    """Whose transfer is proposed, and under which agreement; its version in force is taken."""

    model_config = ConfigDict(json_schema_extra={"example": _PROPOSAL})
    person: Uuid
    agreement: Slug
    kind: CaseKind
    proposed_at: Instant | None = None


def router(runner: CommandRunner, listed: IntakeQueries) -> APIRouter:
    """`/v1/cases`, without the facts."""
    router = resource_router("cases")
    _propose(router, runner)
    _clear(router, runner)
    _withdraw(router, runner)
    _read(router, runner)
    _list(router, listed)
    return router


def _propose(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases",
        summary="Propose a person's transfer",
        responses=records({"case": _CASE, "agreement": "usa-slv-2025@1"}),
    )
    async def propose(body: CaseProposal, caller: Agency) -> Response:
        case, proposed_at = CaseId(new_id()), body.proposed_at or caller.now
        command = ProposeCase(
            case=case,
            person=PersonId(body.person),
            agreement=AgreementId(body.agreement),
            kind=body.kind,
            proposed_at=proposed_at,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=proposed_at, correlation=case)
        outcome = await runner.run(PROPOSE_CASE, command, provenance, caller.idempotency)
        return answer(outcome, _proposed, location=_place)


def _clear(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases/{case}:clear",
        summary="Ask for clearance, which is computed and never typed",
        responses=records({"case": _CASE}),
    )
    async def clear(case: UuidPath, caller: Agency, body: DoneAt = JUST_NOW) -> Response:
        command = ClearCase(
            case=CaseId(case),
            on=day_of(caller.now, body.done_at),
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.done_at, correlation=case)
        outcome = await runner.run(CLEAR_CASE, command, provenance, caller.idempotency)
        return answer(outcome, _cleared)


def _withdraw(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases/{case}:withdraw",
        summary="Withdraw a case before departure",
        responses=records({"case": _CASE}),
    )
    async def withdraw(case: UuidPath, caller: Agency) -> Response:
        command = WithdrawCase(case=CaseId(case), now=caller.now, actor=caller.actor)
        provenance = caller.provenance(correlation=case)
        outcome = await runner.run(WITHDRAW_CASE, command, provenance, caller.idempotency)
        return answer(outcome, _withdrawn)


def _read(router: APIRouter, runner: CommandRunner) -> None:
    @router.get(
        "/cases/{case}",
        summary="A case, and what still stands between the person and clearance",
        responses=shows({**_LISTED, "status": "cleared", "cleared": True, "findings": []}),
    )
    async def case(
        case: UuidPath, asking: Annotated[Reader, Depends(reader())], moment: AskedMoment
    ) -> Response:
        return found(asking, await case_body(runner, CaseId(case), asking, moment), what="case")


def _list(router: APIRouter, listed: IntakeQueries) -> None:
    @router.get(
        "/cases",
        summary="The cases of one's own state, by id, with what was recorded last",
        responses=shows({"items": [_LISTED], "next": None}),
    )
    async def list_cases(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        moment: AskedMoment,
        agreement: SlugQuery | None = None,
        person: UuidQuery | None = None,
    ) -> Response:
        party = asking.actor.party
        rows = await listed.cases(party, page, moment, agreement=agreement, person=person)
        return listing(asking, page, rows, lambda row: (row["case"],))


def _proposed(proposed: CaseProposed) -> dict[str, object]:
    return {"case": proposed.case, "agreement": proposed.agreement}


def _place(proposed: CaseProposed) -> str:
    return f"/v1/cases/{proposed.case}"


def _cleared(granted: ClearanceGranted) -> dict[str, object]:
    return {"case": granted.case}


def _withdrawn(*events: PersonRemoved | CaseWithdrawn) -> dict[str, object]:
    return {"case": events[-1].case}
