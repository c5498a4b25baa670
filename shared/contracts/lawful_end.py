"""Until when a person may be held, by which decision, and when the return is to begin (G15)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.kernel.codes import Code, Sha256

MarginDays = Annotated[int, Meta(ge=0, le=365)]


class DecisionName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a decision about somebody's custody is called: who made it, and under which number."""

    issued_by: Code
    reference: Code


class LawfulEnd(DecisionName, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last day on which a person may be held, and the decision that says so.

    The day ends with its last second, in UTC (D4).
    """

    decided_on: date
    document: Sha256
    ends_on: date


def is_named(end: LawfulEnd, name: DecisionName) -> bool:
    """Whether it is the decision of that name."""
    return (end.issued_by, end.reference) == (name.issued_by, name.reference)


class CustodyTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when a person is handed over to be held. Without a lawful end nobody has said it."""

    return_margin_days: MarginDays
    """How many days before the lawful end the return is to begin, as the agreement says."""
    lawful_end: LawfulEnd | None = None
