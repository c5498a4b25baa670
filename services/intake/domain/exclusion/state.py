"""An exclusion from its record to its withdrawal, and which of a person's are on record (G8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from shared.contracts.exclusion import ExclusionEvent, ExclusionMatched, ExclusionWithdrawn
from shared.kernel.actor import Actor
from shared.kernel.dates import utc_date
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import ExclusionId, PersonId
from shared.kernel.query import Alternative
from shared.kernel.rejected import NotAllowed, Unknown

ONE_OF_A_STATE = frozenset({"intake-agency", "central-authority"})
"""Offices of which a state has one: its subjects need no body to have a colleague."""


class ExclusionState(msgspec.Struct, frozen=True):
    """One exclusion; not matched means that there is none of this id."""

    matched: ExclusionMatched | None = None
    withdrawn: bool = False


def evolve(state: ExclusionState, event: Event) -> ExclusionState:
    """The exclusion after one more of its events."""
    if isinstance(event, ExclusionMatched):
        return ExclusionState(event)
    return ExclusionState(state.matched, withdrawn=True)


def fold(exclusion: ExclusionId) -> Fold[ExclusionState]:
    """Everything that was recorded about one exclusion."""
    return Fold(
        name=f"exclusion/{exclusion}",
        alternatives=(on(ExclusionMatched, ExclusionWithdrawn, exclusion=exclusion),),
        initial=ExclusionState(),
        evolve=evolve,
    )


class ExclusionIsUnknown(Unknown):
    """No exclusion has this id."""


class ExclusionIsForAnotherOffice(NotAllowed):
    """An exclusion is recorded by an office that may, and withdrawn by two subjects of it (G8)."""

    RULE = "G8"


def standing(
    exclusions: tuple[ExclusionMatched, ...], event: ExclusionEvent
) -> tuple[ExclusionMatched, ...]:
    """A person's exclusions after one more event about them, the oldest first: each stands until
    the office that found it withdraws it.
    """
    others = tuple(each for each in exclusions if each.exclusion != event.exclusion)
    return (*others, event) if isinstance(event, ExclusionMatched) else others


class Withdrawn(msgspec.Struct, frozen=True):
    """An exclusion that stands no longer, and until when it did."""

    exclusion: ExclusionMatched
    withdrawn_at: datetime

    def was_in_force(self, at: datetime) -> bool:
        """Whether it forbade a transfer at a moment (G8)."""
        stood = self.exclusion.matched_at <= at < self.withdrawn_at
        return stood and is_in_force(self.exclusion, utc_date(at))


def withdrawing(
    exclusions: tuple[ExclusionMatched, ...], event: ExclusionEvent
) -> Iterator[Withdrawn]:
    """Whichever of a person's exclusions this event withdraws."""
    if isinstance(event, ExclusionWithdrawn):
        ended = (each for each in exclusions if each.exclusion == event.exclusion)
        yield from (Withdrawn(each, event.withdrawn_at) for each in ended)


def is_in_force(exclusion: ExclusionMatched, on: date) -> bool:
    """Whether it forbids a transfer on a day: its last one is still of it (D4)."""
    return exclusion.valid_until is None or on <= exclusion.valid_until


def alternatives(*persons: PersonId) -> tuple[Alternative, ...]:
    """What says whether any of these pseudonyms' persons is excluded."""
    return tuple(on(ExclusionMatched, ExclusionWithdrawn, person=person) for person in persons)


def can_have_a_second(actor: Actor) -> bool:
    """Whether somebody else of the very office could withdraw what this subject records."""
    return actor.names_a_body or actor.office in ONE_OF_A_STATE


def same_office(recorded_by: Actor, actor: Actor) -> bool:
    """Whether both act for one office: its body, or that one of a state which names none."""
    if recorded_by.names_a_body or actor.names_a_body:
        return recorded_by.is_same_body(actor)
    return (recorded_by.party, recorded_by.office) == (actor.party, actor.office)
