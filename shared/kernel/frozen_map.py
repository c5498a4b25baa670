"""A map that is never changed in place, and is cheap to derive a changed one from.

Folds keep maps of thousands of keys (a facility's roster, a period's accruals) and evolve one key
an event. A copied dict would make that quadratic; here a change copies one bucket of 256 and the
list of buckets.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

V = TypeVar("V")
_BUCKETS = 256
_EMPTY: tuple[dict[str, object], ...] = tuple({} for _ in range(_BUCKETS))


class FrozenMap(Generic[V]):
    """A frozen map from text to values."""

    __slots__ = ("_buckets", "_size")
    _buckets: tuple[dict[str, V], ...]
    _size: int

    def __init__(self) -> None:
        """Make the empty map."""
        self._buckets = _EMPTY  # type: ignore[assignment]  # empty buckets hold no value of any type
        self._size = 0

    @staticmethod
    def of(items: Mapping[str, V]) -> FrozenMap[V]:
        """The map of these keys and values."""
        buckets: tuple[dict[str, V], ...] = tuple({} for _ in range(_BUCKETS))
        for key, value in items.items():
            buckets[hash(key) % _BUCKETS][key] = value
        made = FrozenMap[V]()
        made._buckets, made._size = buckets, len(items)
        return made

    def get(self, key: str) -> V | None:
        """The value under a key, or nothing."""
        return self._buckets[hash(key) % _BUCKETS].get(key)

    def put(self, key: str, value: V) -> FrozenMap[V]:
        """The map with this value under this key."""
        place = hash(key) % _BUCKETS
        bucket = self._buckets[place]
        grown = int(key not in bucket)
        return self._with(place, {**bucket, key: value}, grown)

    def drop(self, key: str) -> FrozenMap[V]:
        """The map without this key; the same map when it has no such key."""
        place = hash(key) % _BUCKETS
        bucket = self._buckets[place]
        if key not in bucket:
            return self
        return self._with(place, {name: kept for name, kept in bucket.items() if name != key}, -1)

    def _with(self, place: int, bucket: dict[str, V], grown: int) -> FrozenMap[V]:
        changed = FrozenMap[V]()
        changed._buckets = (*self._buckets[:place], bucket, *self._buckets[place + 1 :])
        changed._size = self._size + grown
        return changed

    def items(self) -> Iterator[tuple[str, V]]:
        """Every key and value, sorted by key, so that what follows from them is the same
        everywhere.
        """
        return iter(sorted((item for bucket in self._buckets for item in bucket.items()), key=_key))

    def values(self) -> Iterator[V]:
        """Every value, in no order that anything may follow from."""
        return chain.from_iterable(bucket.values() for bucket in self._buckets)

    def __contains__(self, key: str) -> bool:
        """Whether the map has this key."""
        return key in self._buckets[hash(key) % _BUCKETS]

    def __len__(self) -> int:
        """How many keys the map has."""
        return self._size

    def __eq__(self, other: object) -> bool:
        """Equal when keys and values are."""
        return isinstance(other, FrozenMap) and list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        """By size alone: enough for a map that is compared more than it is hashed."""
        return hash(self._size)


def _key(item: tuple[str, object]) -> str:
    return item[0]
