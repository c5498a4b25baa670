"""The lifecycles, followed for every noun of every log: what may not come is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

import msgspec

from services.audit.domain.finding import Finding, about
from services.audit.domain.language import Key, families, key_of
from shared.contracts.lifecycle import NONE, Lifecycle, Step
from shared.contracts.lifecycles import LIFECYCLES

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.event import Event

States = dict[Key, str]


class Row(msgspec.Struct, frozen=True, gc=False):
    """All rows of one table that an event's type has: what follows from each state."""

    noun: str
    states: States
    """What everything of this noun is now."""
    key: Callable[[Any], Key] | None
    """Gives the one that an event is about; nothing where an event may be about many."""
    keys: Callable[[Any], Any]
    follows: dict[str, str]
    rule: str
    unknown: str


class Lifecycles:
    """What everything is now, by noun and key."""

    def __init__(self) -> None:
        """Begin with nothing there."""
        self._states: dict[str, States] = {table.noun: {} for table in LIFECYCLES}
        self._rows: dict[type[Event], tuple[Row, ...]] = {}
        self._moves: list[tuple[States, Key, str]] = []

    def state(self, noun: str, key: Key) -> str:
        """What it is; `none` if it is not there."""
        return self._states[noun].get(key, NONE)

    def all(self, noun: str) -> States:
        """What everything of this noun is."""
        return self._states[noun]

    def put(self, noun: str, key: Key, state: str) -> None:
        """Say what it is, where no table can tell."""
        _put(self._states[noun], key, state)

    def check(self, entry: Entry, event: Event) -> list[Finding]:
        """Whatever may not come now. What may will `move` once everybody has read it."""
        findings: list[Finding] = []
        moves = self._moves
        if moves:
            moves.clear()
        for row in self._rows.get(type(event)) or self._of(type(event)):
            states, follows = row.states, row.follows
            for key in (row.key(event),) if row.key is not None else row.keys(event):
                state = states.get(key, NONE)
                after = follows.get(state)
                if after is None:
                    if key is not None:
                        findings.append(_broken(entry, row, key, state))
                elif after != state:
                    moves.append((states, key, after))
        return findings

    def move(self) -> None:
        """Let follow what the entry that was checked leads to."""
        for states, key, state in self._moves:
            _put(states, key, state)

    def keys(self, noun: str, event: Event) -> tuple[Key, ...]:
        """Which ones of a noun an event is about."""
        return tuple(
            key
            for row in self._of(type(event))
            if row.noun == noun
            for key in row.keys(event)
            if key
        )

    def _of(self, event_type: type[Event]) -> tuple[Row, ...]:
        rows = self._rows.get(event_type)
        if rows is None:
            rows = self._rows[event_type] = tuple(self._ready(event_type))
        return rows

    def _ready(self, event_type: type[Event]) -> Iterator[Row]:
        for table in LIFECYCLES:
            steps = rows_of(table, event_type)
            if steps:
                by = steps[0].by or table.by
                yield Row(
                    noun=table.noun,
                    states=self._states[table.noun],
                    key=None if _is_list(event_type, by) else key_of(event_type, by),
                    keys=_keys(event_type, by),
                    follows=follows(steps),
                    rule=steps[0].rule or table.rule,
                    unknown=steps[0].unknown or table.rule,
                )


def is_followed(event_type: type[Event]) -> bool:
    """Whether any table has a row for this type."""
    return any(rows_of(table, event_type) for table in LIFECYCLES)


def rows_of(table: Lifecycle, event_type: type[Event]) -> tuple[Step, ...]:
    """A type's own rows in a table, or those of its nearest family that has any."""
    for name in families(event_type):
        steps = tuple(step for step in table.steps if step.event == name)
        if steps:
            return steps
    return ()


def follows(steps: tuple[Step, ...]) -> dict[str, str]:
    """The state after each state in which these rows let an event come."""
    return {state: step.next or state for step in steps for state in step.states.split(" | ")}


def _keys(event_type: type[Event], fields: str) -> Callable[[Any], Any]:
    """Gives the keys of an event: one, or one for each item of the list that its last field is."""
    *first, last = fields.split()
    key = key_of(event_type, fields)
    if not _is_list(event_type, fields):
        return lambda event: (key(event),)
    items = key_of(event_type, last)
    if not first:
        return items
    before = key_of(event_type, " ".join(first))
    return lambda event: [(before(event), item) for item in items(event)]


@cache
def _is_list(event_type: type[Event], fields: str) -> bool:
    """Whether an event is about every item of the last of these fields."""
    return get_origin(get_type_hints(event_type).get(fields.rsplit(maxsplit=1)[-1])) is tuple


def _put(states: States, key: Key, state: str) -> None:
    if state == NONE:
        states.pop(key, None)
    else:
        states[key] = state


def _broken(entry: Entry, row: Row, key: Key, state: str) -> Finding:
    name = " ".join(map(str, key)) if isinstance(key, tuple) else key
    if state == NONE:
        expected = f"{row.noun} {name} on record"
        return about(entry, "evidence-missing", row.unknown, expected, "none")
    expected = f"{row.noun} {name} {' or '.join(row.follows)}"
    return about(entry, "rule-broken", row.rule, expected, state)
