"""What intake records of exclusions: what forbids a person's transfer by itself, in codes (G8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from shared.contracts.intake import PersonTag
from shared.contracts.laws import Copied, Happened, Laws, Says
from shared.kernel.codes import ExclusionKind, Office, Party, Sha256
from shared.kernel.event import Event, Tag
from shared.kernel.ids import ExclusionId


class ExclusionEvent(Event, frozen=True):
    """A fact about a person that excludes them, in whichever case, and who signed it."""

    SUBJECT: ClassVar[str] = "exclusion"
    LAWS: ClassVar[Laws] = (Copied("person", of="ExclusionMatched", by="exclusion", rule="G8"),)
    exclusion: Annotated[ExclusionId, Tag("exclusion")]
    person: PersonTag
    document: Sha256
    """The digest of the signed paper."""


class ExclusionMatched(ExclusionEvent, frozen=True):
    """An office found that a person is not to be transferred. It undoes a clearance, and what
    another office says takes nothing of it away.
    """

    TYPE: ClassVar[str] = "intake.ExclusionMatched.v1"
    LAWS: ClassVar[Laws] = (
        Says("recorded_by", "actor", "G8"),
        Says("signed_by", "party", "G8"),
        Says("office", "office", "G8"),
        Happened("matched_at", "G8"),
    )
    matched: ExclusionKind
    signed_by: Party
    office: Office
    recorded_by: str
    matched_at: datetime
    """The minute from which it forbids a transfer."""
    valid_until: date | None = None
    """The last day of it, in UTC (D4): until it is withdrawn, where none is named."""


class ExclusionWithdrawn(ExclusionEvent, frozen=True):
    """The office that found it says that it is so no longer, by a second subject; the clearance
    that it undid does not come back.
    """

    TYPE: ClassVar[str] = "intake.ExclusionWithdrawn.v1"
    LAWS: ClassVar[Laws] = (Says("withdrawn_by", "actor", "G8"), Happened("withdrawn_at", "G8"))
    withdrawn_by: str
    withdrawn_at: datetime
    """Until then it forbade one: a departure that is told late may have been under it."""
