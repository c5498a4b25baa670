"""The locator: where a person is, for those who may ask; every question is on record (G12).

A question is a command, so its answer has a receipt. Nothing else than this service's own database
is asked, and where that can be read and not written, the answer is given all the same (ADR 0041).
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from prometheus_client import Counter
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.locate_person import LOCATE_PERSON, LocatePerson
from services.placement.domain.whereabouts import whereabouts
from services.placement.queries.locator import Located, LocatorReads
from shared.contracts.recorded_read import LOCATING, Purpose
from shared.kernel.ids import PersonId
from shared.kernel.rejected import Rejected
from shared.ledger.errors import IdempotencyClash
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Outcome
from shared.telemetry.logs import logger
from shared.telemetry.metrics import Metrics
from shared.web.content.models import RequestModel, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer, still_fresh, unrecorded
from shared.web.routes import resource_router

RECORDING_SECONDS = 3.0
"""So long an answer waits for its entry; whoever looks for a person is not kept waiting longer."""
SHOWN = (
    "custody",
    "person",
    "agreement",
    "facility",
    "status",
    "responsible_state",
    "custodian_party",
    "custodian_body",
    "arrived_on",
    "departed_on",
    "unaccounted_since",
    "unaccounted_entry",
)
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8058"
EXAMPLE: dict[str, object] = {
    "person": _PERSON,
    "status": "in-custody",
    "says": "in custody in cecot, responsible: SLV",
    "responsible_state": "SLV",
    "facility": "cecot",
    "since": "2025-03-16T10:00:00Z",
    "by_entry": None,
    "pseudonyms": [_PERSON],
    "may_also_be": [],
    "entries": [
        {
            "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
            "person": _PERSON,
            "agreement": "usa-slv-2025@1",
            "facility": "cecot",
            "status": "in-custody",
            "responsible_state": "SLV",
            "custodian_party": "SLV",
            "custodian_body": "cecot",
            "arrived_on": "2025-03-16",
            "departed_on": None,
            "unaccounted_since": None,
            "unaccounted_entry": None,
        }
    ],
    "cases": [],
}
MayLocate = Annotated[Caller, Depends(caller_from(*LOCATING, urgent=True))]
_log = logger("locator")


class Question(RequestModel):
    """What somebody asks for."""

    model_config = ConfigDict(json_schema_extra={"example": {"purpose": "legal-representation"}})
    purpose: Purpose


def router(runner: CommandRunner, people: LocatorReads, metrics: Metrics) -> APIRouter:
    """The route of the locator."""
    router = resource_router("locator")
    missed = metrics.counter("locator_unrecorded_total", "Locator answers without an entry")

    @router.post(
        "/locator/{person}",
        summary="Where a person is, by any pseudonym of theirs; it is on record",
        responses=records(EXAMPLE),
    )
    async def locate(person: UuidPath, body: Question, caller: MayLocate) -> Response:
        command = LocatePerson(person=PersonId(person), actor=caller.actor, purpose=body.purpose)
        outcome = await _recorded(runner, command, caller, missed)
        if outcome is not None:
            still_fresh(outcome, caller.now)
        said = _said(person, await people.located(command.person))
        return unrecorded(said) if outcome is None else answer(outcome, lambda _located: said)

    return router


async def _recorded(
    runner: CommandRunner, command: LocatePerson, caller: Caller, missed: Counter
) -> Outcome | None:
    """The question's entry; nothing if the log cannot take one now. Then a line of this process's
    own log says who asked, and a metric rings.
    """
    recording = asyncio.ensure_future(
        runner.run(LOCATE_PERSON, command, caller.provenance(), caller.idempotency)
    )
    try:
        await asyncio.wait((recording,), timeout=RECORDING_SECONDS)
        if not recording.done():
            recording.add_done_callback(_came_late)
            raise TimeoutError(f"the log has not answered within {RECORDING_SECONDS} seconds")  # noqa: TRY301 - one way out for all that keeps an entry out
        return recording.result()
    except (Rejected, IdempotencyClash):
        raise
    except Exception as error:  # noqa: BLE001 - whatever keeps an entry out, a person is found
        missed.inc()
        _log.error(
            "located without an entry",
            person=command.person,
            actor=str(command.actor),
            purpose=command.purpose,
            why=f"{type(error).__name__}: {error}",
        )
        return None


def _came_late(recording: asyncio.Future[Outcome]) -> None:
    """Note what became of an entry that nobody waited for any longer."""
    late = "cancelled" if recording.cancelled() else repr(recording.exception() or "recorded")
    _log.warning("a question's entry came late", became=late)


def _said(person: str, located: Located) -> dict[str, object]:
    return {
        "person": person,
        **msgspec.structs.asdict(whereabouts(located.known)),
        "pseudonyms": located.pseudonyms,
        "may_also_be": located.may_also_be,
        "entries": [{name: row[name] for name in SHOWN} for row in located.stays],
        "cases": [msgspec.structs.asdict(case) for case in located.known.cases],
    }
