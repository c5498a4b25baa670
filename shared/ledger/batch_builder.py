"""One group commit being decided: waiting commands in order, each on top of what the others just
recorded.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from shared.contracts.past import refuse_future
from shared.database.row_changes import RowBatch
from shared.kernel.decider import resolve
from shared.kernel.event import tags_of
from shared.kernel.rejected import Rejected
from shared.ledger.entry import encode
from shared.ledger.errors import IdempotencyClash
from shared.ledger.machine import new_id
from shared.ledger.recorded import Recorded
from shared.ledger.store import Batch, Head, KeyUse, Stored
from shared.ledger.work import NotRead, Outcome
from shared.transparency.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from shared.database.row_changes import RowChange
    from shared.kernel.decider import Fold
    from shared.kernel.event import Event
    from shared.ledger.recent_entries import RecentEntries
    from shared.ledger.recorded import Receipt
    from shared.ledger.work import Folded, Prepared, Settled, Work

    Project = Callable[[Recorded], Iterable[RowChange]]

TICK = timedelta(microseconds=1)


class Repeated(msgspec.Struct, frozen=True, gc=False):
    """A step that was taken before: its answer is in the entries `first` up to `first + count`."""

    first: int
    count: int


class BatchBuilder:
    """Decides works one after another against the window, which it extends as it goes."""

    def __init__(
        self,
        head: Head,
        window: RecentEntries,
        now: datetime,
        project: Project,
    ) -> None:
        """Start at `head`, whose entries up to there the window knows."""
        self._origin = head.origin
        self._window = window
        self._recorded_at = max(now, head.recorded_at + TICK)
        self._last = head.recorded_at
        self.start = head.next_index
        """The index that its first entry gets."""
        self._project = project
        self._known: Mapping[tuple[str, bytes], KeyUse] = {}
        self.keys: dict[tuple[str, bytes], KeyUse] = {}
        """The idempotency keys that were used in it, in order."""
        self._key_names: list[tuple[str, bytes]] = []
        self.states: dict[str, Folded] = {}
        """The folds that were used, as of the last entry that they were used at."""
        self.stored: list[Stored] = []
        self.rows = RowBatch()

    def know(self, keys: Mapping[tuple[str, bytes], KeyUse]) -> None:
        """Take note of the idempotency keys that were used before."""
        self._known = keys

    def take(self, work: Work) -> list[Repeated | Settled]:
        """Decide every step of a work. Any other error than a refusal takes the whole work back and
        is raised: `NotRead` where a boundary now names folds that were not read.
        """
        mark = self._mark()
        changes: list[RowChange] = []
        try:
            results = [self._step(step, changes) for step in work.steps]
        except NotRead:
            self._take_back(*mark)
            raise
        except Exception:
            self._take_back(*mark)
            self._key_names += work.key_names()
            raise
        self.rows.add(changes)
        if work.rows:
            self.rows.add(work.rows)
        return results

    def batch(self) -> Batch:
        """What is to be written."""
        head = Head(self._origin, self.start + len(self.stored), self._last)
        return Batch(
            self.stored, [*self.keys.values()], self._key_names, self.rows, self.start, head
        )

    def _take_back(self, next_index: int, stored: int, keys: int, last: datetime) -> None:
        self._window.truncate(next_index)
        del self.stored[stored:]
        while len(self.keys) > keys:
            self.keys.popitem()
        self._last = last
        self.states = {name: at for name, at in self.states.items() if at.position < next_index}

    def _step(self, prepared: Prepared, changes: list[RowChange]) -> Repeated | Settled:
        name = prepared.key_name
        if name is not None and (use := self.keys.get(name) or self._known.get(name)):
            return _again(use, prepared)
        happened_at = prepared.step.provenance.time
        try:
            events = self._decide(prepared)
            rows = prepared.step.rows
        except Rejected as rejected:
            if rejected.recorded is None or prepared.is_on_trial:
                self._ask(name)
                return rejected
            events = (rejected.recorded,)
            rows = ()
            happened_at = min(happened_at, self._recorded_at)  # no fact of the future but a no
        if prepared.is_on_trial:
            return self._try(prepared, events, happened_at)
        if name is not None and prepared.step.idempotency is not None:
            self._use(name, prepared.step.idempotency.request_sha256, len(events))
        receipts = [self._record(prepared, event, happened_at, changes) for event in events]
        changes.extend(rows)
        return Outcome(events, tuple(receipts))

    def _try(self, prepared: Prepared, events: tuple[Event, ...], happened_at: datetime) -> Outcome:
        """What would be recorded: it is made like any other, and taken back."""
        mark = self._mark()
        for event in events:
            self._record(prepared, event, happened_at, [])
        self._take_back(*mark)
        self._ask(prepared.key_name)
        return Outcome(events, ())

    def _ask(self, name: tuple[str, bytes] | None) -> None:
        """Note that it was decided as though this key had not been used before."""
        if name is not None:
            self._key_names.append(name)

    def _mark(self) -> tuple[int, int, int, datetime]:
        return self._window.next, len(self.stored), len(self.keys), self._last

    def _use(self, name: tuple[str, bytes], request_sha256: bytes, entries: int) -> None:
        """Note that a key is used for the entries that come next."""
        self.keys[name] = KeyUse(*name, request_sha256, self._window.next, entries)

    def _decide(self, prepared: Prepared) -> tuple[Event, ...]:
        boundary, step = prepared.boundary, prepared.step
        if boundary is None:
            state = resolve(step.decider.boundary(step.command), partial(self._read, prepared))
        else:
            state = boundary.combine(*[self._current(fold, prepared) for fold in boundary.folds])
        events = step.decider.decide(step.command, state)
        if not events:
            raise ValueError("a decision gives at least one event, or is rejected")
        if step.provenance.causation is None:
            refuse_future(step.provenance.time, events, self._recorded_at)
        return events

    def _read(self, prepared: Prepared, folds: tuple[Fold[Any], ...]) -> list[Any]:
        """One step of a boundary, as of the end of the log."""
        missing = [
            (prepared, fold)
            for fold in folds
            if fold.name not in self.states and fold.name not in prepared.states
        ]
        if missing:
            raise NotRead(missing)
        return [self._current(fold, prepared) for fold in folds]

    def _current(self, fold: Fold[Any], prepared: Prepared) -> Any:  # noqa: ANN401 - a fold's own state type
        known = self.states.get(fold.name) or prepared.states[fold.name]
        if known.fold.alternatives != fold.alternatives:
            message = (
                f"{fold.name} names two folds: a name says all that the alternatives depend on"
            )
            raise ValueError(message)
        news = self._window.after(known.position, fold.alternatives)
        self.states[fold.name] = now = known.after(news, self._window.next - 1)
        return now.state

    def _record(
        self, prepared: Prepared, event: Event, happened_at: datetime, changes: list[RowChange]
    ) -> Receipt:
        """Make the entry of an event, and take note of it."""
        provenance, window = prepared.step.provenance, self._window
        self._last = max(self._recorded_at, self._last + TICK)
        recorded = Recorded(
            event,
            tags_of(event),
            window.next,
            self._origin,
            new_id(),
            happened_at,
            self._last,
            prepared.actor,
            provenance.correlation,
            provenance.traceparent,
        )
        entry = encode(recorded, provenance, prepared.step.idempotency)
        stored = Stored(recorded, entry, leaf_hash(entry))
        window.append(recorded)
        self.stored.append(stored)
        changes.extend(self._project(recorded))
        return stored.receipt


def _again(use: KeyUse, prepared: Prepared) -> Repeated | IdempotencyClash:
    """What a step is told whose key was used before."""
    idempotency = prepared.step.idempotency
    if idempotency is None or idempotency.request_sha256 != use.request_sha256:
        return IdempotencyClash("this Idempotency-Key was used for another request; take a new one")
    return Repeated(use.first, use.entries)
