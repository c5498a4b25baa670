"""A map whose changes are new maps, checked against a dict."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.frozen_map import FrozenMap

KEYS = st.text("abcdef", max_size=3)


@given(st.lists(st.tuples(st.sampled_from(["put", "drop"]), KEYS, st.integers())))
def test_it_behaves_as_a_dict_that_is_copied_at_every_change(
    changes: list[tuple[str, str, int]],
) -> None:
    frozen, model = FrozenMap[int](), dict[str, int]()
    for what, key, value in changes:
        before, had = frozen, dict(model)
        if what == "put":
            frozen, model = frozen.put(key, value), {**model, key: value}
        else:
            frozen = frozen.drop(key)
            model.pop(key, None)
        assert list(before.items()) == sorted(had.items())
        assert list(frozen.items()) == sorted(model.items())
        assert len(frozen) == len(model)
        assert frozen.get(key) == model.get(key)
        assert (key in frozen) == (key in model)
    assert FrozenMap.of(model) == frozen
    assert len(FrozenMap.of(model)) == len(model)
    assert sorted(frozen.values()) == sorted(model.values())


def test_maps_with_the_same_content_are_equal() -> None:
    one, other = FrozenMap[int]().put("a", 1).put("b", 2), FrozenMap[int]().put("b", 2).put("a", 1)
    assert one == other
    assert hash(one) == hash(other)
    assert one != one.put("a", 3)
    assert one != {"a": 1, "b": 2}
