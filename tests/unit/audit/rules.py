"""Rules as findings name them, and rows of "this entry, changed so, breaks that rule"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.audit.tampering import Found, Tampering

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.event import Event

Row = tuple["type[Event] | tuple[type[Event], int]", dict[str, Any], Found]
"""An event type (and which of its entries), other words in it, and what is found there."""
SIDES: Found = ("rule-broken", "each side acts for itself")


def broken(rule: str) -> Found:
    return ("rule-broken", rule)


def missing(rule: str) -> Found:
    return ("evidence-missing", rule)


def differs(rule: str) -> Found:
    return ("amount-differs", rule)


def breaks(facts: list[Entry], row: Row) -> bool:
    """Whether the changed entry is found to break exactly that rule."""
    which, changed, found = row
    event, nth = which if isinstance(which, tuple) else (which, 0)
    return found in Tampering(facts, event, nth).event(**changed).here()
