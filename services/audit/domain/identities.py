"""Who is who: pseudonyms that are one person's, or may be; an order about one binds all (G9)."""

from __future__ import annotations

import msgspec

from services.audit.domain.expectations import SIDES, Notes, same_subject
from services.audit.domain.persons import Persons
from shared.contracts.identity import (
    IdentityEvent,
    NearMatchFound,
    PersonsMerged,
    PersonsToldApart,
)
from shared.kernel.ids import PersonId


class Likeness(msgspec.Struct, frozen=True):
    """Two pseudonyms that may be one person's, or are: `person` waits, or gave way."""

    person: PersonId
    other: PersonId
    said_by: str
    merged: bool = False
    set_aside: bool = False


class Identities:
    """Every two pseudonyms that are alike, undecided or merged."""

    def __init__(self, notes: Notes, persons: Persons) -> None:
        """Begin with none."""
        self._notes = notes
        self._persons = persons
        self._alike: dict[PersonId, dict[PersonId, Likeness]] = {}

    def near_match(self, event: NearMatchFound) -> None:
        """A newcomer may be somebody who is registered: a person decides, and they wait."""
        self._notes.same("G9", "registered by", self._notes.fact.actor, event.registrar)
        self._between_two(event)
        self._say(Likeness(event.person, event.other, event.registrar))

    def merged(self, event: PersonsMerged) -> None:
        """Somebody else than the registrar says that the two are one; clearances end."""
        notes = self._notes
        known = self._decided(event, event.decided_by)
        if known is not None and known.merged:
            notes.broken("G9", "two persons who are not merged yet", "merged already")
        if any(one.set_aside for one in self.of(event.other)):
            notes.broken("G9", "a pseudonym that goes on", f"person/{event.other} gave way")
        one, other = self._persons.of(event.person), self._persons.of(event.other)
        gives_way = one.registered_by == other.registered_by
        notes.same("G9", "one pseudonym of a state gives way:", gives_way, event.set_aside)
        one.merged_at = other.merged_at = notes.fact.sequence
        said = Likeness(
            event.person, event.other, event.decided_by, merged=True, set_aside=event.set_aside
        )
        self._say(said)

    def told_apart(self, event: PersonsToldApart) -> None:
        """Somebody else than who said so says that the two are not one, while no order stands."""
        known = self._decided(event, event.decided_by)
        if known is None:
            self._notes.broken("G9", "two pseudonyms that were said to be alike", "not alike")
            return
        if not known.merged and known.person != event.person:
            self._notes.broken("G9", f"a decision about person/{known.person}, who waits", "not")
        del self._alike[event.person][event.other]
        del self._alike[event.other][event.person]

    def of(self, person: PersonId) -> list[Likeness]:
        """Those in which this person waits, or gave way, or was merged into another."""
        alike = self._alike.get(person)
        return [one for one in alike.values() if one.person == person] if alike else []

    def everybody(self, person: PersonId) -> set[PersonId]:
        """Every pseudonym that may be this person's, over however many steps."""
        reached, rest = {person}, [person]
        while rest:
            near = self._alike.get(rest.pop(), {}).keys() - reached
            reached |= near
            rest += near
        return reached

    def _say(self, said: Likeness) -> None:
        self._alike.setdefault(said.person, {})[said.other] = said
        self._alike.setdefault(said.other, {})[said.person] = said

    def _decided(self, event: PersonsMerged | PersonsToldApart, by: str) -> Likeness | None:
        """What is known of the two; who said it does not decide about it."""
        notes = self._notes
        notes.same("G9", "decided by", notes.fact.actor, by)
        self._between_two(event)
        known = self._alike.get(event.person, {}).get(event.other)
        if known is not None and same_subject(known.said_by, by):
            notes.broken("G9", "two subjects", by)
        return known

    def _between_two(self, event: IdentityEvent) -> None:
        """Of a person whom the actor's state registered, and somebody else."""
        registered_by = self._persons.of(event.person).registered_by
        self._notes.same(SIDES, "the party", registered_by, self._notes.actor.party)
        self._persons.of(event.other)
        if event.person == event.other:
            self._notes.broken("G9", "two pseudonyms", event.other)
