"""Who is who: near matches decided, identities merged and told apart, and what reads them together.

A decision about a person reads every pseudonym that may be theirs. Which ones these are is said by
the log, so a command that was not told is told by its refusal, and asked once more.
"""

from __future__ import annotations

from typing import Annotated, Any, Protocol, TypeVar

import msgspec
from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.identity_match import Aliases, NotReadTogether
from services.intake.domain.identity_merge import (
    MERGE_PERSONS,
    TELL_PERSONS_APART,
    MergePersons,
    TellPersonsApart,
)
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.kernel.decider import Decider
from shared.kernel.ids import PersonId
from shared.ledger.provenance import Idempotency, Provenance
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Outcome
from shared.web.caller import Caller, caller_from
from shared.web.examples import records
from shared.web.models import RequestModel, Uuid, UuidPath
from shared.web.responses import answer
from shared.web.routes import resource_router

STEPS = 20
"""Over how many merged pseudonyms a person is followed before the caller is told to ask again."""
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_OTHER = "01890a5d-ac96-774b-bcce-b302099a8058"
Agency = Annotated[Caller, Depends(caller_from("intake-agency"))]
"""The office that reads who a person is; the domain asks for another subject of it (G9)."""


class _AboutPersons(Protocol):
    """A command that brings the other pseudonyms of those whom it is about."""

    @property
    def aliases(self) -> Aliases:
        """As far as they are known."""
        ...


Command = TypeVar("Command", bound=_AboutPersons)


async def run_together(
    runner: CommandRunner,
    decider: Decider[Command, Any],
    command: Command,
    provenance: Provenance,
    idempotency: Idempotency,
) -> Outcome:
    """Run a command with every pseudonym that may belong to the persons it is about (G9)."""
    for _ in range(STEPS):
        try:
            return await runner.run(decider, command, provenance, idempotency)
        except NotReadTogether as found:
            command = _with(command, found.aliases)
    return await runner.run(decider, command, provenance, idempotency)


def _with(command: Command, aliases: Aliases) -> Command:
    changed: Command = msgspec.structs.replace(command, aliases=aliases)  # type: ignore[type-var]  # every command is a struct
    return changed


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
        command = MergePersons(
            person=PersonId(person), other=PersonId(body.person), actor=caller.actor
        )
        outcome = await run_together(
            runner, MERGE_PERSONS, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _merged)


def _different(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/persons/{person}:different-from",
        summary="Say that this person is not another one, be it found or said before (G9)",
        responses=records({"person": _PERSON, "other": _OTHER}),
    )
    async def different(person: UuidPath, body: SomebodyElse, caller: Agency) -> Response:
        command = TellPersonsApart(
            person=PersonId(person), other=PersonId(body.person), actor=caller.actor
        )
        outcome = await run_together(
            runner, TELL_PERSONS_APART, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _told_apart)


def _merged(event: PersonsMerged) -> dict[str, object]:
    return {"person": event.person, "other": event.other, "set_aside": event.set_aside}


def _told_apart(event: PersonsToldApart) -> dict[str, object]:
    return {"person": event.person, "other": event.other}
