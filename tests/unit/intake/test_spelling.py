"""One person under two spellings is a near match: an order on one stops the other (G9)."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import spelling
from services.intake.vault import IdentityDocument, Vault
from services.intake.vault_keys import VaultKeys
from shared.kernel.text import name_fault
from tests.support.bad_input import rows

VAULT = Vault(lambda: VaultKeys(b"i" * 32, b"k" * 32))
BORN = date(1990, 1, 2)


def passport(number: str) -> IdentityDocument:
    return IdentityDocument("passport", number, "VEN")


def document(shown: str) -> IdentityDocument:
    named = dict(zip(("kind", "issued_by", "number"), shown.split(maxsplit=2), strict=True))
    return msgspec.convert(named, IdentityDocument)


@pytest.mark.parametrize(("name", "other", "right"), rows("same_names"))
def test_two_spellings_of_a_name_are_alike(name: str, other: str, right: str) -> None:
    ours, theirs = (VAULT.keys_of_name(spelling, BORN) for spelling in (name, other))
    assert bool(ours & theirs) == (right == "alike")


@pytest.mark.parametrize(("number", "other", "right"), rows("same_documents"))
def test_two_spellings_of_a_number_are_one_document_or_look_like_it(
    number: str, other: str, right: str
) -> None:
    ours, theirs = (VAULT.keys_of_document(passport(spelling)) for spelling in (number, other))
    assert bool(ours.documents & theirs.documents) == (right == "same")
    assert bool({*ours.every()} & {*theirs.every()}) == (right != "other")


@pytest.mark.parametrize(("first", "second", "right"), rows("kinds_of_documents"))
def test_g9_one_paper_under_another_kind_is_a_near_match(
    first: str, second: str, right: str
) -> None:
    """One kind and number is one document; a kind that was chosen otherwise hides nobody."""
    ours, theirs = (VAULT.keys_of_document(document(shown)) for shown in (first, second))
    assert bool(ours.documents & theirs.documents) == (right == "same")
    assert bool({*ours.every()} & {*theirs.every()}) == (right != "other")


@given(st.text(min_size=1, max_size=30))
def test_a_form_only_widens_what_is_found(name: str) -> None:
    assert {spelling.words(name)} - {""} <= spelling.forms_of_name(name)
    for form in ("NFC", "NFD"):
        same = unicodedata.normalize(form, name)
        assert {spelling.words(same)} - {""} <= spelling.forms_of_name(name)


def test_g9_every_letter_that_is_a_name_is_found_by_something_and_nothing_by_nothing() -> None:
    """Else all names that leave an empty form would be near matches of each other."""
    for letter in map(chr, range(sys.maxunicode + 1)):
        many = unicodedata.name(letter, "").startswith(("CJK UNIFIED", "HANGUL SYLLABLE"))
        if not many and name_fault(letter) is None:
            forms = spelling.forms_of_name(letter)
            assert forms, letter
            assert "" not in forms, letter


@given(st.text(max_size=30))
def test_a_skeleton_of_a_skeleton_is_itself_but_for_what_the_table_leaves(text: str) -> None:
    once = spelling.skeleton(text)
    assert spelling.skeleton(unicodedata.normalize("NFC", text)) == once


def test_what_looks_alike_is_the_whole_table_of_unicode() -> None:
    assert spelling.skeleton("\N{CYRILLIC SMALL LETTER A}\N{GREEK SMALL LETTER OMICRON}m") == "aorn"
    assert len(spelling.table("confusables.txt")) == 6565
