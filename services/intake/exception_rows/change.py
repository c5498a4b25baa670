"""What an entry changes of an exception, and whom it waits for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from shared.kernel.actor import Actor, folded

SOON = timedelta(days=7)
"""So long before its instant is told what is about to run out."""
AUTHORITY = "central-authority"


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """An exception: whom it waits for, what it is about, and by when."""

    kind: str
    subject: str
    """The id of what it is about; with a `/` and a part of it where one thing has several."""
    office: str
    party: str | None = None
    side: str | None = None
    """Of the case's two states, where the entry does not say which they are."""
    body: str | None = None
    person: str | None = None
    other: str | None = None
    case: str | None = None
    due_at: datetime | None = None
    is_told: datetime | None = None
    """From when it is told, if not at once."""
    is_over: bool = False
    """Whether something else has to happen before it is one."""


class Begins(msgspec.Struct, frozen=True):
    """What was known of it is an exception from here on."""

    kind: str
    subject: str


class Over(msgspec.Struct, frozen=True):
    """It is none any more."""

    kind: str
    subject: str


class Ends(msgspec.Struct, frozen=True):
    """An order or exclusion binds nobody from then on: no exception of it is one, of anybody."""

    order: str
    at: datetime


Change = Waits | Begins | Over | Ends


def of_office(actor: Actor) -> dict[str, Any]:
    """Whoever of the actor's office, and of its body where the actor names one."""
    body = folded(actor.body) if actor.names_a_body else None
    return {"party": actor.party, "office": actor.office, "body": body}
