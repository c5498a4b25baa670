"""The folds that a process keeps in memory: as many as it may, the ones used last."""

from __future__ import annotations

from shared.kernel.decider import Fold
from shared.kernel.query import Alternative
from shared.ledger.folds import FoldCache
from shared.ledger.work import Folded

FOLD = Fold(
    "a fold", (Alternative(frozenset({"t"}), frozenset({"a:b"})),), 0, lambda state, _: state
)


def at(state: object, position: int) -> Folded:
    return Folded(FOLD, state, position)


def test_a_fold_is_kept_while_it_is_used_however_many_others_come() -> None:
    cache = FoldCache(capacity=4)
    for index in range(50):
        cache.keep({f"other {index}": at(index, index)})
        cache.keep({"used": at(index, index)})
        assert cache.get("used") == at(index, index)


def test_a_fold_that_is_not_used_is_forgotten_after_as_many_others_as_fit() -> None:
    cache = FoldCache(capacity=4)
    cache.keep({"unused": at(1, 1)})
    cache.keep({"a": at(2, 2)})
    cache.keep({"b": at(3, 3)})
    assert cache.get("unused") == at(1, 1)
    for index in range(4, 8):
        cache.keep({f"other {index}": at(index, index)})
    assert cache.get("unused") is None


def test_the_newest_state_of_a_fold_is_the_one_that_is_kept() -> None:
    cache = FoldCache(capacity=4)
    cache.keep({"fold": at("old", 1), "other": at(0, 1)})
    cache.keep({"fold": at("new", 2)})
    assert cache.get("fold") == at("new", 2)


def test_more_folds_at_once_than_fit_are_kept_until_the_next() -> None:
    cache = FoldCache(capacity=4)
    many = {f"fold {index}": at(index, index) for index in range(9)}
    cache.keep(many)
    assert all(cache.get(name) == folded for name, folded in many.items())
    cache.keep({f"later {index}": at(index, index) for index in range(3)})
    cache.keep({"last": at(0, 20)})
    assert cache.get("fold 0") is None
