"""What placement records of deaths and serious incidents, and whom each has to reach (G18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from shared.contracts.laws import Copied, Happened, Laws, Says, Signed
from shared.contracts.placement import CustodyEvent, DeathReported
from shared.kernel.codes import Code, Office, Party
from shared.kernel.event import Tag
from shared.kernel.ids import IncidentId

IncidentTag = Annotated[IncidentId, Tag("incident")]
INCIDENT_NOTICE = timedelta(hours=6)
"""How long after it happened an incident has to have reached everybody whom it must (G18)."""
WHERE_IT_HAPPENED = Copied("facility", of="CustodyAccepted", by="custody", rule="G18")
BY_ITS_HOLDER = Signed("receiving", of="CustodyAccepted", by="custody", rule="G18")


class IncidentReported(CustodyEvent, frozen=True):
    """Something serious happened to a person in custody; nothing medical stands in an entry.

    A family. An `IncidentNotified` follows for each office that it has to reach (G18).
    """

    KIND: ClassVar[str]
    LAWS: ClassVar[Laws] = (WHERE_IT_HAPPENED, Happened("happened_at", "G18"))

    incident: IncidentTag
    happened_at: datetime
    """Of an allegation: when it was made."""
    reference: Code
    """The report or paper that says so."""


class MedicalEmergencyReported(IncidentReported, frozen=True):
    """The person had a medical emergency, by the word of who holds them."""

    TYPE: ClassVar[str] = "placement.MedicalEmergencyReported.v1"
    KIND: ClassVar[str] = "medical-emergency"
    LAWS: ClassVar[Laws] = (BY_ITS_HOLDER,)


class EscapeReported(IncidentReported, frozen=True):
    """The person escaped: no exit, the custody goes on and its state answers for it."""

    TYPE: ClassVar[str] = "placement.EscapeReported.v1"
    KIND: ClassVar[str] = "escape"
    LAWS: ClassVar[Laws] = (BY_ITS_HOLDER,)


class IllTreatmentAlleged(IncidentReported, frozen=True):
    """Somebody alleges that the person was ill-treated in custody: a court, counsel, a consulate, a
    central authority or the monitor (G17, G18).
    """

    TYPE: ClassVar[str] = "placement.IllTreatmentAlleged.v1"
    KIND: ClassVar[str] = "ill-treatment"
    LAWS: ClassVar[Laws] = (Says("alleged_by", "actor", "G18"),)
    alleged_by: str


Incident = IncidentReported | DeathReported
"""A death is an incident by itself: it ends the custody and is named like it."""


def incident_of(event: Incident) -> IncidentId:
    """Which incident it is."""
    return event.incident if isinstance(event, IncidentReported) else IncidentId(event.custody)


def happened(event: Incident) -> datetime:
    """From when the hours count in which it has to reach everybody."""
    return event.happened_at if isinstance(event, IncidentReported) else event.ended_at


class Recaptured(CustodyEvent, frozen=True):
    """Who had escaped is back in custody."""

    TYPE: ClassVar[str] = "placement.Recaptured.v1"
    LAWS: ClassVar[Laws] = (WHERE_IT_HAPPENED, BY_ITS_HOLDER, Happened("recaptured_at", "G18"))
    recaptured_at: datetime


class IncidentNotice(CustodyEvent, frozen=True):
    """What becomes of an incident's way to one office of one party. A family."""

    LAWS: ClassVar[Laws] = (WHERE_IT_HAPPENED,)

    incident: IncidentTag
    party: Party
    office: Office


class IncidentNotified(IncidentNotice, frozen=True):
    """Whom an incident has to reach, and by when: from here it is before that office (G18)."""

    TYPE: ClassVar[str] = "placement.IncidentNotified.v1"
    due_at: datetime
    """Six hours after it happened; past already for what is told late."""


class IncidentAcknowledged(IncidentNotice, frozen=True):
    """The office says that the incident has reached it."""

    TYPE: ClassVar[str] = "placement.IncidentAcknowledged.v1"
    LAWS: ClassVar[Laws] = (
        Says("party", "party", "G18"),
        Says("office", "office", "G18"),
        Says("acknowledged_by", "actor", "G18"),
    )
    acknowledged_by: str


class IncidentOverdue(IncidentNotice, frozen=True):
    """The incident had not reached the office when it was due there (G18)."""

    TYPE: ClassVar[str] = "placement.IncidentOverdue.v1"
    LAWS: ClassVar[Laws] = (
        Happened("due_at", "G18"),
        Copied("due_at", of="IncidentNotified", by="incident party office", rule="G18"),
    )
    due_at: datetime
