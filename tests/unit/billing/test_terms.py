"""Terms come in only as both states signed them (F8)."""

import msgspec
import pytest

from services.billing.domain.terms import (
    ACTIVATE_TERMS,
    ActivateTerms,
    SignedTermsDiffer,
    TermsAlreadyActivated,
    TermsUnknown,
)
from services.billing.domain.terms import fold as terms_fold
from shared.contracts.agreement import digest
from shared.contracts.billing import TermsActivated
from shared.kernel.ids import AgreementRef, EntryRef
from shared.kernel.rejected import NotYet
from tests.unit.billing.story import BED, NAME, PLACES, TERMS, Story, document


def test_terms_are_activated_with_the_entry_that_says_both_signed(story: Story) -> None:
    (activated,) = story.terms(PLACES)

    assert isinstance(activated, TermsActivated)
    assert activated.agreement == TERMS
    assert activated.signed == "accord.example/intake/0#7"
    assert activated.tariff.components == (PLACES,)


def test_a_version_is_activated_once(story: Story) -> None:
    story.terms(PLACES)

    with pytest.raises(TermsAlreadyActivated, match="usa-slv-2025@1"):
        story.terms(BED)


def test_f8_terms_that_differ_from_what_was_signed_cannot_be_activated(story: Story) -> None:
    signed = document(PLACES)
    command = ActivateTerms(
        agreement=TERMS, document=document(BED), digest=digest(signed), signed=EntryRef("o#1")
    )

    with pytest.raises(SignedTermsDiffer):
        story.decide(ACTIVATE_TERMS, command)
    with pytest.raises(SignedTermsDiffer):
        story.decide(
            ACTIVATE_TERMS,
            msgspec.structs.replace(command, document=signed, agreement=AgreementRef(f"{NAME}@2")),
        )


def test_a_name_without_a_version_means_the_latest(story: Story) -> None:
    story.terms(PLACES)
    story.terms(BED, version=2)
    state = story.fold(terms_fold(NAME))

    assert state.named(AgreementRef(NAME)).tariff.components == (BED,)
    assert state.named(TERMS).tariff.components == (PLACES,)


def test_the_latest_is_the_highest_version_in_whatever_order_they_were_signed(
    story: Story,
) -> None:
    story.terms(BED, version=2)
    story.terms(PLACES)

    assert story.fold(terms_fold(NAME)).named(AgreementRef(NAME)).tariff.components == (BED,)


def test_f8_nothing_is_known_under_a_name_that_was_not_signed(story: Story) -> None:
    state = story.fold(terms_fold(NAME))

    with pytest.raises(TermsUnknown, match="both states must sign"):
        state.named(TERMS)
    with pytest.raises(NotYet):
        state.signed(TERMS)
