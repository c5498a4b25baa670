"""Snapshots: folded states of long subjects on disk, so that a restart reads what came since.

A snapshot is disposable, and is used by nobody but the fold that made it: its fingerprint covers
the type of the state, the alternatives that were read, and the source of both.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from shared import contracts, kernel, tariff
from shared.kernel.frozen_map import FrozenMap
from shared.ledger.store import Snapshot
from shared.ledger.work import Folded
from shared.telemetry.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from shared.kernel.decider import Fold
    from shared.ledger.store import Store

EVERY = 1_000
"""How many events a fold takes in before it is saved again: a restart reads fewer than these."""
LEANED_ON = (contracts, kernel, tariff)
"""What a service's domain leans on besides itself: the import contracts allow nothing else."""
_log = logger("ledger")


class Snapshots:
    """Saves folds that have grown, beside the commits that they grew in."""

    def __init__(self, store: Store) -> None:
        """Save to `store`."""
        self._store = store
        self._waiting: dict[str, Folded] = {}
        self._saved_at: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def take(self, folded: Folded) -> Folded:
        """Have a fold saved by and by; gives it as one that is saved.

        Commits that were under way together bring the same news: they are saved once.
        """
        name = folded.fold.name
        if folded.position - self._saved_at.get(name, -EVERY) >= EVERY:
            self._saved_at[name] = folded.position
            self._waiting[name] = folded
            if self._task is None:
                self._task = asyncio.create_task(self._save_on(), name="snapshots")
        return msgspec.structs.replace(folded, unsaved=0)

    async def stop(self) -> None:
        """End when everything that waits is saved."""
        if self._task is not None:
            await self._task

    async def _save_on(self) -> None:
        try:
            while self._waiting:
                _, folded = self._waiting.popitem()
                await self._store.save([encoded(folded)])
        except Exception as error:  # noqa: BLE001 - losing a snapshot costs only time
            _log.warning("a snapshot was not saved", why=repr(error))
        finally:
            self._task = None


def is_due(folded: Folded) -> bool:
    """Whether a fold has taken in so much since its latest snapshot that it needs another."""
    return folded.unsaved >= EVERY and folded.fold.snapshot is not None


def encoded(folded: Folded) -> Snapshot:
    """A fold as it is kept. Raises `NotImplementedError` for a state that has no form in JSON."""
    state = msgspec.json.encode(folded.state, enc_hook=_plain)
    return Snapshot(folded.fold.name, fingerprint(folded.fold), folded.position, state)


async def begun(store: Store, folds: Sequence[Fold[Any]]) -> list[Folded]:
    """The folds as their snapshots have them, or at their beginning."""
    starts = [Folded(fold, fold.initial, -1) for fold in folds]
    wanted = {fold.name: index for index, fold in enumerate(folds) if fold.snapshot is not None}
    if not wanted:
        return starts
    for saved in await store.snapshots(list(wanted)):
        fold = folds[wanted[saved.name]]
        if saved.fingerprint == fingerprint(fold):
            state = msgspec.json.decode(saved.state, type=fold.snapshot, dec_hook=_frozen)
            starts[wanted[saved.name]] = Folded(fold, state, saved.sequence)
    return starts


def fingerprint(fold: Fold[Any]) -> str:
    """What a snapshot of this fold depends on, as SHA-256: another makes old snapshots void."""
    alternatives = sorted(
        [sorted(alternative.types), sorted(alternative.tags)] for alternative in fold.alternatives
    )
    parts = [repr(fold.snapshot), alternatives, source(fold.evolve.__module__)]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


@cache
def source(module: str) -> str:
    """The source that an `evolve` of this module and its states are made of, as SHA-256: its
    service's domain, and what every domain leans on. What it calls in there cannot be told: all of
    it counts.
    """
    room = sys.modules.get(".".join(module.split(".")[:3]))
    room = room if room is not None and room.__file__ else sys.modules[module]
    digest = hashlib.sha256()
    for file in (file for package in (room, *LEANED_ON) for file in files(package)):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def files(package: ModuleType) -> Iterator[Path]:
    """Every source file of a package, or a module's own."""
    file = Path(package.__file__ or "")
    yield from sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else (file,)


def _plain(value: object) -> object:
    """A frozen map as an object of JSON; a state holds nothing else that has no form of its own."""
    if isinstance(value, FrozenMap):
        return dict(value.items())
    raise NotImplementedError(type(value).__name__)


def _frozen(wanted: Any, kept: Any) -> object:  # noqa: ANN401 - a type, and whatever JSON held
    """A frozen map from its object: the values are of the type that the state says."""
    (value,) = get_args(wanted)
    return FrozenMap.of(msgspec.convert(kept, dict[str, value]))  # type: ignore[valid-type]  # known at run time alone
