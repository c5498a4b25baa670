"""The rules of boarding and departing in their plainest form: an oracle apart from the deciders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.contracts.agreement_course import (
    AgreementResumed,
    AgreementSuspended,
    AgreementTerminated,
    ReturnDrillRecorded,
)
from shared.contracts.assurance import AssuranceEnded, AssuranceExpired, AssuranceGiven
from shared.contracts.class_scope import ClassScope
from shared.contracts.departures import DeparturesResumed, DeparturesStopped
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.contracts.hold import CountryScope, HoldAsserted, HoldScope, PersonScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.contracts.identity import PersonsMerged
from shared.contracts.intake import (
    CaseProposed,
    ClearanceGranted,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import LegDeparted, ManifestOpened
from shared.kernel.ids import CaseId, ManifestId, PersonId
from tests.simulation.told import Told


@dataclass(frozen=True)
class Passage:
    """One person who passes: by which case, on which journey, when; after all that was told."""

    told: Told
    manifest: ManifestId
    case: CaseId
    at: datetime

    @property
    def proposed(self) -> CaseProposed:
        """The case."""
        return self.told.case(self.case)

    @property
    def names(self) -> set[PersonId]:
        """Whoever the person may be."""
        return self.told.names(self.proposed.person)

    @property
    def day(self) -> date:
        """The day on which facts must be in force: now, or as planned."""
        legs = self.told.last(ManifestOpened, manifest=self.manifest).legs
        ahead = min(self.told.ahead(self.manifest), default=len(legs))
        return max(self.at, legs[ahead - 1].planned_departure).astimezone(UTC).date()

    def wrongs(self) -> Iterator[str]:
        """Everything that should have stopped them."""
        for order in self.told.orders():
            if self.is_covered_by(order.scope):
                yield f"G3: {order.hold} stands"
        yield from self._stopped()
        yield from self._undone()
        yield from self._facts()

    def is_covered_by(self, scope: HoldScope, *, case_alone: bool = False) -> bool:
        """Whether an order is about this person, now; or about the case, whichever way it goes."""
        told, proposed = self.told, self.proposed
        stopovers = set() if case_alone else told.stopovers(self.manifest)
        countries = {proposed.receiving} | stopovers
        match scope:
            case PersonScope(person=person, destination=country):
                return person in self.names and country in {None, *countries}
            case CountryScope(country=country):
                return country in countries
            case AgreementScope(agreement=agreement):
                return proposed.agreement.startswith(f"{agreement}@")
            case FlightScope(manifest=manifest, leg=leg):
                is_this = manifest == self.manifest and not case_alone
                return is_this and (leg is None or leg in told.ahead(manifest))
            case ClassScope():
                return self._is_of(scope, countries, stopovers)

    def _is_of(self, scope: ClassScope, countries: set[str], stopovers: set[str]) -> bool:
        basis = self.told.fact(self.case, LegalBasisRecorded)
        judged = basis if isinstance(basis, LegalBasisRecorded) else None
        fits = {
            "case_kind": scope.case_kind == self.proposed.kind,
            "nationality": scope.nationality in self._nationalities(),
            "offence": bool(judged and scope.offence and judged.offence.startswith(scope.offence)),
            "court": bool(judged and scope.court and judged.court.lower() == scope.court.lower()),
            "destination": scope.destination in countries,
            "stopover": scope.stopover in stopovers,
        }
        named = {name for name in fits if getattr(scope, name) is not None}
        return all(fits[name] for name in named)

    def _nationalities(self) -> set[str]:
        of_cases = {
            fact.case: fact
            for fact in self.told.of(NationalityDetermined)
            if fact.person in self.names
        }
        codes = {code for fact in of_cases.values() for code in fact.nationalities}
        unknown = not of_cases or any(fact.disputed for fact in of_cases.values())
        return codes | ({self.proposed.sending} if unknown else set())

    def _stopped(self) -> Iterator[str]:
        told, today = self.told, self.at.date()
        resumed = {event.suspension for event in told.of(AgreementResumed)}
        if any(event.suspension not in resumed for event in told.of(AgreementSuspended)):
            yield "G23: the agreement is suspended"
        if any(today > notice.last_day for notice in told.of(AgreementTerminated)):
            yield "D4: the notice has run out"
        if today not in told.terms(today).effective:
            yield "D4: the term is over"
        facility = told.last(ManifestOpened, manifest=self.manifest).facility
        if len(told.of(DeparturesStopped)) > len(told.of(DeparturesResumed)):
            yield "G17: the facility is suspended"
        if told.terms(today).facility(facility) is None:
            yield "facilities: it is none of this version"
        has_begun = bool(told.of(LegDeparted, manifest=self.manifest))
        if not has_begun and len(told.of(DeparturesUnfunded)) > len(told.of(DeparturesFunded)):
            yield "D12: there is no money"

    def _undone(self) -> Iterator[str]:
        """What stands about the person, and what undid the clearance that they had."""
        told, names = self.told, self.names
        withdrawn = {event.exclusion for event in told.of(ExclusionWithdrawn)}
        ended = {event.assurance for event in told.of(AssuranceEnded)}
        ended |= {event.assurance for event in told.of(AssuranceExpired)}
        if any(
            event.person in names and event.exclusion not in withdrawn
            for event in told.of(ExclusionMatched)
        ):
            yield "G8: the person is excluded"
        if any(
            event.person in names and event.assurance not in ended
            for event in told.of(AssuranceGiven)
        ):
            yield "D5: a government has assured that they stay"
        granted = told.of(ClearanceGranted, case=self.case)
        if not granted:
            yield "G4: nobody has cleared the case"
            return
        later = told.since(granted[-1])
        about = [event.person for event in later.of(ExclusionMatched)]
        about += [event.person for event in later.of(AssuranceGiven)]
        about += [event.person for event in later.of(PersonsMerged)]
        if names.intersection(about):
            yield "G4: the clearance is undone by what is known of the person"
        for order in later.of(HoldAsserted):
            if self.is_covered_by(order.scope, case_alone=True):
                yield f"G4: the clearance is undone by {order.hold}"

    def _facts(self) -> Iterator[str]:
        told, case, day, terms = self.told, self.case, self.day, self.told.terms(self.at.date())
        if told.fact(case, ReceivingStateAccepted, ReceivingStateDeclined).__class__ is not (
            ReceivingStateAccepted
        ):
            yield "G8: not accepted"
        if self.proposed.kind not in terms.admission.kinds:
            yield "admission: such cases are not admitted"
        if {*terms.admission.excluded_nationalities} & self._nationalities():
            yield "G8: the nationality is excluded"
        match told.fact(case, IdentityConfirmed):
            case IdentityConfirmed(identifiers=identifiers) if len(set(identifiers)) >= 2:
                pass
            case _:
                yield "G9: not identified"
        match told.fact(case, NationalityDetermined):
            case NationalityDetermined(nationalities=held, disputed=False) if held and (
                self.proposed.sending not in held
            ):
                pass
            case _:
                yield "G7: a national of the sending state"
        yield from self._assessed(day, terms.contest_days)
        for said in told.alike().values():
            if said.person == self.proposed.person and getattr(said, "set_aside", True):
                yield "G9: who the person is waits, or has given way"

    def _assessed(self, day: date, contest_days: int) -> Iterator[str]:
        told, case = self.told, self.case
        match told.fact(case, LegalBasisRecorded):
            case LegalBasisRecorded(final_on=date() as final) if final <= day:
                pass
            case _:
                yield "G6: no final judgment"
        match told.fact(case, RiskOfIllTreatmentAssessed):
            case RiskOfIllTreatmentAssessed(substantial_grounds=False) as risk if (
                risk.valid_until >= day and risk.destination == self.proposed.receiving
            ):
                pass
            case _:
                yield "G5: the risk is not excluded"
        match told.fact(case, FitnessToTravelAssessed):
            case FitnessToTravelAssessed(fit=True) as fitness if fitness.valid_until >= day:
                pass
            case _:
                yield "G8: not fit"
        match told.fact(case, NoticeServed):
            case NoticeServed(served_on=served) if served + timedelta(contest_days) <= day:
                pass
            case _:
                yield "G10: no notice, or it can still be contested"
        if told.fact(case, CounselAccessRecorded) is None:
            yield "G10: no counsel"
        if told.fact(case, ConsularNoticeRecorded) is None:
            yield "G11: no consular notice"


def of_the_departure(told: Told, departed: LegDeparted) -> Iterator[str]:
    """What makes the departure itself wrong, whoever is on board, and at the minute of it."""
    if not any(
        drill.held_on <= departed.departed_at.date() for drill in told.of(ReturnDrillRecorded)
    ):
        yield "G24: no return was practised"
    for case in departed.cases:
        passage = Passage(told, departed.manifest, case, departed.departed_at)
        for order in told.orders_at(departed.departed_at):
            if passage.is_covered_by(order.scope):
                yield f"G3: {order.hold} stood at that minute"
    stood = {event.suspension: event.suspended_at for event in told.of(AgreementSuspended)}
    for resumed in told.of(AgreementResumed):
        if stood[resumed.suspension] <= departed.departed_at < resumed.resumed_at:
            yield "G23: it was suspended at that minute"
    pairs = zip(told.of(DeparturesStopped), told.of(DeparturesResumed), strict=False)
    for stopped, ended in pairs:
        if stopped.stopped_at <= departed.departed_at < ended.resumed_at:
            yield "G17: the facility was suspended at that minute"
