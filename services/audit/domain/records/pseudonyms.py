"""Pseudonyms that are one person's, or may be (G9)."""

from __future__ import annotations

from itertools import product

import msgspec

from shared.kernel.ids import PersonId


class Likeness(msgspec.Struct, frozen=True):
    """Two pseudonyms that may be one person's, or are: `person` waits, or gave way."""

    person: PersonId
    other: PersonId
    said_by: str
    merged: bool = False
    set_aside: bool = False


class Pseudonyms:
    """Every two pseudonyms that are alike, undecided or merged."""

    def __init__(self) -> None:
        """Begin with none."""
        self._alike: dict[PersonId, dict[PersonId, Likeness]] = {}
        self.decided_at: dict[PersonId, int] = {}
        """The entry that last merged a pseudonym with another, or told apart two who were alike:
        clearances before it are void.
        """
        self._apart: set[frozenset[PersonId]] = set()
        self._parted_at: dict[frozenset[PersonId], int] = {}

    def between(self, person: PersonId, other: PersonId) -> Likeness | None:
        """What is known of these two."""
        return self._alike.get(person, {}).get(other)

    def say(self, said: Likeness) -> None:
        """The two are alike."""
        self._alike.setdefault(said.person, {})[said.other] = said
        self._alike.setdefault(said.other, {})[said.person] = said
        if said.merged:
            self._apart.discard(frozenset((said.person, said.other)))

    def tell_apart(self, person: PersonId, other: PersonId) -> None:
        """Somebody says that the two are two persons, whatever was said of them before."""
        self._apart.add(frozenset((person, other)))

    def are_told_apart(self, person: PersonId, other: PersonId) -> bool:
        """Whether that was said already, and they were not merged since."""
        return frozenset((person, other)) in self._apart

    def unsay(self, person: PersonId, other: PersonId, at: int = -1) -> None:
        """The two are not alike, by an entry; nor is whoever was one person by way of them."""
        before = self.everybody(person)
        del self._alike[person][other]
        del self._alike[other][person]
        left = self.everybody(person)
        for name, gone in product(left, before - left):
            self._parted_at[frozenset((name, gone))] = at

    def parted_since(self, person: PersonId, other: PersonId, entry: int) -> bool:
        """Whether two were no longer one person after an entry, be it that they are again."""
        return self._parted_at.get(frozenset((person, other)), -1) > entry

    def of(self, person: PersonId) -> list[Likeness]:
        """Those in which this person waits, or gave way, or was merged into another."""
        alike = self._alike.get(person)
        return (
            [likeness for likeness in alike.values() if likeness.person == person] if alike else []
        )

    def everybody(self, person: PersonId) -> set[PersonId]:
        """Every pseudonym that may be this person's, over however many steps."""
        return self._reached(person, is_merged=False)

    def merged_with(self, person: PersonId) -> set[PersonId]:
        """Every pseudonym that was said to be this person's, and their own."""
        return self._reached(person, is_merged=True)

    def _reached(self, person: PersonId, *, is_merged: bool) -> set[PersonId]:
        reached = {person}
        if person not in self._alike:
            return reached
        rest = [person]
        while rest:
            alike = self._alike.get(rest.pop(), {})
            near = {name for name, said in alike.items() if said.merged or not is_merged} - reached
            reached |= near
            rest += near
        return reached
