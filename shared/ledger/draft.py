"""One group commit being decided: waiting commands in order, each on top of what the others just
recorded.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from shared.kernel.event import tags_of
from shared.kernel.rejected import Rejected
from shared.ledger.entry import encode
from shared.ledger.errors import IdempotencyClash
from shared.ledger.ids import new_id
from shared.ledger.outcomes import outcome_of
from shared.ledger.recorded import Recorded
from shared.ledger.rows import RowBatch
from shared.ledger.store import Batch, Head, KeyUse, Stored
from shared.transparency.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from shared.kernel.decider import Fold
    from shared.kernel.event import Event
    from shared.ledger.provenance import Idempotency
    from shared.ledger.rows import RowChange
    from shared.ledger.window import Window
    from shared.ledger.work import Folded, Outcome, Prepared, Settled, Step, Work

    Project = Callable[[Recorded], Iterable[RowChange]]

TICK = timedelta(microseconds=1)


class Replay(msgspec.Struct, frozen=True, gc=False):
    """A step that was taken before: its answer is in the entries `first` up to `first + count`."""

    first: int
    count: int


class Draft:
    """Decides works one after another against the window, which it extends as it goes."""

    def __init__(
        self,
        head: Head,
        window: Window,
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
        self._keys: dict[tuple[str, bytes], KeyUse] = {}
        self.keys: list[KeyUse] = []
        """The idempotency keys that were used in it."""
        self.states: dict[str, Folded] = {}
        """The folds that were used, as of the last entry that they were used at."""
        self.stored: list[Stored] = []
        self.rows = RowBatch()

    def know(self, keys: Iterable[KeyUse]) -> None:
        """Take note of idempotency keys that were used before."""
        self._keys.update({use.name: use for use in keys})

    def take(self, work: Work) -> list[Replay | Settled]:
        """Decide every step of a work. Any other error than a refusal takes the whole work back and
        is raised.
        """
        mark = (self._window.next, len(self.stored), len(self.keys), self._last)
        changes: list[RowChange] = []
        try:
            results = [self._step(step, changes) for step in work.steps]
        except Exception:
            self._take_back(*mark)
            raise
        self.rows.add(changes)
        self.rows.add(work.rows)
        return results

    def batch(self) -> Batch:
        """What is to be written."""
        head = Head(self._origin, self.start + len(self.stored), self._last)
        return Batch(self.stored, self.keys, self.rows, self.start, head)

    def _take_back(self, next_index: int, stored: int, keys: int, last: datetime) -> None:
        self._window.truncate(next_index)
        del self.stored[stored:]
        for use in self.keys[keys:]:
            del self._keys[use.name]
        del self.keys[keys:]
        self._last = last
        self.states = {name: at for name, at in self.states.items() if at[1] < next_index}

    def _step(self, prepared: Prepared, changes: list[RowChange]) -> Replay | Settled:
        step = prepared.step
        if step.idempotency is not None:
            known = self._known(prepared.actor, step.idempotency)
            if known is not None:
                return known
        try:
            events = self._decide(prepared)
            refused = False
        except Rejected as rejected:
            if rejected.recorded is None:
                return rejected
            events = (rejected.recorded,)
            refused = True
        stored = self._encode(prepared, events)
        if step.idempotency is not None:
            self._use(prepared.actor, step.idempotency, len(stored))
        return self._accept(step, stored, changes, refused=refused)

    def _known(self, actor: str, idempotency: Idempotency) -> Replay | IdempotencyClash | None:
        use = self._keys.get((actor, idempotency.key_sha256))
        if use is None:
            return None
        if use.request_sha256 != idempotency.request_sha256:
            return IdempotencyClash(
                "this Idempotency-Key was used for another request; take a new one"
            )
        return Replay(use.first, use.entries)

    def _use(self, actor: str, idempotency: Idempotency, entries: int) -> None:
        """Note that a key was used for the entries that come next."""
        use = KeyUse(
            actor,
            idempotency.key_sha256,
            idempotency.request_sha256,
            self._window.next,
            entries,
        )
        self._keys[actor, idempotency.key_sha256] = use
        self.keys.append(use)

    def _decide(self, prepared: Prepared) -> tuple[Event, ...]:
        boundary, step = prepared.boundary, prepared.step
        state = boundary.combine(*[self._current(fold, prepared) for fold in boundary.folds])
        return step.decider.decide(step.command, state)

    def _current(self, fold: Fold[Any], prepared: Prepared) -> Any:  # noqa: ANN401 - a fold's own state type
        state, position = self.states.get(fold.name) or prepared.states[fold.name]
        for recorded in self._window.after(position, fold.alternatives):
            state = fold.evolve(state, recorded.event)
        self.states[fold.name] = (state, self._window.next - 1)
        return state

    def _encode(self, prepared: Prepared, events: Sequence[Event]) -> list[Stored]:
        stored: list[Stored] = []
        step, provenance = prepared.step, prepared.step.provenance
        moment = self._last
        for sequence, event in enumerate(events, self._window.next):
            moment = max(self._recorded_at, moment + TICK)
            recorded = Recorded(
                event,
                frozenset(tags_of(event)),
                sequence,
                self._origin,
                new_id(),
                provenance.time,
                moment,
                prepared.actor,
                provenance.correlation,
                provenance.traceparent,
            )
            entry = encode(recorded, provenance, step.idempotency)
            stored.append(Stored(recorded, entry, leaf_hash(entry)))
        return stored

    def _accept(
        self, step: Step, stored: list[Stored], changes: list[RowChange], *, refused: bool
    ) -> Outcome:
        for one in stored:
            changes.extend(self._project(one.recorded))
            self._window.append(one.recorded)
        self.stored.extend(stored)
        self._last = stored[-1].recorded.recorded_at
        if not refused:
            changes.extend(step.rows)
        return outcome_of(stored)
