"""Who acts: a party, one of its offices, and the subject of the token."""

from __future__ import annotations

import unicodedata

import msgspec

INDEPENDENT = "XX"
"""The party of offices that belong to neither state: courts, counsel and monitors may."""


class Actor(msgspec.Struct, frozen=True, gc=False):
    """The one who acts, as it stands in every entry: `SLV:facility-registry:cecot-registry`."""

    party: str
    office: str
    subject: str

    @property
    def body(self) -> str:
        """The court, firm or unit of a subject `<body>/<person>`; one without "/" is its own."""
        return self.subject.partition("/")[0]

    @property
    def names_a_body(self) -> bool:
        """Whether the subject has the form `<body>/<person>`, so that it can have a second one."""
        return self.body not in ("", self.subject)

    @property
    def who(self) -> str:
        """Who it is, whatever the office: what every rule of two subjects compares (D10).

        The same name in another party is somebody else; another spelling of it is nobody else.
        """
        return f"{self.party}:{folded(self.subject)}"

    def is_same_subject(self, other: Actor) -> bool:
        """Whether both are one person, whatever the offices they act for (D10)."""
        return self.who == other.who

    def is_same_body(self, other: Actor) -> bool:
        """Whether both are of one office of one party, in one body of it (D10, ADR 0010)."""
        if (self.party, self.office) != (other.party, other.office):
            return False
        bodies = folded(self.body), folded(other.body)
        return self.names_a_body and other.names_a_body and bodies[0] == bodies[1]

    def __str__(self) -> str:
        """The entry's `actor` attribute."""
        return f"{self.party}:{self.office}:{self.subject}"

    @staticmethod
    def read(text: str) -> Actor:
        """The actor from an entry's attribute; raises `ValueError` for anything else."""
        party, office, subject = text.split(":", 2)
        return Actor(party, office, subject)


def folded(text: str) -> str:
    """A name as it is compared: compatibility forms and case are no difference (NFKC, D10)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)
