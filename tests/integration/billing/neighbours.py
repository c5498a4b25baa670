"""Everybody around billing: the treasuries that ask it, and the two services that it follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx

from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.intake import AgreementActivated
from shared.contracts.manifest import Custodian
from shared.contracts.placement import (
    CustodyAccepted,
    HeadcountAttested,
    PersonReleased,
    Presence,
)
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, EntryRef, FacilityId
from shared.ledger.entry import decode
from shared.ledger.machine import new_id
from shared.ledger.positions import TablePositions
from shared.ledger.recorded import Recorded
from shared.messaging.memory import MemoryBroker
from shared.messaging.tiled_log import TiledLog
from tests.support.entries import entry
from tests.support.neighbour import Neighbour
from tests.support.waiting import until
from tests.unit.billing.story import TERMS, custody, person

CECOT = FacilityId("cecot")


class Neighbours:
    """Intake's and placement's logs, as far as billing reads them."""

    def __init__(self, broker: MemoryBroker, positions: TablePositions) -> None:
        self._broker = broker
        self._positions = positions
        self.services = {name: Neighbour(name, broker) for name in ("intake", "placement")}

    async def say(self, service: str, *events: Event) -> None:
        """Publish these facts as the next entries of a service's log."""
        neighbour = self.services[service]
        numbered = enumerate(events, start=neighbour.said)
        await neighbour.say([entry(index, event, neighbour.origin) for index, event in numbered])

    async def applied(self, service: str) -> int:
        """How many of a service's entries billing has applied."""
        return (await self._positions.read(f"accord.example/{service}/0")).sequence

    async def settled(self) -> None:
        """Wait until billing has applied everything that was said."""

        async def nothing_left() -> bool:
            applied = [await self.applied(name) for name in self.services]
            return applied == [neighbour.said for neighbour in self.services.values()]

        await until(nothing_left, patience=60)

    async def published(self, service: str, count: int) -> list[bytes]:
        """The first entries in a service's topic."""
        async with self._broker.subscriber(f"accord.{service}", 0) as subscriber:
            return [message.record.value for message in await subscriber.page(count, 10.0)]

    async def activate(self, document: AgreementDocument) -> None:
        """Both states have signed."""
        signed = AgreementActivated(
            agreement=document.ref, digest=digest(document), document=document
        )
        await self.say("intake", signed)

    async def accept(self, numbers: range, arrived_on: date) -> None:
        """These persons are taken into custody."""
        await self.say("placement", *(accepted(number, arrived_on) for number in numbers))

    async def attest(self, numbers: range, first: date, nights: int) -> None:
        """A headcount a night, with all of these persons."""
        await self.say(
            "placement",
            *(headcount(numbers, first + timedelta(days=day)) for day in range(nights)),
        )

    async def release(self, number: int, departed_on: date) -> None:
        """This person is released."""
        released = PersonReleased(
            custody=custody(number),
            person=person(number),
            agreement=TERMS,
            facility=CECOT,
            ended_at=datetime.combine(departed_on, time(12), UTC),
            departed_on=departed_on,
        )
        await self.say("placement", released)


def accepted(number: int, arrived_on: date) -> CustodyAccepted:
    """One person's custody."""
    return CustodyAccepted(
        custody=custody(number),
        person=person(number),
        agreement=TERMS,
        facility=CECOT,
        offer=EntryRef("accord.example/intake/0#9"),
        custodian=Custodian(party="SLV", body="cecot", responsible_state="SLV"),
        sending="USA",
        receiving="SLV",
        accepted_at=datetime.combine(arrived_on, time(12), UTC),
        arrived_on=arrived_on,
        timezone="America/El_Salvador",
        place_was_reserved=True,
    )


def headcount(numbers: range, night: date, agreement: AgreementRef = TERMS) -> HeadcountAttested:
    """One night's attestation."""
    return HeadcountAttested(
        facility=CECOT,
        agreement=agreement,
        night=night,
        timezone="America/El_Salvador",
        present=tuple(Presence(custody(number), person(number)) for number in numbers),
        part=1,
        parts=1,
        attested_by="SLV:facility-registry:cecot-registry",
    )


class Treasuries:
    """Requests in the name of offices; El Salvador's treasury when nobody else is named."""

    def __init__(self, client: httpx.AsyncClient, token: Callable[[str, str, str], str]) -> None:
        self.client = client
        self._token = token

    def headers(
        self, party: str = "SLV", office: str = "treasury", subject: str | None = None
    ) -> dict[str, str]:
        """What a request of this office carries."""
        token = self._token(party, office, subject or f"{party.lower()}-{office}")
        return {"authorization": f"Bearer {token}"}

    async def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        party: str = "SLV",
        office: str = "treasury",
        subject: str | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """Command something, under a new key if none is given."""
        headers = {**self.headers(party, office, subject), "idempotency-key": key or new_id()}
        if body is None:
            return await self.client.post(path, headers=headers)
        return await self.client.post(path, json=body, headers=headers)

    async def get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - any JSON
        """What a read shows."""
        response = await self.client.get(path, params=query, headers=self.headers())
        assert response.status_code == 200, response.text
        return response.json()

    async def close(self, period: str, **asked: Any) -> httpx.Response:  # noqa: ANN401 - as `post`
        """Ask to close a month."""
        return await self.post(f"/v1/periods/{period}:close", {"agreement": TERMS}, **asked)

    async def log(self) -> list[Recorded]:
        """Billing's own log, as everybody may read it."""
        origin = TiledLog(self.client, "http://billing.example", "accord.example/billing/0")
        size = (await self.get("/v1/log"))["size"]
        return [decode(content) for content in (await origin.entries(0, size) if size else ())]
