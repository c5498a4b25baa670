"""Subject access over HTTP: all that intake holds and has recorded of a person (G22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.hold import state as holds
from services.intake.domain.person_reads import EXPORT_SUBJECT, ExportSubject
from services.intake.domain.subject_record import about, evidence_of_others, shown
from services.intake.queries import IntakeQueries
from services.intake.vault import Vault
from shared.contracts.erasure import PersonErased
from shared.contracts.recorded_read import Purpose, SubjectExported
from shared.kernel.event import subject_of
from shared.kernel.ids import HoldId, PersonId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer, still_fresh
from shared.web.routes import resource_router

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shared.ledger.recorded import Recorded

_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
ELSEWHERE = (
    "placement (POST /v1/locator/{person}, GET /v1/custodies?person=) and billing"
    " (GET /v1/accruals) keep entries under the same pseudonym, and hold nothing that says who"
    " somebody is"
)
EXAMPLE: dict[str, Any] = {
    "person": _PERSON,
    "identity": {"name": "Synthetic Person 17", "birth_date": "1990-01-02", "sex": "male"},
    "erased": False,
    "entries": [
        {
            "entry": "accord.example/intake/0#17",
            "type": "intake.PersonRegistered.v1",
            "time": "2025-03-10T12:00:00Z",
            "recorded_at": "2025-03-10T12:00:00Z",
            "says": {"person": _PERSON, "registered_by": "USA", "commitment": "cd" * 32},
        }
    ],
    "elsewhere": ELSEWHERE,
}


class Access(RequestModel):
    """What the export is for."""

    model_config = ConfigDict(json_schema_extra={"example": {"purpose": "subject-access"}})
    purpose: Purpose


def router(runner: CommandRunner, sealed: IntakeQueries, vault: Vault) -> APIRouter:
    """`/v1/persons/{person}:export`."""
    router = resource_router("persons")

    @router.post(
        "/persons/{person}:export",
        summary="All that intake holds and has recorded of a person, for the person; on record",
        responses=records(EXAMPLE),
    )
    async def export(
        person: UuidPath,
        body: Access,
        caller: Annotated[Caller, Depends(caller_from("intake-agency"))],
    ) -> Response:
        command = ExportSubject(person=PersonId(person), actor=caller.actor, purpose=body.purpose)
        outcome = await runner.run(EXPORT_SUBJECT, command, caller.provenance(), caller.idempotency)
        still_fresh(outcome, caller.now)
        row = await sealed.sealed_person(command.person)
        identity = msgspec.to_builtins(vault.open(row)[0]) if row else None
        record = [entry async for entry in runner.entries(about(command.person))]
        others = await _of_others(runner, command.person, record)
        entries = [_said(entry, others) for entry in record]
        erased = any(isinstance(entry.event, PersonErased) for entry in record)

        def handed_out(event: SubjectExported) -> dict[str, object]:
            held = {"person": event.person, "identity": identity, "erased": erased}
            return {**held, "entries": entries, "elsewhere": ELSEWHERE}

        return answer(outcome, handed_out)

    return router


async def _of_others(
    runner: CommandRunner, person: PersonId, record: Sequence[Recorded]
) -> frozenset[str]:
    """The evidence in a person's record that is in somebody else's; an order on nobody by name is
    not.
    """
    own = {f"person/{person}", *(subject_of(entry.event) for entry in record)}
    named = {each for entry in record for each in evidence_of_others(entry.event, own)}
    return frozenset([each for each in sorted(named) if not await _on_nobody(runner, each)])


async def _on_nobody(runner: CommandRunner, evidence: str) -> bool:
    kind, _, hold = evidence.partition("/")
    if kind != "hold":
        return False
    asserted = (await runner.state(holds.fold(HoldId(hold)))).asserted
    return asserted is not None and asserted.scope.named_person is None


def _said(entry: Recorded, others: Collection[str]) -> dict[str, object]:
    return {
        "entry": entry.ref,
        "type": entry.event.TYPE,
        "time": entry.time,
        "recorded_at": entry.recorded_at,
        "says": shown(entry.event, others),
    }
