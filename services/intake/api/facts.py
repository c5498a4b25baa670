"""A case's facts over HTTP, each signed by the office that the agreement names for its kind."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.api.fact_examples import FACTS, PAPER
from services.intake.domain.agreement.term import day_of
from services.intake.domain.case import state as cases
from services.intake.domain.case.answer_case import (
    ACCEPT_CASE,
    DECLINE_CASE,
    AcceptCase,
    DeclineCase,
)
from services.intake.domain.case.fact import FactContent
from services.intake.domain.case.record_fact import RECORD_FACT, RecordFact
from services.intake.domain.case.withdraw_fact import WITHDRAW_FACT, WithdrawFact
from shared.contracts.fact_dispute import FactWithdrawn, WithdrawalReason
from shared.contracts.intake import CaseFact
from shared.kernel.codes import FactKind
from shared.kernel.ids import AgreementId, CaseId, agreement_of
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Instant, Published, RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_CASE = "01890a5d-ac96-774b-bcce-b302099a8058"


class SignedFact(RequestModel):
    """A fact, the digest of the paper that says so, and when it was signed."""

    model_config = ConfigDict(json_schema_extra={"example": FACTS[0], "examples": FACTS})
    document: Sha256
    signed_at: Instant | None = None
    fact: Annotated[FactContent, Published(FactContent)]


class SignedAnswer(RequestModel):
    """The digest of the paper that accepts or declines a person, and when it was signed."""

    model_config = ConfigDict(json_schema_extra={"example": {"document": PAPER}})
    document: Sha256
    signed_at: Instant | None = None


class TakenBack(RequestModel):
    """Which kind of fact one's own office takes back, why, by the digest of the paper, and when."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"kind": "fitness", "reason": "recorded-in-error", "document": PAPER}
        }
    )
    kind: FactKind
    reason: WithdrawalReason
    document: Sha256
    signed_at: Instant | None = None


_SIGNING = "that which the agreement's `required_facts` names for the kind of fact, of its side"
Signing = Annotated[Caller, Depends(caller_from(decided=_SIGNING, batch=True, dry_run=True))]


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/cases/{case}/facts`, `facts:withdraw`, `:accept` and `:decline`. Which office may is the
    agreement's.
    """
    router = resource_router("cases")
    _record(router, runner)
    _take_back(router, runner)
    _accept(router, runner)
    _decline(router, runner)
    return router


def _record(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases/{case}/facts",
        summary="Record a fact that clearance is computed from",
        responses=records({"case": _CASE, "kind": "legal-basis"}),
    )
    async def record(case: UuidPath, body: SignedFact, caller: Signing) -> Response:
        command = RecordFact(
            case=CaseId(case),
            agreement=await _agreement(runner, CaseId(case)),
            document=body.document,
            on=day_of(caller.now, body.signed_at),
            content=body.fact,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.signed_at, correlation=case)
        outcome = await runner.run(RECORD_FACT, command, provenance, caller.idempotency)
        return answer(outcome, _recorded)


def _take_back(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases/{case}/facts:withdraw",
        summary="Take back what one's own office recorded: it counts no more, nor does its dispute",
        responses=records({"case": _CASE, "kind": "fitness"}),
    )
    async def take_back(case: UuidPath, body: TakenBack, caller: Signing) -> Response:
        command = WithdrawFact(
            case=CaseId(case),
            agreement=await _agreement(runner, CaseId(case)),
            kind=body.kind,
            reason=body.reason,
            document=body.document,
            on=day_of(caller.now, body.signed_at),
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.signed_at, correlation=case)
        outcome = await runner.run(WITHDRAW_FACT, command, provenance, caller.idempotency)
        return answer(outcome, _taken_back)


def _accept(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases/{case}:accept",
        summary="Accept a person, for the receiving state",
        responses=records({"case": _CASE, "kind": "acceptance"}),
    )
    async def accept(case: UuidPath, body: SignedAnswer, caller: Signing) -> Response:
        command = AcceptCase(
            case=CaseId(case),
            agreement=await _agreement(runner, CaseId(case)),
            document=body.document,
            on=day_of(caller.now, body.signed_at),
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.signed_at, correlation=case)
        outcome = await runner.run(ACCEPT_CASE, command, provenance, caller.idempotency)
        return answer(outcome, _recorded)


def _decline(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cases/{case}:decline",
        summary="Decline a person, for the receiving state",
        responses=records({"case": _CASE, "kind": "acceptance"}),
    )
    async def decline(case: UuidPath, body: SignedAnswer, caller: Signing) -> Response:
        command = DeclineCase(
            case=CaseId(case),
            agreement=await _agreement(runner, CaseId(case)),
            document=body.document,
            on=day_of(caller.now, body.signed_at),
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.signed_at, correlation=case)
        outcome = await runner.run(DECLINE_CASE, command, provenance, caller.idempotency)
        return answer(outcome, _recorded)


async def _agreement(runner: CommandRunner, case: CaseId) -> AgreementId:
    proposed = cases.proposal(await runner.state(cases.fold(case)), case)
    return agreement_of(proposed.agreement)


def _taken_back(withdrawn: FactWithdrawn) -> dict[str, object]:
    return {"case": withdrawn.case, "kind": withdrawn.kind}


def _recorded(fact: CaseFact) -> dict[str, object]:
    return {"case": fact.case, "kind": cases.kind_of(fact)}
