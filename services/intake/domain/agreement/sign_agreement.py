"""Each state signs exactly what was proposed; with the second signature it is in force."""

from __future__ import annotations

import msgspec

from services.intake.domain.agreement.state import (
    AgreementIsUnknown,
    AgreementState,
    fold,
    party_to,
    with_signature,
)
from shared.contracts.intake import AgreementActivated, AgreementSigned
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import Conflict


class SignedAlready(Conflict):
    """Each state signs a version once."""


class DigestDiffers(Conflict):
    """What was signed is not what was proposed."""


class SignAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Sign exactly the document with this digest, for one's own state."""

    agreement: AgreementId
    version: int
    digest: Sha256
    actor: Actor


def _sign(command: SignAgreement, state: AgreementState) -> tuple[Event, ...]:
    version = state.version(command.version)
    if version is None:
        raise AgreementIsUnknown(f"there is no {command.agreement}@{command.version} to sign")
    document, party = version.document, command.actor.party
    party_to(document, command.actor)
    if party in version.signed_by:
        raise SignedAlready(f"{party} has signed {document.ref} already")
    if command.digest != version.digest:
        raise DigestDiffers(f"the proposed document's digest is {version.digest}: read it again")
    signed = AgreementSigned(agreement=document.ref, digest=version.digest, party=party)
    if not with_signature(version, signed).signed_by_both:
        return (signed,)
    active = AgreementActivated(agreement=document.ref, digest=version.digest, document=document)
    return signed, active


SIGN_AGREEMENT = Decider(boundary=lambda command: only(fold(command.agreement)), decide=_sign)
