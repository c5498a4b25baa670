"""The reference is what the code says now: rules by number and events by type."""

import ast

import pytest

from shared.contracts.catalog import EVENT_TYPES
from shared.web.problems import problem
from tests.architecture.problem_types import problem_types
from tests.architecture.reference import PAGES, events_page
from tests.architecture.reference_blocks import components
from tests.architecture.reference_rules import (
    FOLDER,
    PRODUCT,
    decided,
    named_rules,
    naming,
    not_yet,
    quotes,
    rule_sentences,
    tried,
)
from tests.architecture.rule_quotes import Test, expected, quoted
from tests.architecture.source import ROOT, source_files

ADD = "give the test the number in its name or docstring, or say in not-yet.txt what is not built"
TAKE_OFF = (
    "it is built: take it off docs/reference/not-yet.txt, or say `partly` and what is missing"
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_current_or_make_reference_writes_it(page: str) -> None:
    assert (FOLDER / page).read_text(encoding="utf-8") == PAGES[page]()


def test_every_rule_that_the_product_names_has_its_sentence() -> None:
    named = {rule for file in source_files(ROOT, PRODUCT) for rule in named_rules(file)}
    assert named - rule_sentences().keys() == set()


def test_a_rule_without_a_test_that_quotes_it_says_what_is_not_built() -> None:
    assert rule_sentences().keys() - quotes().quoted.keys() - not_yet().keys() == set(), ADD


def test_what_is_not_yet_built_is_decided_and_tried_nowhere() -> None:
    named, with_tests = naming(), tried()
    built = {
        rule
        for rule, said in not_yet().items()
        if said.startswith("not yet: ") and (rule in with_tests or decided(rule, named))
    }
    assert built == set(), TAKE_OFF


def test_a_note_on_what_is_not_built_begins_with_how_far_it_is() -> None:
    notes = not_yet()
    assert notes.keys() <= rule_sentences().keys()
    assert {said.split(": ", 1)[0] for said in notes.values()} == {"not yet", "partly"}


@pytest.mark.parametrize(
    ("test", "in_words", "in_its_text"),
    [
        ("def test_g2_lifting_takes_two(): ...", {"G2"}, set()),
        ("def test_t1_t2(): ...", {"T1", "T2"}, set()),
        ("def test_it():\n    '''T7: nothing is charged after a death.'''", {"T7"}, {"T7"}),
        ("def test_it(): assert refused.rule == 'G13'", set(), {"G13"}),
        ("@parametrize('row', TABLE)\ndef test_it(row): ...", set(), {"D4"}),
        ("def test_a_big2_number_of_g(): assert 'G7X' != 'AG7'", set(), set()),
    ],
)
def test_a_test_quotes_a_rule_in_words_or_expects_it(
    test: str, in_words: set[str], in_its_text: set[str]
) -> None:
    (node,) = ast.parse(test).body
    assert isinstance(node, Test)
    tables = {"TABLE": {"D4"}, "OTHER": {"D5"}}
    assert (quoted(node), expected(node, tables)) == (in_words, in_its_text)


def test_every_event_type_is_listed() -> None:
    page = events_page()
    assert [name for name in EVENT_TYPES if f"`{name}`" not in page] == []


def test_every_term_of_a_component_is_said_in_words() -> None:
    assert [line for line in components().splitlines() if line.endswith("|  |")] == []


@pytest.mark.parametrize("reason", ["HoldStandsAgainstDeparture", "Overloaded", "TariffUnclear"])
def test_a_refusal_and_a_problem_of_the_rim_are_found(reason: str) -> None:
    words = problem(400, reason, "").type.rsplit("/", 1)[1]
    assert words in {problem.type for problem in problem_types()}
