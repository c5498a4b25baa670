"""An agreement: proposed by versions, in force once both states have signed the same document."""

from __future__ import annotations

from typing import assert_never

import msgspec

from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import Country, Sha256
from shared.contracts.intake import AgreementProposed, AgreementSigned
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, AgreementRef


class Version(msgspec.Struct, frozen=True):
    """One version of an agreement, and which states have signed it."""

    document: AgreementDocument
    digest: Sha256
    signed_by: tuple[Country, ...] = ()

    @property
    def signed_by_both(self) -> bool:
        """Whether both states have signed exactly this document."""
        parties = self.document.parties
        return {parties.sending, parties.receiving} <= set(self.signed_by)


class AgreementState(msgspec.Struct, frozen=True):
    """Every version of an agreement, the oldest first; no version means that nobody proposed it."""

    versions: tuple[Version, ...] = ()

    @property
    def active(self) -> AgreementDocument | None:
        """The latest document that both states signed; nothing happens under any other (F8)."""
        signed = (one.document for one in reversed(self.versions) if one.signed_by_both)
        return next(signed, None)

    def signed(self, ref: AgreementRef) -> AgreementDocument | None:
        """The document of that version, if both states have signed it."""
        signed = (one.document for one in self.versions if one.signed_by_both)
        return next((one for one in signed if one.ref == ref), None)

    def version(self, number: int) -> Version | None:
        """The version of that number, signed or not."""
        return next((one for one in self.versions if one.document.version == number), None)


AgreementChange = AgreementProposed | AgreementSigned


def evolve(state: AgreementState, event: Event) -> AgreementState:
    """The agreement after one more of its events."""
    if not isinstance(event, AgreementChange):
        return state
    match event:
        case AgreementProposed():
            return AgreementState((*state.versions, Version(event.document, event.digest)))
        case AgreementSigned():
            return AgreementState(tuple(_signed(one, event) for one in state.versions))
        case _:
            assert_never(event)


def _signed(version: Version, event: AgreementSigned) -> Version:
    if version.document.ref != event.agreement:
        return version
    return msgspec.structs.replace(version, signed_by=(*version.signed_by, event.party))


def fold(agreement: AgreementId) -> Fold[AgreementState]:
    """All versions of one agreement; worth keeping, every case under it depends on it."""
    return Fold(
        name=f"agreement/{agreement}",
        alternatives=(on(AgreementProposed, AgreementSigned, agreement=agreement),),
        initial=AgreementState(),
        evolve=evolve,
        snapshot=AgreementState,
    )
