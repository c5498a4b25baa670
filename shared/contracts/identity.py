"""What intake records of who is who: near matches, merged identities, persons told apart (G9)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.intake import PersonTag
from shared.contracts.laws import Laws, Says, Signed
from shared.kernel.event import Event


class IdentityEvent(Event, frozen=True):
    """A fact about two pseudonyms; both are tags, so that whoever reads either of them sees it."""

    SUBJECT: ClassVar[str] = "person"
    LAWS: ClassVar[Laws] = (Signed("registered_by", of="PersonRegistered", by="person"),)
    person: PersonTag
    other: PersonTag


class NearMatchFound(IdentityEvent, frozen=True):
    """A newly registered person may be one who was registered before: a person decides (G9).

    Until then `person` waits, and orders about either of them bind both.
    """

    TYPE: ClassVar[str] = "intake.NearMatchFound.v1"
    LAWS: ClassVar[Laws] = (Says("registrar", "actor", "G9"),)
    registrar: str
    """The actor whose registration it was: somebody else decides."""


class PersonsMerged(IdentityEvent, frozen=True):
    """Two pseudonyms are one person's: orders about either bind both, and clearances end (G9)."""

    TYPE: ClassVar[str] = "intake.PersonsMerged.v1"
    LAWS: ClassVar[Laws] = (Says("decided_by", "actor", "G9"),)
    set_aside: bool
    """Whether `person` gives way to `other`: it does when one state registered both."""
    decided_by: str


class PersonsToldApart(IdentityEvent, frozen=True):
    """Two pseudonyms are two persons': a near match that is none, or a merging undone (G9)."""

    TYPE: ClassVar[str] = "intake.PersonsToldApart.v1"
    LAWS: ClassVar[Laws] = (Says("decided_by", "actor", "G9"),)
    decided_by: str
