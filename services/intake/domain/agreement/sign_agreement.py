"""Each state signs exactly what was proposed; with the second signature it is in force (F8)."""

from __future__ import annotations

from typing import NoReturn

import msgspec

from services.intake.domain.agreement.state import (
    AgreementIsUnknown,
    AgreementState,
    Version,
    fold,
    party_to,
    with_signature,
)
from shared.contracts.agreement_signature import SignatureCheck, SignatureFault
from shared.contracts.canonical_json import canonical
from shared.contracts.intake import AgreementActivated, AgreementSigned
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import Conflict, RuleBroken


class SignedAlready(Conflict):
    """Each state signs a version once."""


class NoAgreementKey(RuleBroken):
    """A state signs once the key that it signs with is known: nothing is taken unchecked (F8)."""

    RULE = "F8"


class SignatureIsNoDetachedJws(RuleBroken):
    """A signature is a detached JWS over the terms' own bytes, by EdDSA (F8)."""

    RULE = "F8"


class SignedWithAnothersKey(RuleBroken):
    """Each state signs with a key of its own, which it uses for nothing else (F8)."""

    RULE = "F8"


class SignsOtherTerms(Conflict):
    """What was signed is not what was proposed (F8)."""

    RULE = "F8"


HOW = "sign your own copy of the terms with `accord agreement sign`"


class SignAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Sign exactly the document that was proposed, for one's own state."""

    agreement: AgreementId
    version: int
    signature: str
    """A detached JWS over the canonical terms."""
    check: SignatureCheck
    """Who knows the states' keys."""
    actor: Actor


def _sign(command: SignAgreement, state: AgreementState) -> tuple[Event, ...]:
    version = state.version(command.version)
    if version is None:
        raise AgreementIsUnknown(f"there is no {command.agreement}@{command.version} to sign")
    document, party = version.document, command.actor.party
    party_to(document, command.actor)
    if party in version.signed_by:
        raise SignedAlready(f"{party} has signed {document.ref} already")
    fault = command.check(party, canonical(document), command.signature)
    if fault is not None:
        _refuse(command, state, version, fault)
    signed = AgreementSigned(
        agreement=document.ref, digest=version.digest, party=party, signature=command.signature
    )
    if not with_signature(version, signed).signed_by_both:
        return (signed,)
    active = AgreementActivated(agreement=document.ref, digest=version.digest, document=document)
    return signed, active


def _refuse(
    command: SignAgreement, state: AgreementState, version: Version, fault: SignatureFault
) -> NoReturn:
    """Raise what is wrong with a signature, with what to do next."""
    party, ref = command.actor.party, version.document.ref
    if fault.kind == "no key":
        add = "have its public key added to the file of the parties' keys"
        raise NoAgreementKey(f"{fault.said}: {add}")
    if fault.kind == "form":
        raise SignatureIsNoDetachedJws(f"the signature cannot be taken: {fault.said}; {HOW}")
    if fault.kind == "another's key":
        raise SignedWithAnothersKey(f"{fault.said}: sign {ref} with the agreement key of {party}")
    meant = _signed_instead(command, state)
    raise SignsOtherTerms(
        f"{party} has not signed {ref} with it, {meant}: the digest of what was proposed is"
        f" {version.digest}; read it again, and {HOW}"
    )


def _signed_instead(command: SignAgreement, state: AgreementState) -> str:
    """What the signature is good for instead, if it is another version."""
    for other in state.versions:
        terms = canonical(other.document)
        if command.check(command.actor.party, terms, command.signature) is None:
            return f"it signs {other.document.ref}"
    return "nor any other version of it"


SIGN_AGREEMENT = Decider(boundary=lambda command: only(fold(command.agreement)), decide=_sign)
