"""Given these events, when this command, then these: the one way in which tests run a decider.

A decision reads what it names in its own boundary, from a log in memory, as the shell reads it from
the ledger. `given(…).when(…)` tries one command; a `DecisionLog` is a story of many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from shared.kernel.decider import resolve
from shared.kernel.event import tags_of
from shared.kernel.rejected import Rejected
from tests.support.folding import Folding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.kernel.decider import Decider, Fold
    from shared.kernel.event import Event

Command = TypeVar("Command")
State = TypeVar("State")
EventType = TypeVar("EventType", bound="Event")
Refused = TypeVar("Refused", bound=Rejected)


class DecisionLog:
    """What was recorded so far, and the decisions that are taken against it."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        """Begin with these events."""
        self.events = [*events]
        self.read: dict[str, Fold[Any]] = {}
        """Every fold that a decision has named, by its name."""
        self._folds = Folding(self.events)

    def fold(self, fold: Fold[State]) -> State:
        """A fold of the events that its own alternatives name, in log order."""
        return self._folds.of(fold)

    def chosen(self, fold: Fold[Any]) -> list[Event]:
        """The events that a fold reads, in log order."""
        return self._folds.chosen(fold)

    def decide(self, decider: Decider[Command, Any], command: Command) -> tuple[Event, ...]:
        """Take a decision and record what follows; of a refusal, the event that it wants recorded.

        Raises what the decision raises.
        """
        try:
            state = resolve(decider.boundary(command), self._states)
            events = decider.decide(command, state)
        except Rejected as rejected:
            if rejected.recorded is not None:
                self.record(rejected.recorded)
            raise
        for event in events:
            self.record(event)
        return events

    def record(self, event: Event) -> None:
        """Append an event."""
        self.events.append(event)

    def exchange(self, event: Event, other: Event) -> None:
        """Have another event in the place of one that was recorded."""
        self.events[self.events.index(event)] = other
        self._folds = Folding(self.events)

    def last(self, event_type: type[EventType]) -> EventType:
        """The latest event of a type."""
        return next(event for event in reversed(self.events) if isinstance(event, event_type))

    def _states(self, folds: tuple[Fold[Any], ...]) -> list[Any]:
        self.read |= {fold.name: fold for fold in folds}
        return [self.fold(fold) for fold in folds]


class Outcome:
    """What came of a command: its events, or a refusal."""

    def __init__(self, events: tuple[Event, ...], rejected: Rejected | None) -> None:
        self._events = events
        self._rejected = rejected

    @property
    def events(self) -> tuple[Event, ...]:
        """What was recorded; raises the refusal if it was refused."""
        if self._rejected is not None:
            raise self._rejected
        return self._events

    def then(self, *events: Event) -> None:
        """Exactly these were recorded, in this order: none means that nothing was left to do."""
        assert self.events == events

    def refused(
        self,
        kind: type[Refused],
        says: str = "",
        *,
        rule: str | None = None,
        recording: type[Event] | None = None,
    ) -> Refused:
        """It was refused as `kind`, with `says` in its words; gives the refusal to look at.

        What it leaves on the ledger is exactly an event of the type `recording`, or nothing.
        """
        rejected = self._rejected
        assert rejected is not None, f"it was not refused, and recorded {self._events}"
        assert isinstance(rejected, kind), f"it was refused as {rejected!r}"
        assert says in rejected.detail, rejected.detail
        assert rule is None or rejected.rule == rule, rejected.rule
        left = rejected.recorded
        assert (None if left is None else type(left)) is recording, f"it leaves {left}"
        return rejected


class Given:
    """A log before a command."""

    def __init__(self, events: tuple[Event, ...], others: tuple[Event, ...] = ()) -> None:
        self._events = events
        self._others = others

    def beside(self, *others: Event) -> Given:
        """The same log, with events that must make no difference to the decision after it."""
        return Given(self._events, others)

    def when(self, decider: Decider[Command, Any], command: Command) -> Outcome:
        """Take the decision. The last event is what the test is about: one that no fold of the
        decision reads is a mistake in the test, and so is one `beside` it that is read.
        """
        log = DecisionLog((*self._events, *self._others))
        try:
            outcome = Outcome(log.decide(decider, command), None)
        except Rejected as rejected:
            outcome = Outcome((), rejected)
        for event in self._events[-1:]:
            assert _is_read(event, log.read.values()), f"this decision reads no {event}"
        for event in self._others:
            assert not _is_read(event, log.read.values()), f"this decision reads {event}"
        return outcome


def folded(fold: Fold[State], events: Iterable[Event]) -> State:
    """A fold's state after a log of these events."""
    return DecisionLog(events).fold(fold)


def given(*events: Event) -> Given:
    """A log of these events."""
    return Given(events)


def _is_read(event: Event, folds: Iterable[Fold[Any]]) -> bool:
    tags = tags_of(event)
    alternatives = (alternative for fold in folds for alternative in fold.alternatives)
    return any(alternative.matches(event.TYPE, tags) for alternative in alternatives)
