"""What intake records of transfers that should not have been, and of recalls (D2, D7)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from shared.contracts.intake import UNDER_WAY, FacilityTag
from shared.contracts.laws import Copied, Happened, Laws, Says, Signed
from shared.contracts.manifest import PassengerEvent
from shared.kernel.codes import Country, Sha256
from shared.kernel.ids import CustodyId
from shared.kernel.rejected import Finding


class WrongfulTransferFound(PassengerEvent, frozen=True):
    """What came after a person's departure would have closed its gate (D7).

    By rule they come back: recalled, as long as nobody has taken them over; from then on returned.
    Nothing accrues for them from `found_at` on.
    """

    TYPE: ClassVar[str] = "intake.WrongfulTransferFound.v1"
    LAWS: ClassVar[Laws] = (
        Happened("found_at", "D7"),
        Copied("sending receiving facility", of="ManifestOpened", by="manifest", rule="D7"),
        Copied("custody=case", of="PersonManifested", by="manifest case", rule="D7"),
    )
    facility: FacilityTag
    custody: CustodyId
    sending: Country
    receiving: Country
    closes: Finding
    """What would have closed the gate; its `evidence` is the order: `hold/<id>`."""
    since: datetime
    """From when that binds: an order from the minute of its receipt (G3)."""
    departed_at: datetime
    """The last departure of the person: no departure may follow while the order stands."""
    found_at: datetime
    """When it came onto the record."""
    issuer: str | None = None
    """Whose order or exclusion it is, as it stands: that office is told; a fact is of the states.
    """


class RecallOrdered(PassengerEvent, frozen=True):
    """A person who has departed, and whom nobody has taken over, is to be brought back (D2)."""

    TYPE: ClassVar[str] = "intake.RecallOrdered.v1"
    LAWS: ClassVar[Laws] = (Happened("ordered_at", "D7"),)
    ordered_at: datetime
    due_at: datetime
    """By when the sending state has to have the person back, as the agreement says of returns."""


class RecallOverdue(PassengerEvent, frozen=True):
    """A recalled person is still not back, and nobody took them over: an alarm, at the deadline and
    every day after it (D2).
    """

    TYPE: ClassVar[str] = "intake.RecallOverdue.v1"
    LAWS: ClassVar[Laws] = (
        Happened("overdue_at", "D2"),
        Copied("due_at", of="RecallOrdered", by="manifest case", rule="D2", required=True),
    )
    due_at: datetime
    """The deadline of the recall."""
    overdue_at: datetime
    """That instant, or so many whole days after it."""


class RecallCompleted(PassengerEvent, frozen=True):
    """The sending state has a recalled person back, whom nobody took over: its own signature (D2).

    Their journey is over and their case is returned: a new one may be proposed.
    """

    TYPE: ClassVar[str] = "intake.RecallCompleted.v1"
    LAWS: ClassVar[Laws] = (
        Happened("completed_at", "D2"),
        Says("completed_by", "actor", "D2"),
        Signed(
            "sending",
            ("central-authority", "escort"),
            of="ManifestOpened",
            by="manifest",
            rule="D2",
        ),
        Copied("custody=case", of="PersonManifested", by="manifest case", rule="D2"),
    )
    custody: Annotated[CustodyId, UNDER_WAY]
    completed_at: datetime
    """The minute at which the sending state had the person."""
    completed_by: str
    evidence: Sha256
    """Hash of the document in the vault that says so."""
