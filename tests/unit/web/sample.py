"""A small service on real parts: two commands, reads, a document and a log, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
from fastapi import APIRouter, Depends, FastAPI, Query
from starlette.requests import Request
from starlette.responses import Response

from cli.keys.tokens import mint
from shared.contracts.hold import HoldScope
from shared.contracts.intake import PersonRegistered
from shared.contracts.manifest import BoardingRefused
from shared.database.errors import Unavailable
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, AgreementRef, CaseId, ManifestId, PersonId, agreement_ref
from shared.kernel.rejected import Conflict, Finding, RuleBroken
from shared.ledger.log import Log
from shared.ledger.machine import new_id
from shared.ledger.memory import MemoryStore
from shared.ledger.recorded import Recorded
from shared.ledger.runner import CommandRunner
from shared.ledger.store import Ask
from shared.sealing import heads
from shared.sealing.finality import Finality
from shared.sealing.log import SealedLog
from shared.sealing.memory import MemoryTree
from shared.web.admission import Admission, Limits
from shared.web.app import build_app
from shared.web.content.models import (
    Count,
    Instant,
    MoneyField,
    Published,
    RequestModel,
    Sha256,
    Slug,
    Uuid,
    UuidPath,
)
from shared.web.endpoints.log import log_routers
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.identity.verifier import Verifier, load_keys
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router
from shared.web.yaml_document import YamlDocument, read_yaml

ORIGIN = "accord.example/intake/0"
START = datetime(2025, 3, 15, 12, tzinfo=UTC)
Urgent = Annotated[Caller, Depends(caller_from(urgent=True))]
Many = Annotated[Caller, Depends(caller_from("intake-agency", batch=True, dry_run=True))]
Boarding = Annotated[Caller, Depends(caller_from(urgent=True, batch=True, dry_run=True))]
PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
AGREEMENT: AgreementRef = agreement_ref(AgreementId("usa-slv-2025"), 1)
REGISTRATION = {"commitment": "ab" * 32}


class MovingClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.present = START

    def now(self) -> datetime:
        return self.present


class FailingStore(MemoryStore):
    """A log that a test can make unreachable."""

    down = False

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        if self.down:
            raise Unavailable
        return await super().read(asks)


class RegisterPerson(msgspec.Struct, frozen=True):
    """Give a person a pseudonym."""

    person: PersonId
    commitment: str
    actor: Actor


class BoardPerson(msgspec.Struct, frozen=True):
    """Let a person board; always refused, on record."""

    person: PersonId


class CommitmentKnown(Conflict):
    """The commitment belongs to a person who is registered."""


class HoldStandsAgainstBoarding(RuleBroken):
    """A hold names the person."""

    RULE = "G3"


def _taken(_state: bool, _event: Event) -> bool:  # noqa: FBT001 - a fold's two arguments
    return True


def _register(command: RegisterPerson, taken: bool) -> tuple[Event, ...]:  # noqa: FBT001 - a decision's state
    if taken:
        raise CommitmentKnown("This person is registered already.")
    return (
        PersonRegistered(
            person=command.person,
            registered_by=command.actor.party,
            commitment=command.commitment,
        ),
    )


def _board(command: BoardPerson, _taken: bool) -> tuple[Event, ...]:  # noqa: FBT001 - a decision's state
    finding = Finding(rule="G3", missing="no matching hold", evidence="hold/1")
    refused = HoldStandsAgainstBoarding("A hold stands: have it lifted.", findings=(finding,))
    raise refused.on_record(
        lambda refusal: BoardingRefused(
            manifest=ManifestId(PERSON),
            agreement=AGREEMENT,
            case=CaseId(PERSON),
            person=command.person,
            refusal=refusal,
        )
    )


def _boundary(command: RegisterPerson | BoardPerson) -> Boundary[bool]:
    person = command.person
    of_person = (on(PersonRegistered, person=person),)
    return only(Fold(f"person/{person}", of_person, False, _taken))  # noqa: FBT003 - the fold's initial state


REGISTER: Decider[RegisterPerson, bool] = Decider(_boundary, _register)
BOARD: Decider[BoardPerson, bool] = Decider(_boundary, _board)


class Registration(RequestModel):
    """A person to register."""

    commitment: Sha256
    person: Uuid | None = None


class Leg(RequestModel):
    """One leg of a journey."""

    planned_departure: Instant
    seats: Count = 0


class Journey(RequestModel):
    """Everything that a body can hold."""

    agreement: Slug
    legs: tuple[Leg, ...]
    price: MoneyField | None = None
    scope: Annotated[HoldScope, Published(HoldScope)] | None = None
    note: str = ""


def persons(runner: CommandRunner) -> APIRouter:
    """Persons: registered, refused at the door, read and listed."""
    router = resource_router("persons")

    @router.post("/persons", responses=records({"person": PERSON}))
    async def register(body: Registration, caller: Many) -> Response:
        person = PersonId(body.person or new_id())
        command = RegisterPerson(person, body.commitment, caller.actor)
        provenance = caller.provenance(agreement=AGREEMENT)
        outcome = await runner.run(REGISTER, command, provenance, caller.idempotency)
        return answer(
            outcome,
            lambda registered: {"person": registered.person},
            location=lambda registered: f"/v1/persons/{registered.person}",
        )

    @router.post("/persons/{person}:board", responses=records())
    async def board(person: UuidPath, caller: Boarding) -> Response:
        command = BoardPerson(PersonId(person))
        return answer(await runner.run(BOARD, command, caller.provenance(), caller.idempotency))

    @router.get("/persons/{person}", responses=shows({"person": PERSON}))
    async def person(person: UuidPath, asking: Annotated[Reader, Depends(reader())]) -> Response:
        return found(asking, {"person": person} if person == PERSON else None, what="person")

    return router


def lists() -> APIRouter:
    """Numbers, page by page."""
    router = resource_router("numbers")

    @router.get("/numbers", responses=shows({"items": [{"number": 1}], "next": None}))
    async def numbers(
        page: Annotated[Page, Depends(paged(int))],
        asking: Annotated[Reader, Depends(reader("auditor", "intake-agency"))],
        least: Annotated[int, Query(ge=0, le=1000)] = 0,
    ) -> Response:
        first = int(page.after[0]) + 1 if page.after else least
        rows = [{"number": number} for number in range(first, 1000)][: page.limit + 1]
        return listing(asking, page, rows, lambda row: (row["number"],))

    return router


def forms() -> APIRouter:
    """What takes bodies of every form, and one endpoint with a fault in it."""
    router = resource_router("forms")

    @router.post("/journeys", responses=records())
    async def journey(body: Journey, caller: Annotated[Caller, Depends(caller_from())]) -> Response:
        said = {"departures": [leg.planned_departure for leg in body.legs], "by": str(caller.actor)}
        return Response(msgspec.json.encode(said), 201, media_type="application/json")

    @router.post("/documents", responses=records())
    async def document(text: Annotated[bytes, Depends(YamlDocument())], caller: Urgent) -> Response:
        said: dict[str, Any] = {"document": read_yaml(text), "by": str(caller.actor)}
        return Response(msgspec.json.encode(said), 201, media_type="application/json")

    @router.get("/faults")
    async def fault(
        request: Request, asking: Annotated[Reader, Depends(reader("ops"))]
    ) -> Response:
        raise RuntimeError(f"secret of {asking.actor} at {request.url}")

    return router


class Service:
    """The sample service, its clock and its clients."""

    def __init__(self, keys: Path) -> None:
        self.keys = keys
        self.clock = MovingClock()
        self.unfinal_age, self.ages = 0.0, list[float]()  # the ages come before it
        self.store = FailingStore(ORIGIN)
        self.runner = CommandRunner(self.store, self.clock, lambda _recorded: ())
        self.tree = MemoryTree(self.store)
        self.finality = Finality(self.tree, patience=0.05)
        self.log = SealedLog(Log(self.store, ORIGIN), self.tree, self.finality)
        self.app: FastAPI = build_app(
            title="Sample",
            verifier=Verifier(load_keys(keys / "jwks.json"), self.clock),
            routers=[*log_routers(self.log), persons(self.runner), lists(), forms()],
            resources=[self.running],
            finality=self.finality,
            admission=Admission(self._age, Limits(few=0, pause=0.0, tries=5), now=lambda: 0.0),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.runner.start()
        yield
        await self.runner.stop()

    def _age(self) -> float:
        return self.ages.pop(0) if self.ages else self.unfinal_age

    async def published(self, size: int, *, is_final: bool, note: bytes = b"a note") -> None:
        """Publish a checkpoint, as the sealer does."""
        await self.tree.publish(heads.Published(size, note, is_final, START))

    def token(self, party: str = "USA", office: str = "intake-agency", **other: Any) -> str:  # noqa: ANN401 - options of mint
        life: timedelta = other.pop("life", timedelta(hours=1))
        return mint(
            self.keys,
            party=party,
            office=office,
            subject="desk-1",
            life=life,
            now=self.clock.now(),
            **other,
        )

    @asynccontextmanager
    async def client(self, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"authorization": f"Bearer {token or self.token()}"}
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://accord.example", headers=headers
        ) as client:
            yield client
