"""The versions of each agreement, who signed them, and which of them a day is under."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.contracts.agreement import AgreementDocument
from shared.kernel.codes import Country, Sha256
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

    def binding(self, agreement: AgreementId, day: date) -> AgreementDocument | None:
        """The version that a day is under, whether its term has the day or not (D6); none before
        both states have signed one (F8).
        """
        bound = None
        for version in self._of.get(agreement, ()):
            document = version.document
            if version.signed_by_both and (bound is None or _replaces(document, bound, day)):
                bound = document
        return bound


def _replaces(later: AgreementDocument, earlier: AgreementDocument, day: date) -> bool:
    """Whether a later version binds a day instead of an earlier one: it has begun by then, or
    neither has and it is no later to begin.
    """
    return later.effective.start <= max(day, earlier.effective.start)
