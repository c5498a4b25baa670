"""Exceptions of intake: what waits for an office, since when, and what happens if it does not act.

A kind is a line of `DETAILS`; `exception_rows` says which entries make one and end it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.api.manifest_reads import CASE, PERSON
from services.intake.domain.exception.acknowledge_exception import (
    ACKNOWLEDGE_EXCEPTION,
    AcknowledgeException,
)
from services.intake.queries import IntakeQueries
from shared.contracts.acknowledgement import Acknowledged, ExceptionAcknowledged
from shared.kernel.ids import CaseId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, Uuid
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

DETAILS = {
    "agreement-suspended": "until whoever suspended it resumes it nobody departs under it; returns"
    " and releases go on: GET /v1/agreements shows which one",
    "assessment-runs-out": "from then on every gate is closed for the person: record a new one,"
    " POST /v1/cases/{case}/facts",
    "assurance-end-asked": "it blocks until its instant unless you agree that it ends: POST"
    " /v1/assurances/{subject}:end",
    "assurance-runs-out": "from then on it stops nobody: ask for another one, or assert a hold,"
    " POST /v1/holds",
    "came-after-departure": "it was told after the departure of case {case}, who is brought back by"
    " rule: a recall on the way, a return from custody; lifted, withdrawn or run out it is"
    " none any more",
    "erasure-unconfirmed": "who the person is stays in the vault until the central authority erases"
    " it by the same paper: POST /v1/persons/{person}:erase",
    "handover-unanswered": "the sending state stays responsible, and nothing accrues, until the"
    " facility accepts the person or refuses the arrival, in placement",
    "hold-body-unconfirmed": "nobody can lift the hold until another subject of the body that was"
    " named confirms it: POST /v1/holds/{subject}:confirm-body",
    "hold-unverified": "it blocks all the same: another subject of the issuing office verifies it,"
    " POST /v1/holds/{subject}:verify",
    "hold-without-a-body": "it blocks, and nobody can lift it: whoever asserted it names its body,"
    " POST /v1/holds/{subject}:name-body",
    "lift-unconfirmed": "the hold stands until another subject of the issuing office lifts it by"
    " the same instrument, POST /v1/holds/{subject}:lift",
    "near-match": "orders about either bind both, and who waits is not cleared, until somebody else"
    " of this office says POST /v1/persons/{person}:different-from or, of an agency, :same-as",
    "recall-ordered": "the person is to be with the sending state by then, and is overdue after"
    " it: POST /v1/manifests/…/persons/{case}:complete-recall",
    "wrongful-transfer": "it stays here until a named person says that this government knows it:"
    " POST /v1/exceptions:acknowledge",
}
"""What happens if nobody acts, and what to do."""
_SEEN: dict[str, Any] = {"kind": "wrongful-transfer", "case": CASE}
_OTHER = "01890a5d-ac96-774b-bcce-b302099a8058"
EXAMPLE = {
    "kind": "near-match",
    "subject": f"{PERSON}/{_OTHER}",
    "party": "USA",
    "office": "intake-agency",
    "body": None,
    "person": PERSON,
    "other": _OTHER,
    "case": None,
    "since": "2025-03-16T08:00:00Z",
    "due_at": None,
    "overdue": False,
    "entry": "accord.example/intake/0#17",
    "detail": DETAILS["near-match"].format(person=PERSON),
}


class Seen(RequestModel):
    """Which exception one's own government knows of."""

    model_config = ConfigDict(json_schema_extra={"example": _SEEN})
    kind: Acknowledged
    case: Uuid


def router(runner: CommandRunner, listed: IntakeQueries) -> APIRouter:
    """`/v1/exceptions`, and `:acknowledge`."""
    router = resource_router("exceptions")
    _list(router, listed)
    _acknowledge(router, runner)
    return router


def _list(router: APIRouter, listed: IntakeQueries) -> None:
    @router.get(
        "/exceptions",
        summary="What waits for one's office, since when, by when, and what happens otherwise",
        responses=shows({"items": [EXAMPLE], "next": None}),
    )
    async def exceptions(
        page: Annotated[Page, Depends(paged(str))], asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        rows = await listed.exceptions(asking.actor, page)
        return listing(asking, page, [_shown(row, asking.now) for row in rows], _key)


def _acknowledge(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/exceptions:acknowledge",
        summary="Say, by name, that one's own government knows of a wrongful transfer (D7)",
        responses=records({"case": CASE, "person": PERSON, "kind": "wrongful-transfer"}),
    )
    async def acknowledge(
        body: Seen, caller: Annotated[Caller, Depends(caller_from("central-authority"))]
    ) -> Response:
        command = AcknowledgeException(kind=body.kind, case=CaseId(body.case), actor=caller.actor)
        provenance = caller.provenance(correlation=body.case)
        outcome = await runner.run(ACKNOWLEDGE_EXCEPTION, command, provenance, caller.idempotency)
        return answer(outcome, _acknowledged)


def _shown(row: Mapping[str, object], now: datetime) -> Mapping[str, object]:
    due_at = row["due_at"]
    said = {name: value for name, value in row.items() if name not in ("is_told", "is_over", "key")}
    return {
        **said,
        "overdue": isinstance(due_at, datetime) and due_at < now,
        "detail": DETAILS[str(row["kind"])].format(**row),
    }


def _key(item: Mapping[str, object]) -> tuple[object]:
    return (f"{item['kind']}/{item['subject']}",)


def _acknowledged(event: ExceptionAcknowledged) -> dict[str, object]:
    return {"case": event.case, "person": event.person, "kind": event.kind}
