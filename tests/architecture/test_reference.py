"""The reference is what the code says now: rules by number and events by type."""

import pytest

from shared.contracts.catalog import EVENT_TYPES
from shared.web.problems import problem
from tests.architecture.problem_types import problem_types
from tests.architecture.reference import (
    FOLDER,
    PAGES,
    PRODUCT,
    events_page,
    named_rules,
    rule_sentences,
)
from tests.architecture.source import ROOT, source_files


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_current_or_make_reference_writes_it(page: str) -> None:
    assert (FOLDER / page).read_text(encoding="utf-8") == PAGES[page]()


def test_every_rule_that_the_product_names_has_its_sentence() -> None:
    named = {rule for file in source_files(ROOT, PRODUCT) for rule in named_rules(file)}
    assert named - rule_sentences().keys() == set()


def test_every_event_type_is_listed() -> None:
    page = events_page()
    assert [name for name in EVENT_TYPES if f"`{name}`" not in page] == []


@pytest.mark.parametrize("reason", ["HoldStandsAgainstDeparture", "Overloaded", "TariffUnclear"])
def test_a_refusal_and_a_problem_of_the_rim_are_found(reason: str) -> None:
    words = problem(400, reason, "").type.rsplit("/", 1)[1]
    assert words in {found.type for found in problem_types()}
