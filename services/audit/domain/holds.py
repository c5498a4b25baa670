"""Holds: legal orders that forbid a departure, from the minute they were received (G2, G3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

import msgspec

from services.audit.domain.expectations import Mark, Notes, actor_of, same_subject
from services.audit.domain.identities import Identities
from services.audit.domain.persons import Person, Persons
from shared.contracts.codes import Code, Country
from shared.contracts.hold import (
    CountryScope,
    HoldAsserted,
    HoldEvent,
    HoldLifted,
    HoldLiftRequested,
    HoldScope,
    HoldVerified,
    PersonScope,
)
from shared.contracts.identity import PersonsToldApart
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.ids import HoldId, PersonId

ISSUERS = frozenset({"court", "counsel", "central-authority", "consulate"})


class Request(msgspec.Struct, frozen=True):
    """The first of two subjects who lift a hold."""

    instrument: Code
    by: str


class Hold(msgspec.Struct):
    """One order that stands. One that was lifted is not kept."""

    entry: Mark
    scope: HoldScope
    asserted_by: str
    verified: bool = False
    lift: Request | None = None


class Holds:
    """Every order that stands, by whom and what it protects."""

    def __init__(self, notes: Notes, persons: Persons, identities: Identities) -> None:
        """Begin with none."""
        self._notes = notes
        self.identities = identities
        self._persons = persons
        self.open: dict[HoldId, Hold] = {}
        self._by_person: dict[PersonId, dict[HoldId, Hold]] = {}
        self._by_country: dict[Country, dict[HoldId, Hold]] = {}
        self._ordered_at: dict[Country, int] = {}

    def asserted(self, event: HoldAsserted) -> None:
        """It blocks at once, undoes clearances, and binds from its receipt (G2, G3)."""
        notes, actor = self._notes, self._notes.actor
        notes.same("G2", "asserted by", notes.fact.actor, event.asserted_by)
        notes.same("G2", "issued by", actor.party, event.issued_by)
        notes.same("G2", "the office", actor.office, event.office)
        if event.office not in ISSUERS:
            notes.broken("G2", "an office that can assert a hold", event.office)
        if event.received_at > notes.fact.recorded_at + MAX_CLOCK_SKEW:
            notes.broken("G3", "an order that was received", f"one of {event.received_at}")
        if event.hold in self.open:
            notes.broken("G2", "a hold that does not stand already", event.hold)
        hold = Hold(notes.mark, event.scope, event.asserted_by)
        self.open[event.hold] = hold
        self._index(event.scope)[event.hold] = hold
        self._undoes_clearances(event.scope)
        for person in self._meant(event.scope):
            self._bound(person, event.scope, event.received_at)

    def verified(self, event: HoldVerified) -> None:
        """Somebody else than its asserter confirms it, once."""
        hold = self._named(event)
        if hold is None:
            return
        self._notes.same("G2", "verified by", self._notes.fact.actor, event.verified_by)
        if same_subject(hold.asserted_by, event.verified_by):
            self._notes.broken("G2", "two subjects", event.verified_by, hold.entry.ref)
        if hold.verified:
            self._notes.broken("G2", "one verification", "a second one")
        hold.verified = True

    def lift_requested(self, event: HoldLiftRequested) -> None:
        """The issuing office's first subject asks; the hold stands."""
        hold = self._named(event)
        if hold is None:
            return
        self._notes.same("G2", "requested by", self._notes.fact.actor, event.requested_by)
        self._by_its_issuer(hold, event.requested_by)
        hold.lift = Request(event.instrument, event.requested_by)

    def lifted(self, event: HoldLifted) -> None:
        """The issuing office's second subject lifts it, by the instrument that the first named."""
        notes, hold = self._notes, self._named(event)
        if hold is None:
            return
        notes.same("G2", "lifted by", notes.fact.actor, event.lifted_by)
        self._by_its_issuer(hold, event.lifted_by)
        asked = hold.lift
        if asked is None or asked.instrument != event.instrument:
            found = "no request" if asked is None else f"one by {asked.instrument}"
            notes.broken("G2", f"a first subject's request by {event.instrument}", found)
        elif same_subject(asked.by, event.lifted_by):
            notes.broken("G2", "two subjects", event.lifted_by, hold.entry.ref)
        del self.open[event.hold]
        index = self._index(hold.scope)
        del index[event.hold]

    def against(self, person: PersonId, destination: Country) -> Iterator[Hold]:
        """Every order that stands against this person's departure to this country (G3; G9)."""
        for alias in self.identities.everybody(person):
            for one in self._by_person.get(alias, {}).values():
                if _forbids(one.scope, destination):
                    yield one
        yield from self._by_country.get(destination, {}).values()

    def undone_at(self, person: PersonId, destination: Country) -> int:
        """The last entry that voids clearances before it: an order, lifted or not, or a merging."""
        last = self._ordered_at.get(destination, -1)
        for alias in self.identities.everybody(person):
            one = self._persons.of(alias)
            orders = one.ordered_at
            last = max(last, one.merged_at, orders.get("", -1), orders.get(destination, -1))
        return last

    def told_apart(self, event: PersonsToldApart) -> None:
        """To tell two persons apart takes no order off either of them (G2)."""
        for alias in self.identities.everybody(event.person):
            for one in self._by_person.get(alias, {}).values():
                expected = "no order that stands about either of them"
                self._notes.broken("G2", expected, one.entry.subject, one.entry.ref)
        self.identities.told_apart(event)

    def _named(self, event: HoldEvent) -> Hold | None:
        hold = self.open.get(event.hold)
        if hold is None:
            self._notes.missing("G2", f"an order hold/{event.hold} that stands", "none")
        else:
            self._notes.same("G3", "the scope", hold.scope, event.scope)
        return hold

    def _by_its_issuer(self, hold: Hold, actor: str) -> None:
        """The issuing office is one body of its party; one without a body lifts nothing (G2)."""
        issuer, lifter = actor_of(hold.asserted_by), actor_of(actor)
        bodies = [(one.party, one.office, one.body) for one in (issuer, lifter)]
        if bodies[0] != bodies[1] or issuer.body in ("", issuer.subject):
            expected = f"the issuing office, {issuer.party}:{issuer.office}:{issuer.body}/…"
            self._notes.broken("G2", expected, actor, hold.entry.ref)

    def _index(self, scope: HoldScope) -> dict[HoldId, Hold]:
        match scope:
            case PersonScope():
                return self._by_person.setdefault(scope.person, {})
            case CountryScope():
                return self._by_country.setdefault(scope.country, {})
            case _:
                assert_never(scope)

    def _undoes_clearances(self, scope: HoldScope) -> None:
        index = self._notes.fact.sequence
        match scope:
            case PersonScope():
                self._persons.of(scope.person).ordered_at[scope.destination or ""] = index
            case CountryScope():
                self._ordered_at[scope.country] = index
            case _:
                assert_never(scope)

    def _meant(self, scope: HoldScope) -> list[Person]:
        match scope:
            case PersonScope():
                return [self._persons.of(one) for one in self.identities.everybody(scope.person)]
            case CountryScope():
                return list(self._persons.known.values())
            case _:
                assert_never(scope)

    def _bound(self, person: Person, scope: HoldScope, received_at: datetime) -> None:
        """Who departed between its receipt and its record departed under it (G3)."""
        left = person.departed
        if left is None or left.departed_at < received_at:
            return
        if _forbids(scope, left.destination):
            found = f"a departure at {left.departed_at.isoformat()}"
            expected = f"nobody departed under the order received at {received_at.isoformat()}"
            entry = self._notes.mark.ref
            self._notes.about(left.entry, "rule-broken", "G3", expected, found, entry)


def _forbids(scope: HoldScope, destination: Country) -> bool:
    match scope:
        case PersonScope():
            return scope.destination in (None, destination)
        case CountryScope():
            return scope.country == destination
        case _:
            assert_never(scope)
