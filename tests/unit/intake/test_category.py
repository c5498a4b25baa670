"""G8, T4: an agreement excludes by categories, and who is not known to be outside is excluded."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.intake.domain.category import state as categories
from services.intake.domain.category.determine_category import (
    DETERMINE_CATEGORY,
    AnotherSubjectChangesIt,
    CategoryDeterminedAlready,
    DetermineCategory,
)
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import NotAdmitted, findings
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import PersonIsUnknown
from shared.contracts.category import CategoryDetermined
from shared.contracts.intake import ClearanceRefused
from shared.kernel.actor import Actor
from shared.kernel.codes import Category
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    NOW,
    PAPER,
    PERSON,
    REGISTERED,
    SENDER,
    TODAY,
    facts,
)
from tests.unit.intake.screening import rules, state

COLLEAGUE = Actor("USA", "intake-agency", "intake-desk-2")
TERMS = made_events.document(
    admission={
        "kinds": ["third-country"],
        "clauses": [{"clause": "adult-men-alone", "excludes": ["female", "minor"]}],
    }
)


def determine(category: Category, actor: Actor = SENDER) -> DetermineCategory:
    return DetermineCategory(person=PERSON, category=category, document=PAPER, actor=actor)


def of(category: Category, actor: Actor = SENDER, **changed: Any) -> CategoryDetermined:  # noqa: ANN401 - any field
    event = CategoryDetermined(
        person=PERSON, category=category, document=PAPER, determined_by=str(actor)
    )
    return msgspec.structs.replace(event, **changed)


def test_t4_a_woman_is_refused_at_clearance_under_an_agreement_that_excludes_women() -> None:
    log = (
        *made_events.in_force(TERMS),
        REGISTERED,
        made_events.case_proposed(),
        *facts(),
        of("adult"),
        of("female"),
    )
    clear = ClearCase(case=CASE, on=TODAY, now=NOW, actor=SENDER)
    refusal = given(*log).when(CLEAR_CASE, clear).refused(NotAdmitted, recording=ClearanceRefused)
    (finding,) = refusal.findings
    assert finding.missing == "clause adult-men-alone of usa-slv-2025@1 excludes: female"
    assert finding.evidence == f"document/{PAPER}"


def test_g8_who_is_not_known_to_be_outside_a_clause_is_excluded_by_it() -> None:
    found = findings(TERMS, state(*facts(), of("male")), TODAY)
    missing = [finding.missing for finding in found if finding.rule == "G8"]
    assert "age is not determined, and clause adult-men-alone excludes by it" in missing
    assert rules(*facts(), of("male"), of("adult"), terms=TERMS) == ()
    assert rules(*facts(), terms=TERMS) == ("G8", "G8")
    assert rules(*facts(), of("female")) == (), "an agreement without such a clause asks nothing"


def test_g8_the_latest_word_on_an_aspect_counts_of_each_pseudonym() -> None:
    other = of("minor", person=made_events.PERSON.replace("1", "2"))
    log = (REGISTERED, of("minor"), of("male"), of("adult", COLLEAGUE))
    assert folded(categories.fold(PERSON), log) == (of("male"), of("adult", COLLEAGUE))
    assert categories.determined((of("adult"),), other) == (of("adult"), other)


def test_g8_the_state_that_registered_a_person_determines_the_category() -> None:
    assert given(REGISTERED).when(DETERMINE_CATEGORY, determine("female")).events == (of("female"),)
    theirs = determine("female", Actor("SLV", "intake-agency", "mesa-1"))
    given(REGISTERED).when(DETERMINE_CATEGORY, theirs).refused(ActsOnlyForItself)
    given().when(DETERMINE_CATEGORY, determine("female")).refused(PersonIsUnknown)


@pytest.mark.parametrize("category", ["male", "other-sex"])
def test_g8_nobody_turns_round_alone_what_they_determined(category: Category) -> None:
    log = (REGISTERED, of("female"), of("adult"))
    given(*log).when(DETERMINE_CATEGORY, determine(category)).refused(
        AnotherSubjectChangesIt, "a colleague says"
    )
    mended = given(*log).when(DETERMINE_CATEGORY, determine(category, COLLEAGUE)).events
    assert mended == (of(category, COLLEAGUE),)
    given(*log).when(DETERMINE_CATEGORY, determine("female")).refused(CategoryDeterminedAlready)
