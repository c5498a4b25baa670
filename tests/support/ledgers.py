"""Logs for tests: a database with the ledger's tables, and a small decider on real event types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from shared.contracts.placement import PlaceReserved
from shared.database.engine import engine_at
from shared.database.roles import grant
from shared.database.row_changes import Insert
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider, Fold, on
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, ManifestId, PersonId
from shared.kernel.rejected import RuleBroken
from shared.ledger.machine import new_id
from shared.ledger.migrations import protect
from shared.ledger.recorded import Idempotency, Provenance
from shared.ledger.tables import ledger_tables
from shared.sealing.schema import protect_sealing
from shared.sealing.tables import sealing_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.database.row_changes import RowChange
    from shared.kernel.event import Event
    from shared.ledger.recorded import Recorded

ORIGIN = "accord.example/placement/0"
METADATA = sealing_tables(ledger_tables(sa.MetaData()))
RESERVATIONS = sa.Table(
    "reservations",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    sa.Column("facility", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
)


async def ledger_database(url: str, metadata: sa.MetaData = METADATA, origin: str = ORIGIN) -> None:
    """Create the tables of `metadata` in an empty database, the ledger's with their protection."""
    engine = engine_at(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.run_sync(_protect, metadata, origin)
    await engine.dispose()


def _protect(connection: sa.Connection, metadata: sa.MetaData, origin: str) -> None:
    protect(connection.exec_driver_sql, origin)
    protect_sealing(connection.exec_driver_sql)
    protected = set(sealing_tables(ledger_tables(sa.MetaData())).tables)
    for table in set(metadata.tables) - protected:
        grant(connection.exec_driver_sql, table)


class Places(msgspec.Struct, frozen=True):
    """How many places of a facility are reserved."""

    reserved: int = 0


class Reserve(msgspec.Struct, frozen=True):
    """Reserve a place, if fewer than `limit` are."""

    facility: FacilityId
    limit: int = 1_000_000
    custody: CustodyId = msgspec.field(default_factory=lambda: CustodyId(new_id()))


class NoPlaceLeft(RuleBroken):
    """G19 on a small scale."""

    RULE = "G19"


def places(facility: FacilityId) -> Fold[Places]:
    """The reservations of a facility."""
    return Fold(
        name=f"places/{facility}",
        alternatives=(on(PlaceReserved, facility=facility),),
        initial=Places(),
        evolve=_evolve,
        snapshot=Places,
    )


def _evolve(state: Places, _event: Event) -> Places:
    return Places(state.reserved + 1)


def reserve_events(command: Reserve, state: Places) -> tuple[Event, ...]:
    """One reservation, or the refusal."""
    if state.reserved >= command.limit:
        raise NoPlaceLeft(f"{state.reserved} places are reserved already")
    return (
        PlaceReserved(
            custody=command.custody,
            person=PersonId(new_id()),
            agreement=AgreementRef("usa-slv-2025@1"),
            facility=command.facility,
            manifest=ManifestId(new_id()),
            sending="USA",
            receiving="SLV",
        ),
    )


def _boundary(command: Reserve) -> Boundary[Places]:
    return Boundary((places(command.facility),), lambda state: state)


RESERVE: Decider[Reserve, Places] = Decider(_boundary, reserve_events)


def reservation_rows(recorded: Recorded) -> Iterator[RowChange]:
    """The projection of the reservations."""
    if isinstance(recorded.event, PlaceReserved):
        yield Insert(
            RESERVATIONS,
            {
                "custody": recorded.event.custody,
                "facility": recorded.event.facility,
                "sequence": recorded.sequence,
            },
        )


def provenance(subject: str = "registry-1", time: datetime | None = None) -> Provenance:
    """Where a test's command comes from."""
    return Provenance(
        actor=Actor("SLV", "facility-registry", subject),
        time=time or datetime(2025, 4, 1, 12, tzinfo=UTC),
        correlation=new_id(),
    )


def key(name: str, request: str = "a request") -> Idempotency:
    """An idempotency key and the request that it is used with."""
    return Idempotency(name.encode().ljust(32, b"\0"), request.encode().ljust(32, b"\0"))


class SteppingClock:
    """A clock that a test sets, and may step back."""

    def __init__(self, now: datetime) -> None:
        """Start at `now`."""
        self.time = now

    def now(self) -> datetime:
        """The time that was set."""
        return self.time

    def step(self, by: timedelta) -> None:
        """Move the clock, forwards or backwards."""
        self.time += by
