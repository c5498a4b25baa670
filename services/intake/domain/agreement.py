"""An agreement: proposed by versions, in force once both states have signed the same document."""

from __future__ import annotations

from typing import assert_never

import msgspec

from services.intake.domain import fee_terms
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.codes import Country, FactKind, Sha256
from shared.contracts.intake import AgreementActivated, AgreementProposed, AgreementSigned
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, AgreementRef
from shared.kernel.rejected import Conflict, RuleBroken, Unknown


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


class VersionStandsAlready(Conflict):
    """That version was proposed before; what was proposed is never changed."""


class VersionsFollowOneAnother(Conflict):
    """Version n + 1 is proposed only after version n."""


class SafeguardsLeftOut(RuleBroken):
    """An agreement cannot do without a fact that a safeguard depends on."""

    RULE = "required_facts"


class AgreementIsUnknown(Unknown):
    """Nobody proposed an agreement, or a version of it, by that name."""


class NotSignedByBoth(RuleBroken):
    """Nothing happens under an agreement before both states have signed that version (F8)."""

    RULE = "F8"


class SignedAlready(Conflict):
    """Each state signs a version once."""


class DigestDiffers(Conflict):
    """What was signed is not what was proposed."""


SAFEGUARDED: tuple[FactKind, ...] = (
    "nationality",
    "legal-basis",
    "risk-assessment",
    "acceptance",
    "identity",
    "notice",
    "counsel",
    "consular",
)
"""The facts that G5 to G11 cannot be kept without."""


class ProposeAgreement(msgspec.Struct, frozen=True):
    """Put a version of an agreement forward."""

    document: AgreementDocument
    actor: Actor


class SignAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Sign exactly the document with this digest, for one's own state."""

    agreement: AgreementId
    version: int
    digest: Sha256
    actor: Actor


def _party_to(document: AgreementDocument, actor: Actor) -> None:
    parties = document.parties
    if actor.party not in (parties.sending, parties.receiving):
        raise ActsOnlyForItself(f"{actor.party} is no party to {document.ref}")


def _propose(command: ProposeAgreement, state: AgreementState) -> tuple[Event, ...]:
    document = command.document
    _party_to(document, command.actor)
    if state.version(document.version):
        raise VersionStandsAlready(f"{document.ref} stands already: propose the next version")
    latest = state.versions[-1].document if state.versions else None
    if document.version != (latest.version if latest else 0) + 1:
        raise VersionsFollowOneAnother(f"{document.ref} does not follow {latest and latest.ref}")
    if latest and latest.parties != document.parties:
        raise VersionsFollowOneAnother(f"{document.ref} has other parties than {latest.ref}")
    listed = {one.fact for one in document.required_facts}
    left_out = [kind for kind in SAFEGUARDED if kind not in listed]
    if left_out:
        raise SafeguardsLeftOut(f"say whose office signs these facts: {', '.join(left_out)}")
    _receiver_accepts(document)
    fee_terms.check(document, [version.document for version in state.versions])
    proposed = AgreementProposed(agreement=document.ref, digest=digest(document), document=document)
    return (proposed,)


def _receiver_accepts(document: AgreementDocument) -> None:
    """Each side acts only for itself: no term lets another than the receiving state accept."""
    if any(one.fact == "acceptance" and one.side != "receiving" for one in document.required_facts):
        raise SafeguardsLeftOut("an office of the receiving side signs the acceptance (G8)")


def _sign(command: SignAgreement, state: AgreementState) -> tuple[Event, ...]:
    version = state.version(command.version)
    if version is None:
        raise AgreementIsUnknown(f"there is no {command.agreement}@{command.version} to sign")
    document, party = version.document, command.actor.party
    _party_to(document, command.actor)
    if party in version.signed_by:
        raise SignedAlready(f"{party} has signed {document.ref} already")
    if command.digest != version.digest:
        raise DigestDiffers(f"the proposed document's digest is {version.digest}: read it again")
    signed = AgreementSigned(agreement=document.ref, digest=version.digest, party=party)
    if not _signed(version, signed).signed_by_both:
        return (signed,)
    active = AgreementActivated(agreement=document.ref, digest=version.digest, document=document)
    return signed, active


PROPOSE_AGREEMENT = Decider(
    boundary=lambda command: only(fold(command.document.agreement)), decide=_propose
)
SIGN_AGREEMENT = Decider(boundary=lambda command: only(fold(command.agreement)), decide=_sign)


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
