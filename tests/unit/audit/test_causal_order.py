"""Several logs are one story: an effect follows its cause, and each log keeps its own order."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.causal_order import CausalOrder, merge
from services.audit.domain.entry import Entry, read_entry
from tests.support.entries import entry

ONE, TWO = "accord.example/one/0", "accord.example/two/0"


def fact(origin: str, sequence: int, after: str | None = None) -> Entry:
    """An entry, recorded the later the higher its index, and what caused it."""
    return msgspec.structs.replace(read_entry(entry(sequence, origin=origin)), causation=after)


def refs(facts: Iterable[Entry]) -> list[str]:
    return [f"{entry.origin.split('/')[1]}#{entry.sequence}" for entry in facts]


def test_of_what_may_come_next_the_earliest_recorded_does() -> None:
    one, two = [fact(ONE, 0), fact(ONE, 2)], [fact(TWO, 1), fact(TWO, 3)]
    merged = merge([one, two])
    assert refs(merged) == ["one#0", "two#1", "one#2", "two#3"]


def test_an_effect_that_was_recorded_earlier_waits_for_its_cause() -> None:
    """Clocks differ: what counts is what caused what."""
    one = [fact(ONE, 0, f"{TWO}#1"), fact(ONE, 1, f"{TWO}#1"), fact(ONE, 2)]
    two = [fact(TWO, 0), fact(TWO, 1)]
    merged = merge([one, two])
    assert refs(merged) == ["two#0", "two#1", "one#0", "one#1", "one#2"]


def test_an_effect_whose_cause_never_comes_comes_without_it() -> None:
    one, two = [fact(ONE, 0, f"{TWO}#7"), fact(ONE, 1)], [fact(TWO, 0, "nowhere#0"), fact(TWO, 1)]
    merged = merge([one, two])
    assert refs(merged) == ["one#0", "one#1", "two#0", "two#1"]


def test_logs_may_be_empty() -> None:
    assert refs(merge([[], [fact(TWO, 0)]])) == ["two#0"]


@pytest.mark.parametrize("named", ["nothing", f"{TWO}#x", f"{TWO}#-1", f"{TWO}#" + "9" * 20])
def test_a_cause_that_names_no_entry_is_waited_for_by_nobody(named: str) -> None:
    assert fact(ONE, 0, named).cause is None
    assert CausalOrder().take(fact(ONE, 0, named))


def test_a_order_gives_an_entry_and_whatever_waited_for_it() -> None:
    order = CausalOrder()
    assert refs(order.take(fact(ONE, 0, f"{TWO}#1"))) == []
    assert refs(order.take(fact(ONE, 1))) == []
    assert order.waiting == 2
    assert refs(order.heads) == ["one#0"]
    assert refs(order.take(fact(TWO, 0))) == ["two#0"]
    assert refs(order.take(fact(TWO, 1))) == ["two#1", "one#0", "one#1"]
    assert order.waiting == 0


def test_a_order_goes_on_from_what_was_given_before() -> None:
    order = CausalOrder()
    order.begin(TWO, 2)
    assert refs(order.take(fact(ONE, 0, f"{TWO}#1"))) == ["one#0"]


def test_a_order_gives_up_what_waits_in_vain() -> None:
    order = CausalOrder()
    order.take(fact(ONE, 0, f"{TWO}#1"))
    order.take(fact(TWO, 0, f"{ONE}#5"))
    assert refs(order.rest()) == ["one#0", "two#0"]
    assert order.waiting == 0


@given(st.randoms(use_true_random=False))
def test_a_order_gives_all_of_them_in_causal_order_however_they_arrive(random: object) -> None:
    one = [fact(ONE, 0), fact(ONE, 1, f"{TWO}#1"), fact(ONE, 2)]
    two = [fact(TWO, 0, f"{ONE}#0"), fact(TWO, 1), fact(TWO, 2, f"{ONE}#2")]
    logs, order, given_out = [one, two], CausalOrder(), list[Entry]()
    while any(logs):
        log = random.choice([left for left in logs if left])  # type: ignore[attr-defined]  # a Random
        given_out += order.take(log.pop(0))
    assert len(given_out) == 6
    place = {str(each.ref): index for index, each in enumerate(given_out)}
    for each in given_out:
        assert each.causation is None or place[each.ref] > place[each.causation]
    for origin in (ONE, TWO):
        assert [x.sequence for x in given_out if x.origin == origin] == [0, 1, 2]
