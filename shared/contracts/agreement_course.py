"""What becomes of a signed agreement: its return drill, suspensions, a notice of termination."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from shared.contracts.intake import AgreementTag
from shared.contracts.laws import Happened, Laws, Past, Says
from shared.kernel.codes import Code
from shared.kernel.event import Event, Tag
from shared.kernel.ids import SuspensionId

SuspensionTag = Annotated[SuspensionId, Tag("suspension")]


class AgreementSuspended(Event, frozen=True):
    """A state or a court suspended the agreement, every version of it: nobody departs under it.

    It names the version of its day. Whoever else suspends it does so beside this.
    """

    TYPE: ClassVar[str] = "intake.AgreementSuspended.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Says("suspended_by", "actor", "G23"),
        Happened("suspended_at", "G23"),
    )
    agreement: AgreementTag
    suspension: SuspensionTag
    reference: Code
    suspended_at: datetime
    suspended_by: str


class AgreementResumed(Event, frozen=True):
    """Whoever suspended it lifted that suspension. Another one stands as before."""

    TYPE: ClassVar[str] = "intake.AgreementResumed.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (Says("resumed_by", "actor", "G23"), Happened("resumed_at", "G23"))
    agreement: AgreementTag
    suspension: SuspensionTag
    reference: Code
    resumed_by: str
    resumed_at: datetime


class AgreementTerminated(Event, frozen=True):
    """A state gave notice: the agreement, every version of it, ends with its last day (D4)."""

    TYPE: ClassVar[str] = "intake.AgreementTerminated.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Says("terminated_by", "actor", "effective"),
        Past("given_on", "effective"),
    )
    agreement: AgreementTag
    reference: Code
    given_on: date
    last_day: date
    terminated_by: str


class ReturnDrillRecorded(Event, frozen=True):
    """The sending state practised a return under the agreement, from the facility to its own hands;
    nobody departs before one is recorded (G24).
    """

    TYPE: ClassVar[str] = "intake.ReturnDrillRecorded.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Says("recorded_by", "actor", "G24"),
        Past("held_on", "G24"),
    )
    agreement: AgreementTag
    reference: Code
    held_on: date
    recorded_by: str
