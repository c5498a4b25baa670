"""Intervals hold exactly the numbers that were put in, in the room of their runs."""

from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.intervals import Intervals

NUMBERS = st.integers(0, 12)


@given(st.lists(st.tuples(st.booleans(), NUMBERS), max_size=40))
def test_spans_are_the_set_of_numbers_that_were_put_in_and_not_taken_out(
    steps: list[tuple[bool, int]],
) -> None:
    spans, numbers = Intervals(), set[int]()
    for put_in, number in steps:
        if put_in:
            spans.add(number)
            numbers.add(number)
        elif number in numbers:
            spans.drop(number)
            numbers.remove(number)
        assert [index for index in range(14) if index in spans] == sorted(numbers)
        assert len(spans) == len(numbers)
        assert list(spans.after(5)) == sorted(n for n in numbers if n >= 5)
    runs = sum(1 for n in numbers if n - 1 not in numbers)
    assert len(spans.spans) == runs


def test_a_year_of_nights_is_one_span() -> None:
    spans = Intervals()
    for day in range(365):
        spans.add(day)
    assert spans.spans == ((0, 364),)
