"""Who is who: which pseudonyms are one person's, and which may be (G9)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import assert_never

import msgspec

from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.kernel.decider import Fold, Reading, on, together
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.query import Alternative
from shared.kernel.rejected import Conflict

STEPS = 10
"""Over how many matches a person is followed, from one pseudonym to the next."""


class Likeness(msgspec.Struct, frozen=True):
    """Two pseudonyms that may be one person's, or are: `person` came later, or gave way."""

    person: PersonId
    other: PersonId
    said_by: str
    merged: bool = False
    set_aside: bool = False

    @property
    def both(self) -> tuple[PersonId, PersonId]:
        """The two."""
        return self.person, self.other

    def between(self, person: PersonId, another: PersonId) -> bool:
        """Whether it is about these two."""
        return {self.person, self.other} == {person, another}


class Likenesses(msgspec.Struct, frozen=True):
    """Every likeness that touches the pseudonyms that were asked for."""

    known: tuple[Likeness, ...] = ()
    apart: tuple[tuple[PersonId, PersonId], ...] = ()
    """Those who were told apart, and not merged since: each pair in order."""

    def told_apart(self, person: PersonId, another: PersonId) -> bool:
        """Whether somebody has said already that these are two persons."""
        return _pair(person, another) in self.apart

    def between(self, person: PersonId, another: PersonId) -> Likeness | None:
        """What is known of two pseudonyms, if they are alike."""
        return next((alike for alike in self.known if alike.between(person, another)), None)

    def of(self, person: PersonId) -> tuple[Likeness, ...]:
        """Those in which this person waits or gave way."""
        return tuple(alike for alike in self.known if alike.person == person)

    def aliases(self, person: PersonId) -> tuple[PersonId, ...]:
        """Every other pseudonym that may be this person's, over however many steps: undecided
        counts as the same, because an order that may be about somebody binds them (G1).
        """
        return _reached(person, self.known)

    def merged_with(self, person: PersonId) -> tuple[PersonId, ...]:
        """Every other pseudonym that was said to be this person's, over however many steps."""
        return _reached(person, tuple(alike for alike in self.known if alike.merged))


def _pair(person: PersonId, another: PersonId) -> tuple[PersonId, PersonId]:
    first, second = sorted((person, another))
    return first, second


def _reached(person: PersonId, among: tuple[Likeness, ...]) -> tuple[PersonId, ...]:
    reached, rest = {person}, [person]
    while rest:
        alias = rest.pop()
        near = {alike.person for alike in among if alike.other == alias}
        near |= {alike.other for alike in among if alike.person == alias}
        rest += near - reached
        reached |= near
    return tuple(sorted(reached - {person}))


LikenessChange = NearMatchFound | PersonsMerged | PersonsToldApart


def evolve(state: Likenesses, event: Event) -> Likenesses:
    """What is known after one more event about any of the pseudonyms."""
    if not isinstance(event, LikenessChange):
        return state
    others = tuple(
        likeness for likeness in state.known if not likeness.between(event.person, event.other)
    )
    pair = _pair(event.person, event.other)
    apart = tuple(told for told in state.apart if told != pair)
    match event:
        case NearMatchFound():
            likeness = Likeness(event.person, event.other, event.registrar)
            return Likenesses((*others, likeness), state.apart)
        case PersonsMerged():
            merged = Likeness(
                event.person, event.other, event.decided_by, merged=True, set_aside=event.set_aside
            )
            return Likenesses((*others, merged), apart)
        case PersonsToldApart():
            return Likenesses(others, (*apart, pair))
        case _:
            assert_never(event)


def changes_who_is_who(state: Likenesses, event: LikenessChange) -> bool:
    """Whether whom the person may be is decided by it: a clearance from before is void (G3, G9).

    Two of whom nobody had said that they are alike are told apart without a change.
    """
    if isinstance(event, PersonsToldApart):
        return state.between(event.person, event.other) is not None
    return isinstance(event, PersonsMerged)


def alternatives(*persons: PersonId) -> tuple[Alternative, ...]:
    """What says whether these pseudonyms are anybody else's too."""
    return tuple(
        on(NearMatchFound, PersonsMerged, PersonsToldApart, person=person) for person in persons
    )


def fold(*persons: PersonId) -> Fold[Likenesses]:
    """Everything that was said about these pseudonyms and any other."""
    return Fold(
        name=f"likeness/{'/'.join(persons)}",
        alternatives=alternatives(*persons),
        initial=Likenesses(),
        evolve=evolve,
    )


class TooManyPseudonyms(Conflict):
    """More pseudonyms may be one person's than one decision follows from match to match."""


def alike(
    *persons: PersonId, known: Mapping[PersonId, Likenesses] | None = None
) -> Reading[Likenesses]:
    """Everything that was said about these persons and about everybody whom they may be.

    Whom they may be is in the log alone, and one match leads to another: each step reads those
    whom the one before named. `known` is what was read of some of them already (G1, G9).
    """
    read = dict(known or {})
    for _ in range(STEPS):
        named = {person for each in read.values() for match in each.known for person in match.both}
        wanted = tuple(sorted({*persons, *named} - read.keys()))
        if not wanted:
            every = tuple(read.values())
            return Likenesses(
                tuple(dict.fromkeys(chain(*(each.known for each in every)))),
                tuple(dict.fromkeys(chain(*(each.apart for each in every)))),
            )
        read.update(zip(wanted, (yield from together(*map(fold, wanted))), strict=True))
    raise TooManyPseudonyms(
        f"more than {STEPS} matches lead on from {persons[0]}: decide the near matches first"
    )
