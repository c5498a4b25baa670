"""What placement records of returns: who ordered one, by when, and at whose cost (D2, G16)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.laws import Copied, Happened, Laws, Past, Says, Signed
from shared.contracts.placement import BY_WHO_HOLDS_THEM, OFFERED, CustodyEnded, CustodyEvent
from shared.kernel.codes import Code, Country

ReturnGround = Literal[
    "court-order", "sending-state", "receiving-state", "arrival-refused", "wrongful-transfer"
]
"""Who may order a return: a court, or the central authority of either state; or by which rule it is
ordered: the receiving state refused the person at arrival (T4), or what came after the departure
would have stopped it (D7).
"""


class ReturnOrdered(CustodyEvent, frozen=True):
    """A person is to be returned to the sending state. From here on nothing accrues for them (G16).

    Each authority's order is a fact of its own: the first of them stops the fee, and the one that
    is due first says when the return is late.
    """

    TYPE: ClassVar[str] = "placement.ReturnOrdered.v1"
    LAWS: ClassVar[Laws] = (
        Says("ordered_by", "actor", "G16"),
        Happened("ordered_at", "G16"),
        Past("ordered_on", "G16"),
        Copied("facility", of="CustodyAccepted", by="custody", rule="G16"),
    )
    ground: ReturnGround
    reference: Code
    """The order's own, by the authority that gave it."""
    ordered_at: datetime
    ordered_on: date
    """The date of `ordered_at` in the facility's own time zone: no night from it on is owed."""
    due_at: datetime
    """By when the person has to be with the sending state, as the agreement says."""
    cost_of: Country
    """The state that bears the cost of the return, as the agreement says."""
    ordered_by: str


class ReturnScheduled(CustodyEvent, frozen=True):
    """The sending state says how it takes a person back: by which carrier, on which day and with
    which travel document. The latest counts (D2).
    """

    TYPE: ClassVar[str] = "placement.ReturnScheduled.v1"
    LAWS: ClassVar[Laws] = (
        Says("scheduled_by", "actor", "D2"),
        Signed(
            "sending",
            ("central-authority", "intake-agency", "escort"),
            of=OFFERED,
            by="custody",
            rule="D2",
        ),
        Copied("facility", of="CustodyAccepted", by="custody", rule="D2"),
    )
    carrier: Code
    departs_on: date
    travel_document: Code
    """The paper's reference; the person's own number is in the vault."""
    scheduled_by: str


class ReturnOverdue(CustodyEvent, frozen=True):
    """A person whose return was due is still not back: an alarm, at the deadline and every day
    after it (G16).
    """

    TYPE: ClassVar[str] = "placement.ReturnOverdue.v1"
    LAWS: ClassVar[Laws] = (
        Happened("overdue_at", "G16"),
        Copied("facility", of="ReturnOrdered", by="custody", rule="G16", required=True),
    )
    due_at: datetime
    """The deadline of the order that was due first."""
    overdue_at: datetime
    """That instant, or so many whole days after it; of an order that is told late, after that."""


class ReturnDeparted(CustodyEvent, frozen=True):
    """The person has left the facility for the sending state: the facility's word. The custody goes
    on until that state has them (D2).
    """

    TYPE: ClassVar[str] = "placement.ReturnDeparted.v1"
    LAWS: ClassVar[Laws] = (
        BY_WHO_HOLDS_THEM,
        Copied("facility", of="CustodyAccepted", by="custody", rule="D2"),
        Happened("departed_at", "D2"),
        Past("departed_on", "D2"),
    )
    departed_at: datetime
    departed_on: date
    """The facility's local date; no night of the stay."""


class ReturnCompleted(CustodyEnded, frozen=True):
    """The sending state has the person back: its own signature (D2)."""

    TYPE: ClassVar[str] = "placement.ReturnCompleted.v1"
    EXIT: ClassVar[str] = "returned"
    LAWS: ClassVar[Laws] = (
        Signed(
            "sending",
            ("central-authority", "intake-agency", "escort"),
            of=OFFERED,
            by="custody",
            rule="D2",
        ),
    )
    from_arrival: bool = False
    """Whether the person was refused at arrival and never in custody there (T4)."""
