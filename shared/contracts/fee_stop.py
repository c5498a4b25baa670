"""What billing records where a return was ordered: from its day on nothing is owed (G16)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.billing import NightNotCharged, StayEvent
from shared.contracts.laws import Copied, Laws, Says
from shared.kernel.ids import EntryRef

WHAT_IS_ORDERED = "custody person agreement ordered_on"


class FeesStopped(StayEvent, frozen=True):
    """A return was ordered: no night from `ordered_on` on is owed for the person, in this custody
    or in another that they were in before it was over, under whatever pseudonym (G16).
    """

    TYPE: ClassVar[str] = "billing.FeesStopped.v1"
    LAWS: ClassVar[Laws] = (
        Says("order", "causation", "G16"),
        Copied(WHAT_IS_ORDERED, of="ReturnOrdered", by="order=ref", rule="G16", required=True),
    )
    ordered_on: date
    order: EntryRef
    departed_on: date | None = None
    """When the person had left by then: the order was told after the exit."""
    before_custody: bool = False
    """Whether it was ordered before the person was taken over: it binds in this custody alone."""


class NightAfterReturnOrder(NightNotCharged, frozen=True):
    """An attested night is not owed: by then the person's return had been ordered (G16).

    Under another pseudonym's order it is owed once the two persons are told apart.
    """

    TYPE: ClassVar[str] = "billing.NightAfterReturnOrder.v1"
    LAWS: ClassVar[Laws] = (Copied("arrived_on", of="StayOpened", by="custody", rule="G20"),)
    attested_by: str
    arrived_on: date
    """The first night of the stay that it belongs to."""
    order: EntryRef
    """The entry that ordered the return."""
