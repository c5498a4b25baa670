"""Reads that are recorded: who asked, in which office, for what; never what was shown (G22).

A read of this family is a command like any other: its answer comes with a receipt. Whoever adds one
(the locator, an export) gives it its own subject and what it was about, by pseudonym alone.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from shared.contracts.intake import PersonTag
from shared.contracts.laws import Laws, Says, Signed
from shared.kernel.codes import Office, Party
from shared.kernel.event import Event, Tag
from shared.kernel.ids import PersonId, SearchId

Purpose = Literal[
    "identification",
    "transfer-proceedings",
    "court-order",
    "legal-representation",
    "consular-assistance",
    "family-inquiry",
    "medical-care",
    "correction",
    "subject-access",
    "custody",
    "inspection",
]
"""What somebody reads personal data for: a closed list, of which a later version may have more."""


class RecordedRead(Event, frozen=True):
    """Somebody was shown what only some may see."""

    LAWS: ClassVar[Laws] = (
        Says("asked_by", "actor"),
        Says("party", "party"),
        Says("office", "office"),
    )
    asked_by: str
    party: Party
    office: Office
    purpose: Purpose


SEARCHING: tuple[Office, ...] = (
    "intake-agency",
    "central-authority",
    "consulate",
    "counsel",
    "court",
)
"""The offices that look for a person: the registering one, and those that assert holds (D9)."""


class PersonSearched(RecordedRead, frozen=True):
    """An office looked for somebody in the vault's index, and was told these pseudonyms.

    The entry does not say what was looked for: neither a name nor a document, nor a hash of one.
    """

    TYPE: ClassVar[str] = "intake.PersonSearched.v1"
    SUBJECT: ClassVar[str] = "search"
    LAWS: ClassVar[Laws] = (Signed("party", SEARCHING, rule="D9"),)
    search: Annotated[SearchId, Tag("search")]
    by: Literal["name", "document"]
    persons: Annotated[tuple[PersonId, ...], Tag("person")]


class PersonRead(RecordedRead, frozen=True):
    """Somebody was shown what is known of one person."""

    SUBJECT: ClassVar[str] = "person"
    person: PersonTag


class VaultRead(PersonRead, frozen=True):
    """The state that registered a person read in the vault who they are."""

    TYPE: ClassVar[str] = "intake.VaultRead.v1"
    LAWS: ClassVar[Laws] = (
        Signed("registered_by", ("intake-agency",), of="PersonRegistered", by="person"),
    )


class SubjectExported(PersonRead, frozen=True):
    """The state that registered a person handed out all that the record says of them.

    Subject access: for the person, or for whoever the law lets ask in their place.
    """

    TYPE: ClassVar[str] = "intake.SubjectExported.v1"
    LAWS: ClassVar[Laws] = (
        Signed("registered_by", ("intake-agency",), of="PersonRegistered", by="person"),
    )


LOCATING: tuple[Office, ...] = (
    "central-authority",
    "consulate",
    "counsel",
    "court",
    "facility-registry",
    "intake-agency",
    "monitor",
)
"""The offices that ask the locator, whichever party they belong to (G12)."""


class PersonLocated(PersonRead, frozen=True):
    """Somebody asked where a person is (G12).

    Anybody's pseudonym may be asked for, registered or not: that nobody is known by it is an answer
    too. The entry does not say where anybody is; placement's other entries do.
    """

    TYPE: ClassVar[str] = "placement.PersonLocated.v1"
    LAWS: ClassVar[Laws] = (Signed("party", LOCATING, rule="G12"),)
