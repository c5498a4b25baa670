"""Who acts: a party, one of its offices, and the subject of the token."""

from __future__ import annotations

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

    def __str__(self) -> str:
        """The entry's `actor` attribute."""
        return f"{self.party}:{self.office}:{self.subject}"

    @staticmethod
    def read(text: str) -> Actor:
        """The actor from an entry's attribute; raises `ValueError` for anything else."""
        party, office, subject = text.split(":", 2)
        return Actor(party, office, subject)
