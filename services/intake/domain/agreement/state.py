"""An agreement: its versions, who has signed each, and which one is in force (F8)."""

from __future__ import annotations

from typing import assert_never

import msgspec

from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import Country, Sha256
from shared.contracts.intake import AgreementProposed, AgreementSigned
from shared.kernel.actor import Actor
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, AgreementRef
from shared.kernel.rejected import RuleBroken, Unknown


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
            return AgreementState(tuple(with_signature(one, event) for one in state.versions))
        case _:
            assert_never(event)


def with_signature(version: Version, event: AgreementSigned) -> Version:
    """The version after one more signature; that of another version changes nothing."""
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


class AgreementIsUnknown(Unknown):
    """Nobody proposed an agreement, or a version of it, by that name."""


class NotSignedByBoth(RuleBroken):
    """Nothing happens under an agreement before both states have signed that version (F8)."""

    RULE = "F8"


def party_to(document: AgreementDocument, actor: Actor) -> None:
    """Refuse (`ActsOnlyForItself`) who acts for a state that is no party to the agreement."""
    parties = document.parties
    if actor.party not in (parties.sending, parties.receiving):
        raise ActsOnlyForItself(f"{actor.party} is no party to {document.ref}")


def in_force(state: AgreementState, agreement: AgreementId) -> AgreementDocument:
    """The active document; raises when there is none (F8)."""
    if not state.versions:
        raise AgreementIsUnknown(f"there is no agreement {agreement}")
    if state.active is None:
        detail = f"no version of {agreement} has both signatures: nothing happens under it before"
        raise NotSignedByBoth(detail)
    return state.active


def signed(state: AgreementState, ref: AgreementRef) -> AgreementDocument:
    """The document of a version that both have signed; raises when there is none (F8)."""
    document = state.signed(ref)
    if document is None:
        raise NotSignedByBoth(f"{ref} does not have both signatures")
    return document
