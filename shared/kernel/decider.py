"""The shape of every decision: read what its boundary names, fold it, decide purely.

A `Fold` is one noun's view: which events it depends on and how they become a state. A `Decider`
names the folds that one command needs and what follows from their states. One generic shell
(`shared.ledger`) runs all of them: the events appended hold only if nothing that matches any of
those folds was recorded in the meantime.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import cache
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, overload

import msgspec

from shared.kernel.event import Event, names_of
from shared.kernel.query import Alternative, Query

State = TypeVar("State")
Command = TypeVar("Command", contravariant=True)
_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")

MOST_STEPS = 16
"""How many steps a boundary may read in: more is a boundary that does not end."""


class BoundaryTooDeep(RuntimeError):
    """A boundary reads in more than `MOST_STEPS` steps."""


class Fold(msgspec.Struct, Generic[State], frozen=True, gc=False):
    """One noun's view of the log. `name` identifies the fold and its subject: `hold/person:…`.

    `evolve` is pure and returns a new state or the same one; it sees events in log order. A fold
    whose state is worth keeping (a facility, an agreement) names its `snapshot` type, a type that
    msgspec can encode. The name says everything that the alternatives depend on.
    """

    name: str
    alternatives: tuple[Alternative, ...]
    initial: State
    evolve: Callable[[State, Event], State]
    snapshot: type[State] | None = None

    def __iter__(self) -> Reading[State]:
        """Read the fold as a step of a boundary: `state = yield from fold`."""
        (state,) = yield (self,)
        read: State = state
        return read


Reading = Generator[tuple[Fold[Any], ...], Sequence[Any], State]
"""A boundary that reads in steps: what is read decides what is read next.

    def boundary(command: Board) -> Reading[AtGate]:
        journey = yield from manifests.fold(command.manifest)
        terms, case = yield from together(agreements.fold(journey.agreement), cases.fold(…))
        return AtGate(journey, terms, case)

It is pure: the shell runs it as often as it needs to, and always once more at the end of the log.
"""


class Boundary(msgspec.Struct, Generic[State], frozen=True, gc=False):
    """All that one decision depends on, and how the folds' states become the decision's own."""

    folds: tuple[Fold[Any], ...]
    combine: Callable[..., State]

    @property
    def query(self) -> Query:
        """The query that must stay unanswered between reading and appending."""
        return Query(tuple(alternative for fold in self.folds for alternative in fold.alternatives))


def only(fold: Fold[State]) -> Boundary[State]:
    """A boundary of one fold."""
    return Boundary((fold,), _same)


def _same(state: State) -> State:
    return state


@overload
def together(first: Fold[_A], second: Fold[_B], /) -> Reading[tuple[_A, _B]]: ...
@overload
def together(
    first: Fold[_A], second: Fold[_B], third: Fold[_C], /
) -> Reading[tuple[_A, _B, _C]]: ...
@overload
def together(*folds: Fold[State]) -> Reading[tuple[State, ...]]: ...
def together(*folds: Fold[Any]) -> Reading[tuple[Any, ...]]:
    """Folds of one step of a boundary, read at once; their states come in the same order."""
    states = yield folds
    return tuple(states)


def side_by_side(*readings: Reading[State]) -> Reading[tuple[State, ...]]:
    """Readings that need nothing of one another, read together: as many steps as the longest has.

    Their states come in the same order.
    """
    done: dict[int, State] = {}
    sent: dict[int, Sequence[Any] | None] = dict.fromkeys(range(len(readings)))
    while sent:
        wanted: dict[int, tuple[Fold[Any], ...]] = {}
        for index, states in sent.items():
            try:
                reading = readings[index]
                wanted[index] = next(reading) if states is None else reading.send(states)
            except StopIteration as stopped:
                done[index] = stopped.value
        sent = {}
        if wanted:
            every = iter((yield tuple(fold for folds in wanted.values() for fold in folds)))
            sent = {index: [next(every) for _ in folds] for index, folds in wanted.items()}
    return tuple(done[index] for index in range(len(readings)))


class Decider(msgspec.Struct, Generic[Command, State], frozen=True):
    """A command's boundary, at once or in steps, and its decision.

    `decide` returns at least one event, or raises `Rejected`. It may be called again with a later
    state.
    """

    boundary: Callable[[Command], Boundary[State] | Reading[State]]
    decide: Callable[[Command, State], tuple[Event, ...]]


def resolve(
    boundary: Boundary[State] | Reading[State],
    read: Callable[[tuple[Fold[Any], ...]], Sequence[Any]],
) -> State:
    """A decision's state, where `read` gives the states of folds that are wanted together.

    Raises `BoundaryTooDeep` for a boundary that reads in more than `MOST_STEPS` steps.
    """
    if isinstance(boundary, Boundary):
        return boundary.combine(*read(boundary.folds))
    try:
        folds = next(boundary)
        for _ in range(MOST_STEPS):
            folds = boundary.send(read(folds))
    except StopIteration as done:
        state: State = done.value
        return state
    message = (
        f"a boundary reads in at most {MOST_STEPS} steps, and this one goes on to "
        f"{', '.join(fold.name for fold in folds)}"
    )
    raise BoundaryTooDeep(message)


def on(*types: type[Event] | UnionType, **tags: object) -> Alternative:
    """The alternative "any of these types, with all of these tags": `on(HoldLifted, hold=hold)`.

    A family (`CustodyEnded`) means each of its members, a union each of its types; so a fold asks
    for what its `evolve` takes: `on(CustodyChange, custody=custody)`. Entries of earlier versions
    of a type are meant too: they are read as the newest one.
    Underscores in a tag's name stand for the hyphens of the tag: `hold_scope` is `hold-scope`.
    """
    return Alternative(
        _names(types),
        frozenset([f"{name.replace('_', '-')}:{value}" for name, value in tags.items()]),
    )


@cache
def _names(types: tuple[type[Event] | UnionType, ...]) -> frozenset[str]:
    """Asked for once a set of types: every contract is imported before anything is decided."""
    kinds = [kind for named in types for kind in (get_args(named) or (named,))]
    return frozenset(name for kind in kinds for name in names_of(kind))


def fold_all(fold: Fold[State], events: Iterable[Event], state: State | None = None) -> State:
    """Fold events, already chosen by the fold's query, from its initial state or from `state`."""
    folded = fold.initial if state is None else state
    for event in events:
        folded = fold.evolve(folded, event)
    return folded
