"""Cases: one person's proposed transfer, the facts that it rests on, and its clearance."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from services.audit.domain.agreements import Agreements
from services.audit.domain.clearance import KINDS, Asked, Days, lacks
from services.audit.domain.expectations import SIDES, Notes
from services.audit.domain.holds import Holds
from services.audit.domain.persons import Persons
from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import CaseKind, Country, FactKind
from shared.contracts.intake import (
    CaseEvent,
    CaseFact,
    CaseProposed,
    CaseWithdrawn,
    ClearanceGranted,
    NationalityDetermined,
    ReceivingStateDeclined,
)
from shared.kernel.ids import AgreementRef, CaseId, ManifestId, PersonId


class Case(msgspec.Struct):
    """Where one case stands. A case that was withdrawn or transferred is not kept."""

    case: CaseId
    person: PersonId
    agreement: AgreementRef
    kind: CaseKind
    sending: Country
    receiving: Country
    facts: dict[FactKind, CaseFact] = msgspec.field(default_factory=dict)
    cleared_at: int | None = None
    """The entry that granted clearance, unless the receiving state declined since."""
    journey: ManifestId | None = None
    departed: bool = False


class Cases:
    """Every case that is open."""

    def __init__(
        self, notes: Notes, agreements: Agreements, persons: Persons, holds: Holds
    ) -> None:
        """Begin with none."""
        self._notes = notes
        self._holds = holds
        self._agreements = agreements
        self._persons = persons
        self.open: dict[CaseId, Case] = {}
        self.withdrawn = 0
        self.transferred = 0

    def proposed(self, event: CaseProposed) -> None:
        """The sending state proposes a person of its own, under an agreement in force."""
        notes = self._notes
        document = self._agreements.in_force(event.agreement)
        if document is not None:
            parties = document.parties
            notes.same("parties", "from", parties.sending, event.sending)
            notes.same("parties", "to", parties.receiving, event.receiving)
            if event.kind not in document.admission.kinds:
                admitted = ", ".join(document.admission.kinds)
                notes.broken("admission.kinds", f"one of {admitted}", event.kind)
        notes.same(SIDES, "the party", event.sending, notes.actor.party)
        person = self._persons.of(event.person)
        notes.same(SIDES, "registered by", event.sending, person.registered_by)
        if person.open_case is not None:
            notes.broken("G9", "one open case of a person", person.open_case)
        if event.case in self.open:
            notes.broken("ledger", "a case that is not open yet", event.case)
        person.open_case = event.case
        self.open[event.case] = Case(
            event.case, event.person, event.agreement, event.kind, event.sending, event.receiving
        )

    def recorded(self, event: CaseFact) -> None:
        """A fact is signed by the office that the agreement names for it, before departure."""
        notes, kind = self._notes, KINDS[type(event)]
        notes.same(SIDES, "signed by", notes.actor.party, event.signed_by)
        notes.same(SIDES, "the office", notes.actor.office, event.office)
        case = self.of(event)
        if case is None:
            return
        document = self._agreements.signed_as(case.agreement)
        if document is not None:
            self._named(document, kind, event)
        if case.departed:
            notes.broken("G4", "facts before departure", f"{kind} of a person who departed")
        if isinstance(event, ReceivingStateDeclined):
            self._may_decline(case)
            case.cleared_at = None
        case.facts[kind] = event

    def granted(self, event: ClearanceGranted) -> None:
        """Nobody types a clearance: everything that it is computed from is on record."""
        case = self.of(event)
        if case is None:
            return
        self._notes.same(SIDES, "the party", case.sending, self._notes.actor.party)
        document = self._agreements.signed_as(case.agreement)
        if document is not None:
            self.lacking(case, document)
        case.cleared_at = self._notes.fact.sequence

    def taken_back(self, event: CaseWithdrawn) -> None:
        """The sending state takes its proposal back, before departure."""
        case = self.of(event)
        if case is None:
            return
        self._notes.same(SIDES, "the party", case.sending, self._notes.actor.party)
        if case.departed or case.journey is not None:
            found = "a departed person" if case.departed else "a person on a manifest"
            self._notes.broken("G12", "nobody withdrawn from where they are", found)
        self.withdrawn += 1
        self.close(case)

    def close(self, case: Case) -> None:
        """The case is over; a person can be proposed again."""
        del self.open[case.case]
        person = self._persons.of(case.person)
        if person.open_case == case.case:
            person.open_case = None

    def of(self, event: CaseEvent) -> Case | None:
        """The case that an event is about: the same person's, under the same agreement."""
        case = self.named(event.case)
        if case is not None:
            self._notes.same("ledger", "the person", case.person, event.person)
            self._notes.same("ledger", "the agreement", case.agreement, event.agreement)
        return case

    def named(self, name: CaseId) -> Case | None:
        """The open case of that name; it is noted when there is none."""
        case = self.open.get(name)
        if case is None:
            self._notes.missing("G4", f"an open case/{name}", "none")
        return case

    def lacking(self, case: Case, document: AgreementDocument, *journey: datetime) -> None:
        """Note whatever stands between a person and a clearance (G3 to G11)."""
        days = Days.of(self._notes.fact.recorded_at, *map(_day, journey))
        self.not_in_force(case, document, days)
        for hold in self._holds.against(case.person, document.parties.receiving):
            expected = f"case/{case.case}: no order that stands"
            self._notes.broken("G3", expected, hold.entry.subject, hold.entry.ref)
        for alike in self._holds.identities.of(case.person):
            if alike.set_aside or not alike.merged:
                found = "gave way to" if alike.set_aside else "waits, may be"
                expected = f"case/{case.case}: nobody else whom the person may be"
                self._notes.broken("G9", expected, f"{found} person/{alike.other}")

    def not_in_force(self, case: Case, document: AgreementDocument, days: Days) -> None:
        """Note whatever the safeguards and the agreement ask for and was not there on the day."""
        for one in lacks(Asked(document, case.kind, case.facts, days)):
            self._notes.broken(one.rule, f"case/{case.case}: {one.expected}", one.found)

    def _named(self, document: AgreementDocument, kind: FactKind, event: CaseFact) -> None:
        offices = [
            (document.party(one.side), one.office)
            for one in document.required_facts
            if one.fact == kind
        ]
        if (event.signed_by, event.office) not in offices:
            named = " or ".join(f"the {office} of {party}" for party, office in offices)
            found = f"the {event.office} of {event.signed_by}"
            self._notes.broken("required_facts", f"{kind} signed by {named or 'nobody'}", found)

    def _may_decline(self, case: Case) -> None:
        """A state takes its own nationals back."""
        known = case.facts.get("nationality")
        home = isinstance(known, NationalityDetermined) and (
            case.receiving in known.nationalities and not known.disputed
        )
        if case.kind == "repatriation" and home:
            found = f"{case.receiving} declined its national"
            self._notes.broken("repatriation", "a national who is taken back", found)


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
