"""Judges a history entry by entry: who passed that should not have, who is on two manifests."""

from __future__ import annotations

from collections.abc import Iterator

from shared.contracts.manifest import (
    LegDeparted,
    LegDepartureAuthorised,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
)
from shared.kernel.event import Event
from shared.ledger.recorded import Recorded
from tests.simulation.plain_rules import Passage, of_the_departure
from tests.simulation.told import Told


class Violation(AssertionError):
    """An entry that no rule lets be there."""


class Judge:
    """Sees every entry of a log in its order. What was there at the beginning is not judged."""

    def __init__(self) -> None:
        self._given: tuple[Event, ...] = ()
        self.judged: list[Event] = []

    def begin_after(self, events: tuple[Event, ...]) -> None:
        """Take these as given."""
        self._given = events

    def see(self, recorded: Recorded) -> None:
        """Judge one more entry. Raises `Violation`."""
        wrongs = [*self._wrongs(recorded, Told((*self._given, *self.judged)))]
        self.judged.append(recorded.event)
        if wrongs:
            raise Violation(f"{recorded.event} follows\n" + "\n".join(wrongs))

    def _wrongs(self, recorded: Recorded, told: Told) -> Iterator[str]:
        match recorded.event:
            case PersonManifested() as listed:
                yield from _listed_twice(told, listed)
            case PersonBoarded() as boarded:
                yield from Passage(told, boarded.manifest, boarded.case, recorded.time).wrongs()
                yield from _boards(told, boarded)
            case LegDeparted() as departed:
                for case in departed.cases:
                    yield from Passage(told, departed.manifest, case, departed.departed_at).wrongs()
                yield from of_the_departure(told, departed)
                yield from _departs(told, departed)
            case _:
                pass


def _listed_twice(told: Told, listed: PersonManifested) -> Iterator[str]:
    names = told.names(listed.person)
    for other in told.listed():
        if other.person in names:
            yield f"G12: on {other.manifest} already, as {other.person}"


def _boards(told: Told, boarded: PersonBoarded) -> Iterator[str]:
    listed = {(event.manifest, event.case) for event in told.listed()}
    if (boarded.manifest, boarded.case) not in listed:
        yield "nobody boards who is not on the list"
    if not told.of(ManifestSealed, manifest=boarded.manifest):
        yield "nobody boards before the list is closed"
    if told.of(LegDeparted, manifest=boarded.manifest):
        yield "nobody boards what has departed"
    names = told.names(boarded.person, decided=True)
    for other in told.of(PersonBoarded):
        is_on_it = (other.manifest, other.case) in listed
        if is_on_it and other.person in names:
            yield f"G12: on board of {other.manifest} already"


def _departs(told: Told, departed: LegDeparted) -> Iterator[str]:
    doors = told.of(LegDepartureAuthorised, manifest=departed.manifest, leg=departed.leg)
    if not doors or doors[-1].cases != departed.cases:
        yield "G4: the doors were closed for others"
    boarded = {event.case for event in told.of(PersonBoarded, manifest=departed.manifest)}
    on_it = {event.case for event in told.listed() if event.manifest == departed.manifest}
    if set(departed.cases) != boarded & on_it:
        yield "G12: others are on board"
    if told.of(LegDeparted, manifest=departed.manifest, leg=departed.leg):
        yield "it has departed already"
