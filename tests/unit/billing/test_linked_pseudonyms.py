"""Who is one person, whatever was said in which order: pseudonyms that are linked (G20; T8)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis.strategies import booleans, integers, lists, tuples

from services.billing.domain import charged_nights
from services.billing.domain.charged_identity import ChargedApartAlready, ChargedAsOneAlready
from services.billing.domain.person_nights import of_one
from shared.kernel.decider import resolve
from tests.unit.billing.story import Story, person

Said = tuple[bool, int, int]
"""Whether two are merged (or told apart), and the two."""


def _linked(pairs: set[frozenset[int]], number: int) -> set[int]:
    """Whom these pairs lead to from one, on a plain graph."""
    reached, before = {number}, set[int]()
    while reached != before:
        before = set(reached)
        reached |= {name for pair in pairs if pair & reached for name in pair}
    return reached


@given(
    lists(
        tuples(booleans(), integers(1, 5), integers(1, 5)).filter(lambda said: said[1] != said[2])
    )
)
@example([(True, 1, 2), (True, 2, 3), (False, 1, 2), (False, 2, 3)])
@example([(True, 1, 2), (True, 1, 3), (False, 1, 2), (False, 1, 3)])
def test_g20_who_is_one_person_is_who_is_linked_in_whichever_order_it_was_said(
    said: list[Said],
) -> None:
    story, pairs = Story(), set[frozenset[int]]()
    for merged, number, other in said:
        pair = frozenset({number, other})
        if (pair in pairs) is merged:
            with pytest.raises((ChargedAsOneAlready, ChargedApartAlready)):
                (story.merge if merged else story.tell_apart)(number, other)
        elif merged:
            story.merge(number, other)
            pairs.add(pair)
        else:
            story.tell_apart(number, other)
            pairs.remove(pair)
    for number in range(1, 6):
        own = story.fold(charged_nights.fold(person(number)))
        theirs = resolve(of_one(own), lambda folds: [story.fold(fold) for fold in folds])
        everybody = {nights.person for nights in theirs.known}
        assert everybody == {person(name) for name in _linked(pairs, number)}
