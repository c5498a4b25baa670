"""Folded states in memory and in snapshots, so that a command costs its boundary's news and not the
log's length.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec

from shared.kernel.decider import fold_all
from shared.kernel.frozen_map import FrozenMap
from shared.ledger.store import Ask, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.kernel.decider import Fold
    from shared.ledger.recorded import Recorded
    from shared.ledger.store import Store
    from shared.ledger.work import Folded

    _Start = tuple[Any, int]
    """A state to fold on from, and the index that it includes."""

CAPACITY = 50_000
"""How many folds are kept: one stays if it is used again before half as many others."""
SNAPSHOT_EVERY = 1_000
"""How many events a cold read may fold before a snapshot of the result is saved."""


class FoldCache:
    """The folds that were used last, by name."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Start empty."""
        self._half = max(1, capacity // 2)
        self._newer: dict[str, Folded] = {}
        self._older: dict[str, Folded] = {}

    def get(self, name: str) -> Folded | None:
        """A fold with its state and the index that it includes, if it is known."""
        return self._newer.get(name) or self._older.get(name)

    def keep(self, folded: Mapping[str, Folded]) -> None:
        """Take in folds as of the last commit, which used them: no older state is among them."""
        if len(self._newer) + len(folded) > self._half:
            self._older, self._newer = self._newer, {}
        self._newer.update(folded)


def fingerprint(fold: Fold[Any]) -> str:
    """What a snapshot's state looks like: SHA-256 of its type's schema. A changed type makes old
    snapshots void.
    """
    state: Any = fold.snapshot
    schemas = [msgspec.json.schema(state, schema_hook=_schema), *_values(state)]
    return hashlib.sha256(msgspec.json.encode(schemas, order="deterministic")).hexdigest()


async def load(store: Store, folds: Sequence[Fold[Any]], known_next: int) -> dict[str, Folded]:
    """Read folds that are not in memory: from their snapshots where they have one, then one
    statement for all.

    `known_next` is the next index that this process knew before it asked: what is read is no older.
    """
    starts = await _starts(store, folds)
    asks = [Ask(after, fold.alternatives) for fold, (_, after) in zip(folds, starts, strict=True)]
    loaded: dict[str, Folded] = {}
    to_save: list[Snapshot] = []
    newest = known_next - 1
    for fold, start, found in zip(folds, starts, await store.read(asks), strict=True):
        if not found:
            loaded[fold.name] = (fold, start[0], max(start[1], newest))
            continue
        state, position = _folded(fold, start, found, known_next)
        loaded[fold.name] = (fold, state, position)
        if fold.snapshot is not None and len(found) >= SNAPSHOT_EVERY:
            encoded = msgspec.json.encode(state, enc_hook=_plain)
            to_save.append(Snapshot(fold.name, fingerprint(fold), position, encoded))
    if to_save:
        await store.save(to_save)
    return loaded


def _folded(fold: Fold[Any], start: _Start, found: Sequence[Recorded], known_next: int) -> _Start:
    state = fold_all(fold, [recorded.event for recorded in found], start[0])
    return state, max(start[1], known_next - 1, found[-1].sequence)


async def _starts(store: Store, folds: Sequence[Fold[Any]]) -> list[_Start]:
    starts: list[_Start] = [(fold.initial, -1) for fold in folds]
    wanted = {fold.name: place for place, fold in enumerate(folds) if fold.snapshot is not None}
    if not wanted:
        return starts
    for saved in await store.snapshots(list(wanted)):
        fold = folds[wanted[saved.name]]
        if saved.fingerprint == fingerprint(fold):
            state = msgspec.json.decode(saved.state, type=fold.snapshot, dec_hook=_frozen)
            starts[wanted[saved.name]] = (state, saved.sequence)
    return starts


def _plain(value: object) -> object:
    """A frozen map as an object of JSON; a state holds nothing else that has no form of its own."""
    if isinstance(value, FrozenMap):
        return dict(value.items())
    raise NotImplementedError(type(value).__name__)


def _frozen(wanted: Any, found: Any) -> object:  # noqa: ANN401 - a type, and whatever JSON held
    """A frozen map from its object: the values are of the type that the state says."""
    (value,) = get_args(wanted)
    return FrozenMap.of(msgspec.convert(found, dict[str, value]))  # type: ignore[valid-type]  # known at run time alone


def _schema(wanted: type) -> dict[str, Any]:
    """A frozen map in the schema of a state; of its values `_values` tells."""
    return {"title": wanted.__name__}


def _values(state: type) -> list[dict[str, Any]]:
    """The schemas of what a state's own maps hold."""
    hints = get_type_hints(state).values() if hasattr(state, "__annotations__") else ()
    maps = [one for one in hints if get_origin(one) is FrozenMap]
    return [msgspec.json.schema(value) for one in maps for value in get_args(one)]
