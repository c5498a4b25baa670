"""What placement records of lawful ends: each decision, their approach, and every day past one."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from shared.contracts.lawful_end import DecisionName, LawfulEnd, MarginDays
from shared.contracts.laws import Copied, Happened, Laws, Says
from shared.contracts.placement import CustodyEvent
from shared.kernel.bounds import Ordinal
from shared.kernel.rejected import Refusal

ITS_FACILITY = Copied("facility", of="CustodyAccepted", by="custody", rule="G15")


class LawfulEndDateSet(CustodyEvent, frozen=True):
    """A decision says until when the person may be held (G15).

    Of the decisions that stand the earliest end binds: only one that replaces another by its name
    can put the end off.
    """

    TYPE: ClassVar[str] = "placement.LawfulEndDateSet.v1"
    LAWS: ClassVar[Laws] = (ITS_FACILITY, Says("set_by", "actor", "G15"))
    lawful_end: LawfulEnd
    binding: LawfulEnd
    """What binds from here on."""
    latest_end: date
    """The latest end of the decisions that stand: they disagree unless it is the one that binds."""
    return_margin_days: MarginDays
    """As the person was handed over with it."""
    set_by: str
    replaces: DecisionName | None = None
    """What the decisions are called that no longer stand from here on."""
    replaced_of: tuple[str, ...] = ()
    """Whose those were, `USA:court`: two offices may have said one name, and not all give way."""


class LawfulEndRefused(CustodyEvent, frozen=True):
    """Somebody would have changed a lawful end and a rule said no (G15)."""

    TYPE: ClassVar[str] = "placement.LawfulEndRefused.v1"
    lawful_end: LawfulEnd
    refusal: Refusal


class LawfulEndEvent(CustodyEvent, frozen=True):
    """A fact of the clock about somebody whose lawful end is near or past."""

    LAWS: ClassVar[Laws] = (ITS_FACILITY, Happened("due_at", "G15"))
    ends_on: date
    due_at: datetime


class LawfulEndApproached(LawfulEndEvent, frozen=True):
    """The margin before a lawful end has begun: the person's return is to begin (G15)."""

    TYPE: ClassVar[str] = "placement.LawfulEndApproached.v1"


class OverstayDetected(LawfulEndEvent, frozen=True):
    """The person is held past the lawful end: an alarm for each day of it (G15)."""

    TYPE: ClassVar[str] = "placement.OverstayDetected.v1"
    day: Ordinal
    """Which day past the end begins, from 1: the day after the end's own."""
