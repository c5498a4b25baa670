"""Entries as the services write them, made by hand: who writes, when, and in which log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from shared.contracts.facility_course import Inspected, MonitorReportRecorded, Topic
from shared.contracts.manifest import Custodian
from shared.kernel.actor import Actor
from shared.kernel.ids import (
    EntryRef,
    FacilityId,
    entry_ref,
)
from shared.ledger.entry import encode
from shared.ledger.machine import new_id
from shared.ledger.recorded import Provenance, Recorded

if TYPE_CHECKING:
    from shared.kernel.event import Event

AGENCY = Actor("USA", "intake-agency", "desk/one")
AUTHORITY = Actor("USA", "central-authority", "authority/one")
ESCORT = Actor("USA", "escort", "escort/one")
MONITOR = Actor("XX", "monitor", "inspection/one")
THEIRS = Actor("SLV", "central-authority", "autoridad/una")
REGISTRY = Actor("SLV", "facility-registry", "cecot/registry")
SECOND = Actor("SLV", "facility-registry", "cecot/director")
TREASURY = Actor("SLV", "treasury", "hacienda/una")
PAYER = Actor("USA", "treasury", "treasury/one")
CECOT = FacilityId("cecot")
ZONE = "America/El_Salvador"
CUSTODIAN = Custodian(party="SLV", body="cecot", responsible_state="SLV")
STATES: dict[str, Any] = {"sending": "USA", "receiving": "SLV"}
BEGINS = date(2025, 3, 16)
PAPER = "ab" * 32
PART = 400
STEP = timedelta(milliseconds=1)
AGREEMENT = Path(__file__).parents[1] / "agreements" / "usa-slv-2025.yaml"


def origin(service: str) -> str:
    """The log of a service."""
    return f"accord.example/{service}/0"


def hour(day: date, number: int) -> datetime:
    """An hour of a day, in UTC."""
    return datetime(day.year, day.month, day.day, number, tzinfo=UTC)


def adequate(day: date) -> MonitorReportRecorded:
    """The monitor's report of a day: every topic is adequate, for good (G17)."""
    return MonitorReportRecorded(
        facility=CECOT,
        findings=tuple(Inspected(topic, day, adequate=True) for topic in get_args(Topic)),
        valid_until=date(2199, 12, 31),
        lifts=(),
        reported_by=str(MONITOR),
        reference="inspection-1",
    )


class LogWriter:
    """Writes entries as services do, one millisecond after another."""

    def __init__(self) -> None:
        """Begin with empty logs in the first hour of the agreement's term."""
        self.entries: dict[str, list[bytes]] = {"intake": [], "placement": [], "billing": []}
        self.now = hour(BEGINS, 0)

    def add(
        self,
        service: str,
        event: Event,
        actor: Actor | None,
        **said: Any,  # noqa: ANN401 - time, cause
    ) -> EntryRef:
        """Write one entry; without an actor it is a reaction to its cause."""
        self.now += STEP
        log = self.entries[service]
        by = actor or Actor("XX", "ops", f"{service}-follower")
        time, cause = said.get("time", self.now), said.get("cause")
        recorded = Recorded(
            event=event,
            tags=frozenset(),
            sequence=len(log),
            origin=origin(service),
            entry_id=new_id(),
            time=time,
            recorded_at=self.now,
            actor=str(by),
            correlation="story",
        )
        provenance = Provenance(actor=by, time=time, correlation="story", causation=cause)
        log.append(encode(recorded, provenance, None))
        return entry_ref(origin(service), recorded.sequence)
