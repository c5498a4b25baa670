"""An agreement is in force once both states signed the same version of it, and not before."""

import msgspec
import pytest

from services.intake.domain.agreement import (
    PROPOSE_AGREEMENT,
    SIGN_AGREEMENT,
    AgreementIsUnknown,
    DigestDiffers,
    NotSignedByBoth,
    ProposeAgreement,
    SafeguardsLeftOut,
    SignAgreement,
    SignedAlready,
    VersionsFollowOneAnother,
    VersionStandsAlready,
    fold,
    in_force,
    signed,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.intake import AgreementActivated
from shared.kernel.actor import Actor
from tests.unit.intake import given
from tests.unit.intake.given import AGREEMENT, RECEIVING_AUTHORITY, SENDING_AUTHORITY, when

FIRST = given.document()
SECOND = given.document(version="2")


def sign(terms: AgreementDocument, actor: Actor, text: str = "") -> SignAgreement:
    """A state's signature under a version."""
    return SignAgreement(
        agreement=terms.agreement,
        version=terms.version,
        digest=text or digest(terms),
        actor=actor,
    )


def test_either_party_proposes_a_version() -> None:
    for actor in (SENDING_AUTHORITY, RECEIVING_AUTHORITY):
        assert when(PROPOSE_AGREEMENT, ProposeAgreement(FIRST, actor)) == (given.proposed(FIRST),)


def test_a_third_state_proposes_nothing() -> None:
    with pytest.raises(ActsOnlyForItself, match="NLD is no party"):
        when(PROPOSE_AGREEMENT, ProposeAgreement(FIRST, Actor("NLD", "central-authority", "a")))


def test_the_same_version_twice_is_a_conflict() -> None:
    with pytest.raises(VersionStandsAlready, match="usa-slv-2025@1 stands already"):
        when(PROPOSE_AGREEMENT, ProposeAgreement(FIRST, SENDING_AUTHORITY), given.proposed(FIRST))


def test_version_two_needs_version_one() -> None:
    propose = ProposeAgreement(SECOND, SENDING_AUTHORITY)
    with pytest.raises(VersionsFollowOneAnother):
        when(PROPOSE_AGREEMENT, propose)
    assert when(PROPOSE_AGREEMENT, propose, given.proposed(FIRST)) == (given.proposed(SECOND),)


def test_another_version_does_not_change_the_parties() -> None:
    other = given.document(version="2", parties={"sending": "USA", "receiving": "RWA"})
    with pytest.raises(VersionsFollowOneAnother, match="other parties"):
        when(PROPOSE_AGREEMENT, ProposeAgreement(other, SENDING_AUTHORITY), given.proposed(FIRST))


def test_an_agreement_that_leaves_a_safeguard_out_is_refused() -> None:
    bare = given.document(
        required_facts=[{"fact": "identity", "side": "sending", "office": "intake-agency"}]
    )
    with pytest.raises(SafeguardsLeftOut, match="legal-basis, risk-assessment, acceptance"):
        when(PROPOSE_AGREEMENT, ProposeAgreement(bare, SENDING_AUTHORITY))


def test_g8_no_term_lets_the_sending_state_accept_for_the_receiving_one() -> None:
    facts = [
        {
            "fact": one.fact,
            "office": one.office,
            "side": "sending" if one.fact == "acceptance" else one.side,
        }
        for one in FIRST.required_facts
    ]
    alone = given.document(required_facts=facts)
    with pytest.raises(SafeguardsLeftOut, match="receiving side signs the acceptance"):
        when(PROPOSE_AGREEMENT, ProposeAgreement(alone, SENDING_AUTHORITY))


def test_the_first_signature_activates_nothing() -> None:
    events = when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY), given.proposed(FIRST))
    assert events == (given.signed(FIRST, "USA"),)
    state = given.folded(fold(AGREEMENT), (given.proposed(FIRST), *events))
    assert state.active is None


def test_the_second_signature_activates_the_version() -> None:
    before = (given.proposed(FIRST), given.signed(FIRST, "SLV"))
    events = when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY), *before)
    activated = AgreementActivated(agreement=FIRST.ref, digest=digest(FIRST), document=FIRST)
    assert events == (given.signed(FIRST, "USA"), activated)
    assert given.folded(fold(AGREEMENT), (*before, *events)).active == FIRST


def test_each_state_signs_once() -> None:
    before = (given.proposed(FIRST), given.signed(FIRST, "USA"))
    with pytest.raises(SignedAlready, match="USA has signed"):
        when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY), *before)


def test_another_digest_than_the_proposed_one_is_a_conflict_that_says_so() -> None:
    with pytest.raises(DigestDiffers, match=digest(FIRST)):
        when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY, "00" * 32), given.proposed(FIRST))


def test_a_third_state_signs_nothing() -> None:
    actor = Actor("NLD", "central-authority", "a")
    with pytest.raises(ActsOnlyForItself):
        when(SIGN_AGREEMENT, sign(FIRST, actor), given.proposed(FIRST))


def test_a_version_that_nobody_proposed_cannot_be_signed() -> None:
    with pytest.raises(AgreementIsUnknown, match="usa-slv-2025@1"):
        when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY))


def test_a_new_version_with_one_signature_leaves_the_signed_one_in_force() -> None:
    log = (*given.in_force(FIRST), given.proposed(SECOND), given.signed(SECOND, "USA"))
    state = given.folded(fold(AGREEMENT), log)
    assert in_force(state, AGREEMENT) == FIRST
    assert signed(state, FIRST.ref) == FIRST
    with pytest.raises(NotSignedByBoth):
        signed(state, SECOND.ref)


def test_a_new_version_with_both_signatures_is_in_force_and_the_old_one_stays_signed() -> None:
    log = (*given.in_force(FIRST), *given.in_force(SECOND))
    state = given.folded(fold(AGREEMENT), log)
    assert in_force(state, AGREEMENT) == SECOND
    assert signed(state, FIRST.ref) == FIRST


def test_terms_that_are_not_signed_by_both_cannot_be_activated() -> None:
    state = given.folded(fold(AGREEMENT), (given.proposed(FIRST), given.signed(FIRST, "USA")))
    with pytest.raises(NotSignedByBoth) as caught:
        in_force(state, AGREEMENT)
    assert caught.value.refusal.rule == "F8"


def test_an_agreement_that_nobody_proposed_is_unknown() -> None:
    with pytest.raises(AgreementIsUnknown):
        in_force(given.folded(fold(AGREEMENT), ()), AGREEMENT)


def test_the_state_survives_its_snapshot() -> None:
    state = given.folded(fold(AGREEMENT), (*given.in_force(FIRST), given.proposed(SECOND)))
    snapshot = fold(AGREEMENT).snapshot
    assert snapshot is not None
    assert msgspec.json.schema(snapshot)
    assert msgspec.json.decode(msgspec.json.encode(state), type=snapshot) == state
