"""The folds that a process keeps in memory: as many as it may, the ones used last."""

from __future__ import annotations

from shared.ledger.folds import FoldCache


def test_a_fold_is_kept_while_it_is_used_however_many_others_come() -> None:
    cache = FoldCache(capacity=4)
    for place in range(50):
        cache.keep({f"other {place}": (place, place)})
        cache.keep({"used": (place, place)})
        assert cache.get("used") == (place, place)


def test_a_fold_that_is_not_used_is_forgotten_after_as_many_others_as_fit() -> None:
    cache = FoldCache(capacity=4)
    cache.keep({"unused": (1, 1)})
    cache.keep({"a": (2, 2)})
    cache.keep({"b": (3, 3)})
    assert cache.get("unused") == (1, 1)
    for place in range(4, 8):
        cache.keep({f"other {place}": (place, place)})
    assert cache.get("unused") is None


def test_the_newest_state_of_a_fold_is_the_one_that_is_kept() -> None:
    cache = FoldCache(capacity=4)
    cache.keep({"fold": ("old", 1), "other": (0, 1)})
    cache.keep({"fold": ("new", 2)})
    assert cache.get("fold") == ("new", 2)


def test_more_folds_at_once_than_fit_are_kept_until_the_next() -> None:
    cache = FoldCache(capacity=4)
    many = {f"fold {place}": (place, place) for place in range(9)}
    cache.keep(many)
    assert all(cache.get(name) == at for name, at in many.items())
    cache.keep({f"later {place}": (place, place) for place in range(3)})
    cache.keep({"last": (0, 20)})
    assert cache.get("fold 0") is None
