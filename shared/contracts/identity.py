"""What intake records of who is who: near matches, merged identities, persons told apart (G9)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.intake import PersonTag
from shared.kernel.event import Event


class IdentityEvent(Event, frozen=True):
    """A fact about two pseudonyms; both are tags, so that whoever reads either of them sees it."""

    SUBJECT: ClassVar[str] = "person"
    person: PersonTag
    other: PersonTag


class NearMatchFound(IdentityEvent, frozen=True):
    """A newly registered person may be one who was registered before: a person decides (G9).

    Until then `person` waits, and orders about either of them bind both.
    """

    TYPE: ClassVar[str] = "intake.NearMatchFound.v1"
    registrar: str
    """The actor whose registration it was: somebody else decides."""


class PersonsMerged(IdentityEvent, frozen=True):
    """Two pseudonyms are one person's: orders about either bind both, and clearances end (G9)."""

    TYPE: ClassVar[str] = "intake.PersonsMerged.v1"
    set_aside: bool
    """Whether `person` gives way to `other`: it does when one state registered both."""
    decided_by: str


class PersonsToldApart(IdentityEvent, frozen=True):
    """Two pseudonyms are two persons': a near match that is none, or a merging undone (G9)."""

    TYPE: ClassVar[str] = "intake.PersonsToldApart.v1"
    decided_by: str
