"""The versions of each agreement, and who signed them."""

from __future__ import annotations

import msgspec

from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import Country, Sha256
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef


class Version(msgspec.Struct):
    """One version, and who signed it."""

    document: AgreementDocument
    digest: Sha256
    signed_by: set[Country] = msgspec.field(default_factory=set)
    activated: EntryRef | None = None

    @property
    def signed_by_both(self) -> bool:
        """Whether both of its states signed it."""
        parties = self.document.parties
        return {parties.sending, parties.receiving} <= self.signed_by


class Versions:
    """Every version of every agreement."""

    def __init__(self) -> None:
        """Begin with none."""
        self.versions: dict[AgreementRef, Version] = {}
        self._of: dict[AgreementId, list[Version]] = {}

    def of(self, agreement: AgreementId) -> list[Version]:
        """The versions of an agreement, in the order in which they were proposed."""
        return self._of.setdefault(agreement, [])

    def active(self, agreement: AgreementId) -> AgreementDocument | None:
        """The latest version that both states signed; nothing happens under another (F8)."""
        for version in reversed(self._of.get(agreement, [])):
            if version.signed_by_both:
                return version.document
        return None
