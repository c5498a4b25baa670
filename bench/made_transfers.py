"""Persons brought into custody, by hand: terms, cases, journeys and handovers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import yaml

from services.intake.domain import custody_term
from shared.contracts import billing, facility, intake, manifest, placement
from shared.contracts.agreement import digest, read_agreement
from shared.contracts.agreement_course import ReturnDrillRecorded
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.lawful_end import CustodyTerm
from shared.contracts.manifest import Leg
from shared.kernel.actor import Actor
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    CustodyId,
    EntryRef,
    ManifestId,
    PersonId,
    custody_of,
)
from shared.ledger.machine import new_id
from shared.tariff.accounts import received_ahead
from tests.support.signing import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterable


from bench.made_entries import (
    AGENCY,
    AGREEMENT,
    AUTHORITY,
    BEGINS,
    CECOT,
    CUSTODIAN,
    ESCORT,
    MONITOR,
    PAPER,
    REGISTRY,
    SECOND,
    STATES,
    THEIRS,
    TREASURY,
    ZONE,
    LogWriter,
    adequate,
    hour,
)


class Transfers(LogWriter):
    """Everything from the signed terms to custody."""

    def __init__(self) -> None:
        """Begin with terms in force, a facility and a prepayment."""
        super().__init__()
        raw = yaml.load(AGREEMENT.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - builds text only
        self.terms = read_agreement(raw)
        (grant,) = self.terms.tariff.components
        self.grant = grant
        self.here: dict[CustodyId, PersonId] = {}
        self.people: dict[CustodyId, PersonId] = {}
        self._begin()

    @property
    def ref(self) -> AgreementRef:
        """The version that everything happens under."""
        return self.terms.ref

    def _begin(self) -> None:
        """Signed terms, a facility, a prepayment."""
        said: dict[str, Any] = {"agreement": self.ref, "digest": digest(self.terms)}
        document = self.terms
        at = self.now
        self.add("intake", intake.AgreementProposed(**said, document=document), AUTHORITY)
        self.add("intake", self._signed("USA"), AUTHORITY)
        self.add("intake", self._signed("SLV"), THEIRS, time=at)
        active = intake.AgreementActivated(**said, document=document)
        signed = self.add("intake", active, THEIRS, time=at)
        drill = ReturnDrillRecorded(
            agreement=self.ref,
            reference="drill-1",
            held_on=document.effective.start,
            recorded_by=str(AUTHORITY),
        )
        self.add("intake", drill, AUTHORITY)
        activated = billing.TermsActivated(
            **said,
            parties=document.parties,
            effective=document.effective,
            tariff=document.tariff,
            facilities=document.facilities,
            signed=signed,
        )
        self.add("billing", activated, None, cause=signed)
        self._open_facility(signed)
        self._pay()

    def _signed(self, party: str) -> intake.AgreementSigned:
        """A state's signature on the terms."""
        signature = signature_of(self.terms, party)
        said: dict[str, Any] = {"agreement": self.ref, "digest": digest(self.terms)}
        return intake.AgreementSigned(**said, party=party, signature=signature)

    def _open_facility(self, signed: EntryRef) -> None:
        """The facility that is agreed, with an approved capacity."""
        agreed = facility.FacilityAgreed(
            facility=CECOT,
            agreement=self.ref,
            country="SLV",
            timezone=ZONE,
            begins=self.terms.effective.start,
            sending="USA",
        )
        self.add("placement", agreed, None, cause=signed)
        registered = facility.FacilityRegistered(facility=CECOT, country="SLV", timezone=ZONE)
        self.add("placement", registered, REGISTRY)
        places: dict[str, Any] = {"facility": CECOT, "places": 40_000}
        proposed = facility.CapacityProposed(**places, proposed_by=str(REGISTRY))
        self.add("placement", proposed, REGISTRY)
        self.add("placement", facility.CapacityApproved(**places), SECOND)
        self.add("placement", adequate(self.now.date()), MONITOR)

    def _pay(self) -> None:
        """The grant is received ahead."""
        amount = self.grant.amounts[0]
        paid = billing.PrepaymentReceived(
            agreement=self.ref,
            component=self.grant.id,
            amount=amount,
            reference="GRANT-1",
            received_on=self.now.date(),
            postings=received_ahead("SLV", "USA", amount),
        )
        self.add("billing", paid, TREASURY)

    def bring(self, people: list[tuple[CaseId, PersonId]]) -> None:
        """Everybody from the proposal to custody, on journeys of forty."""
        for case, person in people:
            self._propose(case, person)
        self.now = hour(BEGINS, 12)
        for first in range(0, len(people), 40):
            self._travel(people[first : first + 40])

    def _propose(self, case: CaseId, person: PersonId) -> None:
        shown = (intake.HeldDocument("passport", PAPER),)
        registered = intake.PersonRegistered(
            person=person, registered_by="USA", commitment=PAPER, documents=shown
        )
        self.add("intake", registered, AGENCY)
        about: dict[str, Any] = {"case": case, "person": person, "agreement": self.ref}
        at = self.now
        proposed = intake.CaseProposed(**about, kind="third-country", **STATES, proposed_at=at)
        self.add("intake", proposed, AGENCY, time=at)
        for actor, fact in case_facts(about):
            self.add("intake", fact, actor)
        self.add("intake", intake.ClearanceGranted(**about), AGENCY)

    def _travel(self, people: list[tuple[CaseId, PersonId]]) -> None:
        on: dict[str, Any] = {"manifest": ManifestId(new_id()), "agreement": self.ref}
        legs = (Leg("USA", "SLV", self.now),)
        opened = manifest.ManifestOpened(**on, facility=CECOT, **STATES, legs=legs)
        self.add("intake", opened, AUTHORITY)
        for case, person in people:
            self._list(on, case, person)
        cases = tuple(sorted(case for case, _ in people))
        self.add("intake", manifest.ManifestSealed(**on, cases=cases), AUTHORITY)
        for case, person in people:
            at = self.now
            boarded = manifest.PersonBoarded(**on, case=case, person=person, boarded_at=at)
            self.add("intake", boarded, ESCORT, time=at)
        leg: dict[str, Any] = {**on, "leg": 1, "cases": cases}
        at = self.now
        signed: dict[str, Any] = {"authorised_by": str(AUTHORITY), "authorised_at": at}
        self.add("intake", manifest.LegDepartureAuthorised(**leg, **signed), AUTHORITY, time=at)
        at = self.now
        self.add("intake", manifest.LegDeparted(**leg, departed_at=at), ESCORT, time=at)
        at = self.now
        self.add("intake", manifest.LegArrived(**leg, arrived_at=at), ESCORT, time=at)
        at = self.now
        for case, person in people:
            self._hand_over(on, case, person, at)

    def _list(self, on: dict[str, Any], case: CaseId, person: PersonId) -> None:
        listed = manifest.PersonManifested(
            **on, case=case, person=person, facility=CECOT, **STATES, substitute_for=None
        )
        request = self.add("intake", listed, AUTHORITY)
        stay: dict[str, Any] = {"custody": custody_of(case), "person": person, "facility": CECOT}
        reserved = placement.PlaceReserved(**on, **stay, **STATES)
        held = self.add("placement", reserved, None, cause=request)
        confirmed = manifest.PlaceConfirmed(**on, case=case, person=person, reservation=held)
        self.add("intake", confirmed, None, cause=held)

    def _hand_over(self, on: dict[str, Any], case: CaseId, person: PersonId, at: datetime) -> None:
        custody = custody_of(case)
        words: dict[str, Any] = {
            "custody": custody,
            "facility": CECOT,
            "custodian": CUSTODIAN,
            **STATES,
        }
        words["term"] = self._term
        signed: dict[str, Any] = {**words, "offered_by": str(ESCORT), "offered_at": at}
        offered = manifest.HandoverOffered(**on, case=case, person=person, **signed)
        offer = self.add("intake", offered, ESCORT, time=at)
        about: dict[str, Any] = {"person": person, "agreement": self.ref}
        pending = placement.HandoverPending(**about, **signed, offer=offer, place_was_reserved=True)
        self.add("placement", pending, None, time=at, cause=offer)
        accepted = placement.CustodyAccepted(
            **about,
            **words,
            offer=offer,
            accepted_at=at,
            arrived_on=BEGINS,
            timezone=ZONE,
            place_was_reserved=True,
        )
        self.here[custody] = self.people[custody] = person
        self._taken(on, case, about, self.add("placement", accepted, REGISTRY, time=at), at)

    @property
    def _term(self) -> CustodyTerm:
        """Until when everybody may be held: they have one judgment, each in their own case."""
        facts = case_facts({"case": "", "person": "", "agreement": self.ref})
        judgments = (fact for _, fact in facts if isinstance(fact, LegalBasisRecorded))
        return custody_term.term(self.terms, tuple(judgments))

    def _taken(
        self, on: dict[str, Any], case: CaseId, about: dict[str, Any], taken: EntryRef, at: datetime
    ) -> None:
        """What follows from the acceptance: a stay to charge for, and the case is over."""
        custody = custody_of(case)
        stay = billing.StayOpened(
            **about, custody=custody, facility=CECOT, arrived_on=BEGINS, accepted=taken
        )
        self.add("billing", stay, None, time=at, cause=taken)
        done = intake.CaseTransferred(
            **about, case=case, manifest=on["manifest"], custody=custody, accepted=taken
        )
        self.add("intake", done, None, time=at, cause=taken)


def case_facts(about: dict[str, Any]) -> Iterable[tuple[Actor, intake.CaseFact]]:
    """What the first agreement asks for, signed by those who say it."""
    for actor, kind, content in _facts():
        signed: dict[str, Any] = {"signed_by": actor.party, "office": actor.office}
        yield actor, kind(**about, **signed, document=PAPER, **content)


def _facts() -> Iterable[tuple[Actor, type[intake.CaseFact], dict[str, Any]]]:
    """What the first agreement asks for."""
    later, before = date(2025, 5, 1), date(2025, 3, 1)
    judgment: dict[str, Any] = {
        "court": "Court 1",
        "reference": "CR-1",
        "judged_on": date(2020, 5, 4),
    }
    sentence: dict[str, Any] = {
        "final_on": date(2020, 6, 4),
        "offence": "0501",
        "days_remaining": 700,
        "counted_on": before,
    }
    there: dict[str, Any] = {"destination": "SLV", "onward": (), "substantial_grounds": False}
    yield AGENCY, intake.IdentityConfirmed, {"identifiers": ("passport", "iris")}
    yield AGENCY, LegalBasisRecorded, {**judgment, **sentence}
    nationality: dict[str, Any] = {"nationalities": ("VEN",), "disputed": False}
    yield AGENCY, intake.NationalityDetermined, nationality
    yield AUTHORITY, intake.RiskOfIllTreatmentAssessed, {**there, "valid_until": later}
    yield AGENCY, intake.FitnessToTravelAssessed, {"fit": True, "valid_until": later}
    yield AGENCY, intake.NoticeServed, {"language": "es", "served_on": before}
    yield AGENCY, intake.CounselAccessRecorded, {"accessed_on": before}
    yield AGENCY, intake.ConsularNoticeRecorded, {"offered_on": before, "answer": "declined"}
    yield AGENCY, intake.PersonOpinionRecorded, {"opinion": "objects"}
    yield THEIRS, intake.ReceivingStateAccepted, {}
