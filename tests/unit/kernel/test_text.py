"""What people cannot see is no name: one line of a table is one case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.text import is_ignorable, name_fault, number_fault
from tests.support.bad_input import rows


@pytest.mark.parametrize(("name", "right"), rows("texts"))
def test_a_name_can_be_read(name: str, right: str) -> None:
    fault = name_fault(name)
    assert fault is None if right == "good" else right in (fault or "")


@pytest.mark.parametrize(("number", "right"), rows("numbers_of_documents"))
def test_a_number_of_a_document_can_be_read(number: str, right: str) -> None:
    fault = number_fault(number)
    assert fault is None if right == "good" else right in (fault or "")


@given(st.text(st.characters(categories=["Lu", "Ll", "Lt"]), min_size=1))
def test_letters_alone_are_a_name(name: str) -> None:
    assert name_fault(name) is None


@given(st.text(st.characters(categories=["L"])))
def test_letters_beside_one_that_is_read_are_a_name_unless_they_are_blank(name: str) -> None:
    assert (name_fault(f"a{name}") is None) == (not any(map(is_ignorable, name)))
