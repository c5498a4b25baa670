"""What intake records of a document that the vault holds since a registration (G9)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.intake import HeldDocument, PersonTag
from shared.contracts.laws import Laws, Signed
from shared.kernel.codes import Sha256
from shared.kernel.event import Event


class DocumentAdded(Event, frozen=True):
    """The vault holds one more document of a person, which may confirm who they are (G9)."""

    TYPE: ClassVar[str] = "intake.DocumentAdded.v1"
    SUBJECT: ClassVar[str] = "person"
    LAWS: ClassVar[Laws] = (
        Signed("registered_by", ("intake-agency",), of="PersonRegistered", by="person"),
    )
    person: PersonTag
    document: HeldDocument
    commitment: Sha256
    """To the identity with all of its documents."""
