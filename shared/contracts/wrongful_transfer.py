"""What intake records of transfers that should not have been, and of recalls (D2, D7)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.intake import FacilityTag
from shared.contracts.laws import Copied, Happened, Laws
from shared.contracts.manifest import PassengerEvent
from shared.kernel.codes import Country
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


class RecallOrdered(PassengerEvent, frozen=True):
    """A person who has departed, and whom nobody has taken over, is to be brought back (D2)."""

    TYPE: ClassVar[str] = "intake.RecallOrdered.v1"
    LAWS: ClassVar[Laws] = (Happened("ordered_at", "D7"),)
    ordered_at: datetime
    due_at: datetime
    """By when the sending state has to have the person back, as the agreement says of returns."""
