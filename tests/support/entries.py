"""Entries of another service's log, made without a log: what arrives at a follower."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.contracts.placement import PlaceReserved
from shared.kernel.event import Event, tags_of
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, ManifestId, PersonId
from shared.ledger.entry import encode
from shared.ledger.machine import new_id
from shared.ledger.recorded import Recorded
from shared.messaging.broker import SEQUENCE, Record
from tests.support.ledgers import provenance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.messaging.broker import Broker

FOREIGN = "accord.example/foreign/0"
BEGINNING = datetime(2025, 4, 1, 12, tzinfo=UTC)


def reserved() -> PlaceReserved:
    return PlaceReserved(
        custody=CustodyId(new_id()),
        person=PersonId(new_id()),
        agreement=AgreementRef("usa-slv-2025@1"),
        facility=FacilityId("cecot"),
        manifest=ManifestId(new_id()),
        sending="USA",
        receiving="SLV",
    )


def foreign(sequence: int, event: Event | None = None, origin: str = FOREIGN) -> Recorded:
    """An entry of another log as the services see it."""
    happened = event or reserved()
    return Recorded(
        event=happened,
        tags=tags_of(happened),
        sequence=sequence,
        origin=origin,
        entry_id=new_id(),
        time=BEGINNING,
        recorded_at=BEGINNING + sequence * timedelta(milliseconds=1),
        actor="SLV:facility-registry:registry-1",
        correlation=f"story-{sequence}",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )


def entry(sequence: int, event: Event | None = None, origin: str = FOREIGN) -> bytes:
    """The bytes of an entry of another log."""
    return encode(foreign(sequence, event, origin), provenance(), None)


def entries(count: int, first: int = 0, origin: str = FOREIGN) -> list[bytes]:
    return [entry(sequence, origin=origin) for sequence in range(first, first + count)]


async def publish(broker: Broker, topic: str, published: Iterable[tuple[int, bytes]]) -> None:
    """Publish entry bytes under the indices that their headers are to have."""
    async with broker.publisher(topic) as publisher:
        await publisher.send(
            [Record(b"a", value, ((SEQUENCE, b"%d" % index),)) for index, value in published]
        )
