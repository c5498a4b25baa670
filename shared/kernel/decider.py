"""The shape of every decision: read what its boundary names, fold it, decide purely.

A `Fold` is one noun's view: which events it depends on and how they become a state. A `Decider`
names the folds that one command needs and what follows from their states. One generic shell
(`shared.ledger`) runs all of them: the events appended hold only if nothing that matches any of
those folds was recorded in the meantime.
"""

from collections.abc import Callable, Iterable
from functools import cache
from types import UnionType
from typing import Any, Generic, TypeVar, get_args

import msgspec

from shared.kernel.event import Event, names_of
from shared.kernel.query import Alternative, Query

State = TypeVar("State")
Command = TypeVar("Command", contravariant=True)


class Fold(msgspec.Struct, Generic[State], frozen=True, gc=False):
    """One noun's view of the log. `name` identifies the fold and its subject: `hold/person:…`.

    `evolve` is pure and returns a new state or the same one; it sees events in log order. A fold
    whose state is worth keeping (a facility, an agreement) names its `snapshot` type, a type that
    msgspec can encode.
    """

    name: str
    alternatives: tuple[Alternative, ...]
    initial: State
    evolve: Callable[[State, Event], State]
    snapshot: type[State] | None = None


class Boundary(msgspec.Struct, Generic[State], frozen=True, gc=False):
    """All that one decision depends on, and how the folds' states become the decision's own."""

    folds: tuple[Fold[Any], ...]
    combine: Callable[..., State]

    @property
    def query(self) -> Query:
        """The query that must stay unanswered between reading and appending."""
        return Query(tuple(one for fold in self.folds for one in fold.alternatives))


def only(fold: Fold[State]) -> Boundary[State]:
    """A boundary of one fold."""
    return Boundary((fold,), _same)


def _same(state: State) -> State:
    return state


class Decider(msgspec.Struct, Generic[Command, State], frozen=True):
    """A command's boundary and its decision.

    `decide` returns at least one event, or raises `Rejected`. It may be called again with a later
    state.
    """

    boundary: Callable[[Command], Boundary[State]]
    decide: Callable[[Command, State], tuple[Event, ...]]


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
