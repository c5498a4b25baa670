"""An assurance until its instant or its end, and which of a person's stand (D5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.contracts.assurance import (
    AssuranceEndAsked,
    AssuranceEnded,
    AssuranceEvent,
    AssuranceExpired,
    AssuranceGiven,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AssuranceId, PersonId
from shared.kernel.query import Alternative
from shared.kernel.rejected import Conflict, Unknown

OVER = (AssuranceEnded, AssuranceExpired)


class AssuranceState(msgspec.Struct, frozen=True):
    """One assurance; not given means that there is none of this id."""

    given: AssuranceGiven | None = None
    asked: AssuranceEndAsked | None = None
    over: bool = False


def evolve(state: AssuranceState, event: Event) -> AssuranceState:
    """The assurance after one more of its events."""
    if isinstance(event, AssuranceGiven):
        return AssuranceState(event)
    if isinstance(event, AssuranceEndAsked):
        return msgspec.structs.replace(state, asked=event)
    return msgspec.structs.replace(state, over=True)


def fold(assurance: AssuranceId) -> Fold[AssuranceState]:
    """Everything that was recorded about one assurance."""
    return Fold(
        name=f"assurance/{assurance}",
        alternatives=(on(AssuranceGiven, AssuranceEndAsked, *OVER, assurance=assurance),),
        initial=AssuranceState(),
        evolve=evolve,
    )


class AssuranceIsUnknown(Unknown):
    """No assurance has this id."""


class AssuranceIsOver(Conflict):
    """The assurance has ended, or its instant has come."""


def in_force(state: AssuranceState, assurance: AssuranceId) -> AssuranceGiven:
    """An assurance that stands; raises `AssuranceIsUnknown` or `AssuranceIsOver`."""
    if state.given is None:
        raise AssuranceIsUnknown(f"there is no assurance {assurance}: check the id")
    if state.over:
        raise AssuranceIsOver(f"assurance {assurance} is over: it blocks nobody any more")
    return state.given


def standing(
    assurances: tuple[AssuranceGiven, ...], event: AssuranceEvent
) -> tuple[AssuranceGiven, ...]:
    """A person's assurances after one more event about them, the oldest first."""
    if isinstance(event, AssuranceGiven):
        return (*assurances, event)
    return tuple(each for each in assurances if each.assurance != event.assurance)


class Over(msgspec.Struct, frozen=True):
    """An assurance that stands no longer, and until when it did."""

    given: AssuranceGiven
    over_at: datetime

    def was_in_force(self, at: datetime) -> bool:
        """Whether it bound at a moment: from when it was given until its end (D5)."""
        return self.given.given_at <= at < self.over_at


def ending(assurances: tuple[AssuranceGiven, ...], event: AssuranceEvent) -> Iterator[Over]:
    """Whichever of a person's assurances this event ends: at its instant, or by both."""
    if isinstance(event, AssuranceEnded | AssuranceExpired):
        over_at = event.ended_at if isinstance(event, AssuranceEnded) else event.expired_at
        ended = (each for each in assurances if each.assurance == event.assurance)
        yield from (Over(each, over_at) for each in ended)


def alternatives(*persons: PersonId) -> tuple[Alternative, ...]:
    """What says whether an assurance stands about any of these pseudonyms."""
    return tuple(on(AssuranceGiven, *OVER, person=person) for person in persons)
