"""Incidents: reported of a custody, acknowledged by each office that they must reach (G18)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar, get_args

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.incident.acknowledge_incident import (
    ACKNOWLEDGE_INCIDENT,
    AcknowledgeIncident,
)
from services.placement.domain.incident.allege_ill_treatment import (
    ALLEGE_ILL_TREATMENT,
    AllegeIllTreatment,
    AllegingOffice,
)
from services.placement.domain.incident.report_emergency import REPORT_EMERGENCY, ReportEmergency
from services.placement.domain.incident.report_escape import (
    RECORD_RECAPTURE,
    REPORT_ESCAPE,
    RecordRecapture,
    ReportEscape,
)
from services.placement.domain.incident.report_incident import IncidentCommand
from services.placement.queries.incidents import IncidentReads
from shared.contracts.incident import (
    IncidentAcknowledged,
    IncidentNotified,
    IncidentReported,
    Recaptured,
)
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId, IncidentId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Instant, RequestModel, SlugQuery, UuidPath, UuidQuery
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

Report = TypeVar("Report", bound=IncidentCommand)
Holder = Annotated[
    Caller, Depends(caller_from("facility-registry", urgent=True, batch=True, dry_run=True))
]
Alleging = Annotated[
    Caller, Depends(caller_from(urgent=True, decided=", ".join(get_args(AllegingOffice))))
]
Addressed = Annotated[
    Caller, Depends(caller_from(decided="each that the incident has to reach", dry_run=True))
]
KindQuery = Annotated[
    Literal["death", "medical-emergency", "ill-treatment", "escape"] | None,
    Query(examples=["death", "escape"]),
]
CUSTODY = "01890a5d-ac96-774b-bcce-b302099a8057"
INCIDENT = "01890a5d-ac96-774b-bcce-b302099a805c"
REPORTED = {
    "incident": INCIDENT,
    "custody": CUSTODY,
    "notices": [
        {"party": "USA", "office": "central-authority", "due_at": "2025-07-18T09:20:00Z"},
        {"party": "SLV", "office": "central-authority", "due_at": "2025-07-18T09:20:00Z"},
        {"party": "XX", "office": "monitor", "due_at": "2025-07-18T09:20:00Z"},
    ],
}
LISTED = {
    "incident": INCIDENT,
    "kind": "medical-emergency",
    "custody": CUSTODY,
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "happened_at": "2025-07-18T03:20:00Z",
    "recorded_at": "2025-07-18T03:41:07Z",
    "reference": "MED-2025-7",
    "entry": "accord.example/placement/0#21",
}
NOTICE = {
    "party": "USA",
    "office": "central-authority",
    "due_at": "2025-07-18T09:20:00Z",
    "overdue": False,
    "acknowledged_by": "USA:central-authority:authority/one",
    "acknowledged_at": "2025-07-18T04:02:00Z",
}


class Happening(RequestModel):
    """When it happened, or when the allegation was made, and the report or paper that says so."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"at": "2025-07-18T03:20:00Z", "reference": "MED-2025-7"}}
    )
    at: Instant
    reference: Code


class Recapture(RequestModel):
    """When who had escaped was back."""

    model_config = ConfigDict(json_schema_extra={"example": {"at": "2025-07-19T11:00:00Z"}})
    at: Instant


def router(runner: CommandRunner, reads: IncidentReads) -> APIRouter:
    """The routes of incidents."""
    router = resource_router("incidents")
    _reporting(router, runner)
    _escaping(router, runner)
    _alleging(router, runner)
    _acknowledging(router, runner)
    _reading(router, reads)
    return router


def _reporting(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:report-emergency",
        summary="Report a medical emergency",
        responses=records(REPORTED),
    )
    async def report_emergency(custody: UuidPath, body: Happening, caller: Holder) -> Response:
        command = _report(ReportEmergency, custody, body, caller)
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(REPORT_EMERGENCY, command, provenance, caller.idempotency)
        return answer(outcome, _reported, location=_place)


def _escaping(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:report-escape",
        summary="Report that a person escaped; the custody goes on",
        responses=records(REPORTED),
    )
    async def report_escape(custody: UuidPath, body: Happening, caller: Holder) -> Response:
        command = _report(ReportEscape, custody, body, caller)
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(REPORT_ESCAPE, command, provenance, caller.idempotency)
        return answer(outcome, _reported, location=_place)

    @router.post(
        "/custodies/{custody}:record-recapture",
        summary="Record that who had escaped is back",
        responses=records({"custody": CUSTODY, "recaptured_at": "2025-07-19T11:00:00Z"}),
    )
    async def record_recapture(custody: UuidPath, body: Recapture, caller: Holder) -> Response:
        command = RecordRecapture(
            custody=CustodyId(custody), actor=caller.actor, now=caller.now, recaptured_at=body.at
        )
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(RECORD_RECAPTURE, command, provenance, caller.idempotency)
        return answer(outcome, _recaptured)


def _alleging(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:allege-ill-treatment",
        summary="Allege that a person was ill-treated in custody",
        responses=records(REPORTED),
    )
    async def allege(custody: UuidPath, body: Happening, caller: Alleging) -> Response:
        command = _report(AllegeIllTreatment, custody, body, caller)
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(ALLEGE_ILL_TREATMENT, command, provenance, caller.idempotency)
        return answer(outcome, _reported, location=_place)


def _acknowledging(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/incidents/{incident}:acknowledge",
        summary="Say, for one's own office, that an incident has reached it",
        responses=records({"incident": INCIDENT, "party": "USA", "office": "central-authority"}),
    )
    async def acknowledge(incident: UuidPath, caller: Addressed) -> Response:
        command = AcknowledgeIncident(
            incident=IncidentId(incident), actor=caller.actor, now=caller.now
        )
        provenance = caller.provenance(correlation=incident)
        outcome = await runner.run(ACKNOWLEDGE_INCIDENT, command, provenance, caller.idempotency)
        return answer(outcome, _acknowledged)


def _reading(router: APIRouter, reads: IncidentReads) -> None:
    @router.get(
        "/incidents/{incident}",
        summary="One incident, and whom it has reached; a death is named like its custody",
        responses=shows({**LISTED, "notices": [NOTICE]}),
    )
    async def incident(
        incident: UuidPath, asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        shown = await reads.incident(asking.actor.party, incident)
        return found(asking, shown, what="incident")

    @router.get(
        "/incidents",
        summary="Incidents, each with how many offices have not acknowledged it",
        responses=shows({"items": [{**LISTED, "unacknowledged": 1}], "next": None}),
    )
    async def incidents(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        *,
        facility: SlugQuery | None = None,
        custody: UuidQuery | None = None,
        kind: KindQuery = None,
    ) -> Response:
        wanted = {"facility": facility, "custody": custody, "kind": kind}
        rows = await reads.incidents(asking.actor.party, page, **wanted)
        return listing(asking, page, rows, lambda row: (row["incident"],))


def _report(kind: type[Report], custody: str, body: Happening, caller: Caller) -> Report:
    return kind(
        custody=CustodyId(custody),
        incident=IncidentId(new_id()),
        happened_at=body.at,
        reference=body.reference,
        actor=caller.actor,
        now=caller.now,
    )


def _place(event: IncidentReported, *_: Event) -> str:
    return f"/v1/incidents/{event.incident}"


def _reported(event: IncidentReported, *events: Event) -> dict[str, object]:
    notices = [
        {"party": notice.party, "office": notice.office, "due_at": notice.due_at}
        for notice in events
        if isinstance(notice, IncidentNotified)
    ]
    return {"incident": event.incident, "custody": event.custody, "notices": notices}


def _recaptured(event: Recaptured) -> dict[str, object]:
    return {"custody": event.custody, "recaptured_at": event.recaptured_at}


def _acknowledged(event: IncidentAcknowledged) -> dict[str, object]:
    return {"incident": event.incident, "party": event.party, "office": event.office}
