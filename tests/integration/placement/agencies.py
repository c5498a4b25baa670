"""Everybody who uses placement: agencies with their tokens, and intake, whose log it follows."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx

from services.placement.domain.facility.record_report import TOPICS
from shared.contracts.lawful_end import CustodyTerm, LawfulEnd
from shared.contracts.manifest import (
    Custodian,
    HandoverOffered,
    PersonManifested,
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    FacilityId,
    ManifestId,
    PersonId,
    custody_of,
)
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.memory import MemoryStore
from shared.ledger.recorded import Provenance, Recorded
from shared.ledger.runner import CommandRunner
from shared.ledger.store import Store
from shared.messaging.memory import MemoryBroker
from tests.support.neighbour import Neighbour
from tests.support.waiting import until_read

CECOT = "cecot"
TERMS = AgreementRef("usa-slv-2025@1")
OFFERED = datetime(2025, 3, 16, 8, tzinfo=UTC)
CUSTODIAN = {"party": "SLV", "body": "cecot", "responsible_state": "SLV"}
ESCORT = Actor("USA", "escort", "escort-1")
PATIENCE_SECONDS = 60.0
JUDGMENT = LawfulEnd(
    issued_by="Circuit Court 1",
    reference="CR-2019-77",
    decided_on=date(2020, 5, 4),
    document="ab" * 32,
    ends_on=date(2190, 1, 31),
)


def said(_command: Event) -> Boundary[None]:
    """Nothing stands in the way of what intake says."""
    return Boundary((), lambda: None)


SAY: Decider[Event, None] = Decider(said, lambda event, _state: (event,))


class Intake:
    """Intake's log as placement sees it: sealed, and in its topic."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.broker = broker
        self.neighbour = Neighbour("intake", broker)
        self._store = MemoryStore(self.neighbour.origin)

    async def say(self, *events: Event) -> None:
        """Record events and publish them."""
        runner = CommandRunner(self._store, SystemClock(), lambda _recorded: ())
        await runner.start()
        for event in events:
            provenance = Provenance(actor=ESCORT, time=OFFERED, correlation="a-story")
            await runner.run(SAY, event, provenance)
        await runner.stop()
        await self.neighbour.say(await self._store.entries(self.neighbour.said, 10_000))


class Traveller:
    """One person on one journey, and what intake says about them."""

    def __init__(self, manifest: str, facility: str = CECOT) -> None:
        self.case, self.person = CaseId(new_id()), PersonId(new_id())
        self.custody = custody_of(self.case)
        self._manifest, self._facility = ManifestId(manifest), FacilityId(facility)
        self.term = CustodyTerm(return_margin_days=30, lawful_end=JUDGMENT)

    def manifested(self, *pseudonyms: PersonId) -> PersonManifested:
        return PersonManifested(
            manifest=self._manifest,
            agreement=TERMS,
            case=self.case,
            person=self.person,
            facility=self._facility,
            sending="USA",
            receiving="SLV",
            pseudonyms=pseudonyms,
        )

    def removed(self) -> PersonRemoved:
        return PersonRemoved(
            manifest=self._manifest,
            agreement=TERMS,
            case=self.case,
            person=self.person,
            facility=self._facility,
            cause="requested",
        )

    def offered(self, **changed: str) -> HandoverOffered:
        return HandoverOffered(
            manifest=self._manifest,
            agreement=TERMS,
            case=self.case,
            person=self.person,
            facility=self._facility,
            custody=self.custody,
            custodian=Custodian(**CUSTODIAN | changed),
            sending="USA",
            receiving="SLV",
            offered_by=str(ESCORT),
            offered_at=OFFERED,
            term=self.term,
        )


class Agencies:
    """Requests in the name of offices; `REGISTRY` is El Salvador's facility registry."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        token: Callable[[str, str, str], str],
        intake: Intake,
        store: Store,
    ) -> None:
        self.client = client
        self.intake = intake
        self._token = token
        self.store = store

    def _headers(self, office: str, party: str, subject: str | None) -> dict[str, str]:
        token = self._token(party, office, subject or f"{party.lower()}-{office}")
        return {"authorization": f"Bearer {token}"}

    async def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        office: str = "facility-registry",
        party: str = "SLV",
        subject: str | None = None,
        key: str | None = None,
        indent: int | None = None,
    ) -> httpx.Response:
        headers = self._headers(office, party, subject) | {
            "idempotency-key": key or new_id(),
            "content-type": "application/json",
        }
        content = json.dumps(body or {}, indent=indent)
        return await self.client.post(f"/v1{path}", content=content, headers=headers)

    async def get(
        self, path: str, *, office: str = "facility-registry", party: str = "SLV"
    ) -> httpx.Response:
        return await self.client.get(f"/v1{path}", headers=self._headers(office, party, None))

    async def locate(
        self,
        person: str,
        *,
        office: str = "counsel",
        party: str = "USA",
        key: str | None = None,
    ) -> httpx.Response:
        """Ask where a person is."""
        asked = {"purpose": "legal-representation"}
        return await self.post(f"/locator/{person}", asked, office=office, party=party, key=key)

    async def events(self, kind: type[Event] = Event) -> list[Event]:
        """What placement recorded, of one kind."""
        return [recorded.event for recorded in await self.entries(kind)]

    async def entries(self, kind: type[Event]) -> list[Recorded]:
        """The entries that placement recorded, of one kind."""
        entries = map(decode, await self.store.entries(0, 100_000))
        return [recorded for recorded in entries if isinstance(recorded.event, kind)]

    async def until(self, path: str, holds: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - any JSON value
        """What a read gives as soon as it is as expected; fails when it never is."""
        return await until_read(self.get, path, holds)

    async def until_recorded(self, kind: type[Event]) -> list[Event]:
        """The events of a kind as soon as there are any; fails when there never are."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := await self.events(kind)):
            assert time.monotonic() < deadline, kind.TYPE
            await asyncio.sleep(0.02)
        return found

    async def facility(self, places: int, own: int = 0) -> None:
        """A registered facility with an approved capacity."""
        await self.post("/facilities", {"facility": CECOT, "timezone": "America/El_Salvador"})
        await self.post(f"/facilities/{CECOT}/capacity", {"places": places})
        approved = await self.post(
            f"/facilities/{CECOT}/capacity:approve",
            {"places": places},
            office="central-authority",
        )
        assert approved.status_code == httpx.codes.CREATED, approved.text
        await self.reported()
        if own:
            count = {"count": own, "counted_on": "2025-03-01"}
            await self.post(f"/facilities/{CECOT}/own-population", count)

    async def reported(self) -> None:
        """The independent monitor finds the facility adequate, for good."""
        findings = [
            {"topic": topic, "found_on": "2025-03-01", "adequate": True} for topic in TOPICS
        ]
        report = {"findings": findings, "valid_until": "2199-12-31", "reference": "INSP-0"}
        answer = await self.post(
            f"/facilities/{CECOT}/reports", report, party="XX", office="monitor"
        )
        assert answer.status_code == httpx.codes.CREATED, answer.text

    async def accept(self, traveller: Traveller, **changed: Any) -> httpx.Response:  # noqa: ANN401 - any JSON value
        body = {"accepted_at": "2025-03-16T10:00:00Z", "custodian": CUSTODIAN} | changed
        return await self.post(f"/custodies/{traveller.custody}:accept", body)

    async def arrive(self, *travellers: Traveller) -> None:
        """Travellers who were manifested, offered and accepted."""
        events = [
            event
            for traveller in travellers
            for event in (traveller.manifested(), traveller.offered())
        ]
        await self.intake.say(*events)
        for traveller in travellers:
            await self.until(f"/custodies/{traveller.custody}", lambda row: row["offer"])
            assert (await self.accept(traveller)).status_code == httpx.codes.CREATED
