"""Who is who: which pseudonyms are one person's, and which may be (G9)."""

from __future__ import annotations

from typing import assert_never

import msgspec

from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import PersonId
from shared.kernel.query import Alternative
from shared.kernel.rejected import Conflict

Aliases = FrozenMap[tuple[PersonId, ...]]
"""The other pseudonyms that may be a person's, by the pseudonym that a command names."""


class Likeness(msgspec.Struct, frozen=True):
    """Two pseudonyms that may be one person's, or are: `person` came later, or gave way."""

    person: PersonId
    other: PersonId
    said_by: str
    merged: bool = False
    set_aside: bool = False

    def between(self, one: PersonId, another: PersonId) -> bool:
        """Whether it is about these two."""
        return {self.person, self.other} == {one, another}


class Likenesses(msgspec.Struct, frozen=True):
    """Every likeness that touches the pseudonyms that were asked for."""

    known: tuple[Likeness, ...] = ()

    def between(self, one: PersonId, another: PersonId) -> Likeness | None:
        """What is known of two pseudonyms, if they are alike."""
        return next((alike for alike in self.known if alike.between(one, another)), None)

    def of(self, person: PersonId) -> tuple[Likeness, ...]:
        """Those in which this person waits or gave way."""
        return tuple(alike for alike in self.known if alike.person == person)

    def aliases(self, person: PersonId) -> tuple[PersonId, ...]:
        """Every other pseudonym that may be this person's, over however many steps: undecided
        counts as the same, because an order that may be about somebody binds them (G1).
        """
        reached, rest = {person}, [person]
        while rest:
            one = rest.pop()
            near = {alike.person for alike in self.known if alike.other == one}
            near |= {alike.other for alike in self.known if alike.person == one}
            rest += near - reached
            reached |= near
        return tuple(sorted(reached - {person}))


LikenessChange = NearMatchFound | PersonsMerged | PersonsToldApart


def evolve(state: Likenesses, event: Event) -> Likenesses:
    """What is known after one more event about any of the pseudonyms."""
    if not isinstance(event, LikenessChange):
        return state
    others = tuple(one for one in state.known if not one.between(event.person, event.other))
    match event:
        case NearMatchFound():
            found = Likeness(event.person, event.other, event.registrar)
            return Likenesses((*others, found))
        case PersonsMerged():
            merged = Likeness(
                event.person, event.other, event.decided_by, merged=True, set_aside=event.set_aside
            )
            return Likenesses((*others, merged))
        case PersonsToldApart():
            return Likenesses(others)
        case _:
            assert_never(event)


def alternatives(*persons: PersonId) -> tuple[Alternative, ...]:
    """What says whether these pseudonyms are anybody else's too."""
    return tuple(on(NearMatchFound, PersonsMerged, PersonsToldApart, person=one) for one in persons)


def fold(*persons: PersonId) -> Fold[Likenesses]:
    """Everything that was said about these pseudonyms and any other."""
    return Fold(
        name=f"likeness/{'/'.join(persons)}",
        alternatives=alternatives(*persons),
        initial=Likenesses(),
        evolve=evolve,
    )


class NotReadTogether(Conflict):
    """All pseudonyms that may be one person's are read in one decision, and these were not (G1).

    Whoever asked reads again with `aliases`.
    """

    def __init__(self, aliases: Aliases) -> None:
        """Say which pseudonyms belong together."""
        super().__init__("who is who has changed meanwhile: ask again")
        self.aliases = aliases


def read_together(aliases: Aliases, *persons: tuple[PersonId, Likenesses]) -> None:
    """Raise unless of each person exactly the pseudonyms were read that may be theirs."""
    changed = aliases
    for person, known in persons:
        theirs = known.aliases(person)
        if theirs != (aliases.get(person) or ()):
            changed = changed.put(person, theirs)
    if changed is not aliases:
        raise NotReadTogether(changed)
