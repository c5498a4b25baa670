"""One person's departure, as far as an order may be about it (G3)."""

from __future__ import annotations

import msgspec

from shared.kernel.codes import CaseKind, Country
from shared.kernel.ids import AgreementId, ManifestId, PersonId


class Travel(msgspec.Struct, frozen=True):
    """All of one person's departure that an order may be about, as it is on record."""

    pseudonyms: frozenset[PersonId]
    kind: CaseKind
    nationalities: frozenset[str]
    """In whichever case; the sending state's too, where one is unknown or disputed (G7)."""
    offence: str
    """Nothing, and no court, as long as no legal basis is recorded."""
    court: str
    agreement: AgreementId
    destination: Country
    stopovers: tuple[Country, ...] = ()
    """Those that are still ahead: each counts like the destination."""
    manifest: ManifestId | None = None
    legs: tuple[int, ...] = ()
    """The numbers of the journey's legs that are still ahead."""

    @property
    def places(self) -> tuple[Country, ...]:
        """Everywhere that it leads to."""
        return (*self.stopovers, self.destination)

    @property
    def without_journey(self) -> Travel:
        """The same, as a clearance sees it: of a journey it knows the destination."""
        return msgspec.structs.replace(self, stopovers=(), manifest=None, legs=())
