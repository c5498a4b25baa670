"""An agreement is in force once both states signed the same version of it, and not before."""

import msgspec
import pytest

from services.intake.domain.agreement.propose_agreement import (
    PROPOSE_AGREEMENT,
    ProposeAgreement,
    SafeguardsLeftOut,
    StatedTwice,
    VersionsFollowOneAnother,
    VersionStandsAlready,
)
from services.intake.domain.agreement.sign_agreement import (
    SIGN_AGREEMENT,
    NoAgreementKey,
    SignAgreement,
    SignatureIsNoDetachedJws,
    SignedAlready,
    SignedWithAnothersKey,
    SignsOtherTerms,
)
from services.intake.domain.agreement.state import (
    AgreementIsUnknown,
    NotSignedByBoth,
    binding,
    fold,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.intake import AgreementActivated
from shared.kernel.actor import Actor
from shared.transparency.agreement_keys import AgreementKeys
from tests.support.decider_specification import folded, given
from tests.support.first_agreement import first_agreement
from tests.support.signing import KEYS, signature_of
from tests.unit.intake import made_events
from tests.unit.intake.made_events import AGREEMENT, RECEIVING_AUTHORITY, SENDING_AUTHORITY, TODAY

FIRST = made_events.document()
SECOND = made_events.document(version="2")


def sign(terms: AgreementDocument, actor: Actor, signature: str = "") -> SignAgreement:
    """A state's signature under a version."""
    return SignAgreement(
        agreement=terms.agreement,
        version=terms.version,
        signature=signature or signature_of(terms, actor.party),
        check=KEYS.fault,
        actor=actor,
    )


def test_either_party_proposes_a_version() -> None:
    for actor in (SENDING_AUTHORITY, RECEIVING_AUTHORITY):
        assert given().when(PROPOSE_AGREEMENT, ProposeAgreement(FIRST, actor)).events == (
            made_events.proposed(FIRST),
        )


def test_a_third_state_proposes_nothing() -> None:
    given().when(
        PROPOSE_AGREEMENT, ProposeAgreement(FIRST, Actor("NLD", "central-authority", "a"))
    ).refused(ActsOnlyForItself, "NLD is no party")


def test_the_same_version_twice_is_a_conflict() -> None:
    given(made_events.proposed(FIRST)).when(
        PROPOSE_AGREEMENT, ProposeAgreement(FIRST, SENDING_AUTHORITY)
    ).refused(VersionStandsAlready, "usa-slv-2025@1 stands already")


def test_version_two_needs_version_one() -> None:
    propose = ProposeAgreement(SECOND, SENDING_AUTHORITY)
    given().when(PROPOSE_AGREEMENT, propose).refused(VersionsFollowOneAnother)
    assert given(made_events.proposed(FIRST)).when(PROPOSE_AGREEMENT, propose).events == (
        made_events.proposed(SECOND),
    )


def test_another_version_does_not_change_the_parties() -> None:
    other = made_events.document(version="2", parties={"sending": "USA", "receiving": "RWA"})
    given(made_events.proposed(FIRST)).when(
        PROPOSE_AGREEMENT, ProposeAgreement(other, SENDING_AUTHORITY)
    ).refused(VersionsFollowOneAnother, "other parties")


def test_an_agreement_that_leaves_a_safeguard_out_is_refused() -> None:
    bare = made_events.document(
        required_facts=[{"fact": "identity", "side": "sending", "office": "intake-agency"}]
    )
    given().when(PROPOSE_AGREEMENT, ProposeAgreement(bare, SENDING_AUTHORITY)).refused(
        SafeguardsLeftOut, "legal-basis, risk-assessment, acceptance"
    )


def test_g8_no_term_lets_the_sending_state_accept_for_the_receiving_one() -> None:
    facts = [
        {
            "fact": required_fact.fact,
            "office": required_fact.office,
            "side": "sending" if required_fact.fact == "acceptance" else required_fact.side,
        }
        for required_fact in FIRST.required_facts
    ]
    alone = made_events.document(required_facts=facts)
    given().when(PROPOSE_AGREEMENT, ProposeAgreement(alone, SENDING_AUTHORITY)).refused(
        SafeguardsLeftOut, "receiving side signs the acceptance"
    )


def test_an_agreement_states_each_facility_and_each_fact_once() -> None:
    """Two time zones of one facility leave open which holds; two offices both sign a fact."""
    (cecot,) = first_agreement()["facilities"]
    facts = first_agreement()["required_facts"]
    theirs = {"fact": "identity", "side": "receiving", "office": "central-authority"}
    contradictory = made_events.document(
        facilities=[cecot, {**cecot, "timezone": "America/Guatemala"}],
        required_facts=[*facts, theirs, theirs],
    )
    given().when(PROPOSE_AGREEMENT, ProposeAgreement(contradictory, SENDING_AUTHORITY)).refused(
        StatedTwice, "facility cecot, fact identity of the central-authority of the receiving side"
    )
    both = made_events.document(required_facts=[*facts, theirs])
    assert given().when(PROPOSE_AGREEMENT, ProposeAgreement(both, SENDING_AUTHORITY)).events


def test_the_first_signature_activates_nothing() -> None:
    events = (
        given(made_events.proposed(FIRST))
        .when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY))
        .events
    )
    assert events == (made_events.signed(FIRST, "USA"),)
    state = folded(fold(AGREEMENT), (made_events.proposed(FIRST), *events))
    assert state.on(FIRST.effective.start) is None


def test_the_second_signature_activates_the_version() -> None:
    before = (made_events.proposed(FIRST), made_events.signed(FIRST, "SLV"))
    events = given(*before).when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY)).events
    activated = AgreementActivated(agreement=FIRST.ref, digest=digest(FIRST), document=FIRST)
    assert events == (made_events.signed(FIRST, "USA"), activated)
    assert folded(fold(AGREEMENT), (*before, *events)).on(FIRST.effective.start) == FIRST


def test_each_state_signs_once() -> None:
    before = (made_events.proposed(FIRST), made_events.signed(FIRST, "USA"))
    given(*before).when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY)).refused(
        SignedAlready, "USA has signed"
    )


def test_f8_the_signature_of_another_version_is_a_conflict_that_says_which() -> None:
    of_second = sign(FIRST, SENDING_AUTHORITY, signature_of(SECOND, "USA"))
    both = given(made_events.proposed(FIRST), made_events.proposed(SECOND))
    both.when(SIGN_AGREEMENT, of_second).refused(SignsOtherTerms, "it signs usa-slv-2025@2")
    given(made_events.proposed(FIRST)).when(SIGN_AGREEMENT, of_second).refused(
        SignsOtherTerms, digest(FIRST)
    )


def test_f8_nobody_signs_for_another_state() -> None:
    """The office of one state that sends the other's good signature has not signed."""
    of_theirs = sign(FIRST, SENDING_AUTHORITY, signature_of(FIRST, "SLV"))
    given(made_events.proposed(FIRST)).when(SIGN_AGREEMENT, of_theirs).refused(
        SignedWithAnothersKey, "with the agreement key of USA"
    )


def test_f8_a_state_whose_key_nobody_gave_signs_nothing() -> None:
    unknown = msgspec.structs.replace(sign(FIRST, SENDING_AUTHORITY), check=AgreementKeys().fault)
    given(made_events.proposed(FIRST)).when(SIGN_AGREEMENT, unknown).refused(
        NoAgreementKey, "have its public key added"
    )


def test_f8_only_a_detached_jws_over_the_terms_own_bytes_is_a_signature() -> None:
    for wrong in (digest(FIRST), signature_of(FIRST, "USA")[:-4], "a.b.c"):
        given(made_events.proposed(FIRST)).when(
            SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY, wrong)
        ).refused(SignatureIsNoDetachedJws, "accord agreement sign")


def test_a_third_state_signs_nothing() -> None:
    actor = Actor("NLD", "central-authority", "a")
    given(made_events.proposed(FIRST)).when(SIGN_AGREEMENT, sign(FIRST, actor)).refused(
        ActsOnlyForItself
    )


def test_a_version_that_nobody_proposed_cannot_be_signed() -> None:
    given().when(SIGN_AGREEMENT, sign(FIRST, SENDING_AUTHORITY)).refused(
        AgreementIsUnknown, "usa-slv-2025@1"
    )


def test_a_new_version_with_one_signature_leaves_the_signed_one_in_force() -> None:
    log = (
        *made_events.in_force(FIRST),
        made_events.proposed(SECOND),
        made_events.signed(SECOND, "USA"),
    )
    state = folded(fold(AGREEMENT), log)
    assert binding(state, AGREEMENT, TODAY) == FIRST


def test_d6_a_new_version_with_both_signatures_is_in_force_from_its_first_day() -> None:
    log = (*made_events.in_force(FIRST), *made_events.in_force(SECOND))
    state = folded(fold(AGREEMENT), log)
    assert binding(state, AGREEMENT, TODAY) == SECOND


def test_terms_that_are_not_signed_by_both_cannot_be_activated() -> None:
    state = folded(fold(AGREEMENT), (made_events.proposed(FIRST), made_events.signed(FIRST, "USA")))
    with pytest.raises(NotSignedByBoth) as caught:
        binding(state, AGREEMENT, TODAY)
    assert caught.value.refusal.rule == "F8"


def test_an_agreement_that_nobody_proposed_is_unknown() -> None:
    with pytest.raises(AgreementIsUnknown):
        binding(folded(fold(AGREEMENT), ()), AGREEMENT, TODAY)


def test_the_state_survives_its_snapshot() -> None:
    state = folded(fold(AGREEMENT), (*made_events.in_force(FIRST), made_events.proposed(SECOND)))
    snapshot = fold(AGREEMENT).snapshot
    assert snapshot is not None
    assert msgspec.json.schema(snapshot)
    assert msgspec.json.decode(msgspec.json.encode(state), type=snapshot) == state


def test_an_agreement_states_each_clause_once() -> None:
    clauses = [{"clause": "alone", "excludes": [category]} for category in ("minor", "female")]
    admission = {**first_agreement()["admission"], "clauses": clauses}
    unclear = made_events.document(admission=admission)
    given().when(PROPOSE_AGREEMENT, ProposeAgreement(unclear, SENDING_AUTHORITY)).refused(
        StatedTwice, "clause alone"
    )
