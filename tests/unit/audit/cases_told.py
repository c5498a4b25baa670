"""Steps of a story: agreements, facilities, persons, cases and holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from services.intake.domain.agreement.propose_agreement import PROPOSE_AGREEMENT, ProposeAgreement
from services.intake.domain.agreement.sign_agreement import SIGN_AGREEMENT, SignAgreement
from services.intake.domain.case import answer_case, fact, record_fact
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.hold.assert_hold import ASSERT_HOLD, AssertHold
from services.intake.domain.hold.confirm_body import CONFIRM_BODY, ConfirmBody
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold
from services.intake.domain.hold.name_body import NAME_BODY, NameBody
from services.intake.domain.hold.verify_hold import VERIFY_HOLD, VerifyHold
from services.intake.domain.identity_merge import (
    MERGE_PERSONS,
    TELL_PERSONS_APART,
    MergePersons,
    TellPersonsApart,
)
from services.intake.domain.person import REGISTER_PERSON, RegisterPerson
from services.intake.domain.person_reads import (
    EXPORT_SUBJECT,
    READ_VAULT,
    SEARCH_PERSONS,
    ExportSubject,
    ReadVault,
    SearchPersons,
)
from services.intake.domain.withdraw_case import WITHDRAW_CASE, WithdrawCase
from services.placement.domain.facility.approve_capacity import APPROVE_CAPACITY, ApproveCapacity
from services.placement.domain.facility.propose_capacity import PROPOSE_CAPACITY, ProposeCapacity
from services.placement.domain.facility.register_facility import REGISTER_FACILITY, RegisterFacility
from services.placement.domain.facility.report_own_population import (
    REPORT_OWN_POPULATION,
    ReportOwnPopulation,
)
from services.placement.domain.locate_person import LOCATE_PERSON, LocatePerson
from shared.contracts.hold import PersonScope
from shared.contracts.intake import HeldDocument
from shared.kernel.actor import Actor
from shared.kernel.ids import FacilityId, SearchId
from tests.support.signing import KEYS, signature_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from services.intake.domain.case.fact import FactContent
    from shared.contracts.hold import HoldScope

from tests.unit.audit.agreements_told import Agreements
from tests.unit.audit.names import (
    AGENCY,
    AGREEMENT,
    AUTHORITY,
    CECOT,
    CLERK,
    COLLEAGUE,
    JUDGE,
    PAPER,
    REGISTRY,
    SECOND,
    THEIRS,
    case,
    document,
    hold,
    person,
)
from tests.unit.audit.reports_told import Reports

PASSPORT = HeldDocument("passport", "ab" * 32)


class Cases(Agreements, Reports):
    """What is asked before anybody travels."""

    def agreed(self, **changed: object) -> Self:
        """Both states sign an agreement."""
        terms = document(**changed)
        self.act("intake", PROPOSE_AGREEMENT, ProposeAgreement, AUTHORITY, document=terms)
        for actor in (AUTHORITY, THEIRS):
            self.act(
                "intake",
                SIGN_AGREEMENT,
                SignAgreement,
                actor,
                agreement=terms.agreement,
                version=terms.version,
                signature=signature_of(terms, actor.party),
                check=KEYS.fault,
            )
        self.drilled()
        return self

    def facility(self, places: int = 40, own: int = 3, name: FacilityId = CECOT) -> Self:
        """A facility with an approved capacity and its own population."""
        self.act(
            "placement",
            REGISTER_FACILITY,
            RegisterFacility,
            REGISTRY,
            facility=name,
            timezone="America/El_Salvador",
        )
        self.capacity(places, name)
        self.inspected(name=name)
        self.act(
            "placement",
            REPORT_OWN_POPULATION,
            ReportOwnPopulation,
            REGISTRY,
            facility=name,
            count=own,
            counted_on=self.now.date(),
        )
        return self

    def capacity(self, places: int, name: FacilityId = CECOT) -> None:
        self.act(
            "placement", PROPOSE_CAPACITY, ProposeCapacity, REGISTRY, facility=name, places=places
        )
        self.act(
            "placement", APPROVE_CAPACITY, ApproveCapacity, SECOND, facility=name, places=places
        )

    def registered(
        self,
        number: int,
        like: int | None = None,
        by: Actor = AGENCY,
        documents: tuple[HeldDocument, ...] = (PASSPORT,),
    ) -> None:
        """A person has a pseudonym; `like`: one with the same name and birth date."""
        self.act(
            "intake",
            REGISTER_PERSON,
            RegisterPerson,
            by,
            person=person(number),
            commitment="cd" * 32,
            documents=documents,
            alike=() if like is None else (person(like),),
        )

    def looked_for(self, *found: int) -> None:
        """A search in the vault's index, and whom it found."""
        self.act(
            "intake",
            SEARCH_PERSONS,
            SearchPersons,
            AGENCY,
            search=SearchId(f"search-{len(found)}"),
            by="name",
            persons=tuple(map(person, found)),
            purpose="identification",
        )

    def identity_read(self, number: int) -> None:
        """Their own intake agency reads who they are."""
        self.act(
            "intake", READ_VAULT, ReadVault, AGENCY, person=person(number), purpose="correction"
        )

    def exported(self, number: int) -> None:
        """Their own intake agency hands out what is recorded of them."""
        self.act(
            "intake",
            EXPORT_SUBJECT,
            ExportSubject,
            AGENCY,
            person=person(number),
            purpose="subject-access",
        )

    def located(self, number: int, by: Actor = CLERK) -> None:
        """Somebody asks where a person is."""
        self.act(
            "placement",
            LOCATE_PERSON,
            LocatePerson,
            by,
            person=person(number),
            purpose="court-order",
        )

    def proposed(self, number: int, who: int | None = None, kind: str = "third-country") -> None:
        """A case with every fact that the agreement asks for."""
        self.act(
            "intake",
            PROPOSE_CASE,
            ProposeCase,
            AGENCY,
            case=case(number),
            person=person(number if who is None else who),
            agreement=AGREEMENT,
            kind=kind,
        )
        for content in self._contents():
            self.fact(number, content)
        self.act(
            "intake",
            answer_case.ACCEPT_CASE,
            answer_case.AcceptCase,
            THEIRS,
            case=case(number),
            agreement=AGREEMENT,
            document=PAPER,
        )

    def fact(self, number: int, content: FactContent, by: Actor | None = None) -> None:
        actor = by or (AUTHORITY if isinstance(content, fact.RiskAssessment) else AGENCY)
        self.act(
            "intake",
            record_fact.RECORD_FACT,
            record_fact.RecordFact,
            actor,
            case=case(number),
            agreement=AGREEMENT,
            document=PAPER,
            content=content,
        )

    def declined(self, number: int) -> None:
        words = {"case": case(number), "agreement": AGREEMENT, "document": PAPER}
        self.act("intake", answer_case.DECLINE_CASE, answer_case.DeclineCase, THEIRS, **words)

    def _contents(self) -> Iterable[FactContent]:
        today = self.now.date()
        later = today + timedelta(days=80)
        yield fact.Identity(("passport", "fingerprints"))
        judged_on, final_on = date(2020, 5, 4), date(2020, 6, 4)
        counted_on = date(2025, 3, 1)
        yield fact.LegalBasis(
            "Circuit Court 1", "CR-77", judged_on, final_on, "0501", 700, counted_on=counted_on
        )
        yield fact.Nationality(("VEN",), disputed=False)
        yield fact.RiskAssessment("SLV", (), substantial_grounds=False, valid_until=later)
        yield fact.Fitness(fit=True, valid_until=later)
        yield fact.Notice("es", today - timedelta(days=20))
        yield fact.Counsel(today - timedelta(days=10))
        yield fact.Consular(today - timedelta(days=10), "declined")
        yield fact.Opinion("objects")

    def cleared(self, number: int) -> None:
        self.act(
            "intake",
            CLEAR_CASE,
            ClearCase,
            AGENCY,
            case=case(number),
        )

    def withdrawn(self, number: int) -> None:
        self.act("intake", WITHDRAW_CASE, WithdrawCase, AGENCY, case=case(number))

    def same_as(self, number: int, other: int, by: Actor = COLLEAGUE) -> None:
        who = {"person": person(number), "other": person(other)}
        self.act("intake", MERGE_PERSONS, MergePersons, by, **who)

    def different_from(self, number: int, other: int, by: Actor = COLLEAGUE) -> None:
        who = {"person": person(number), "other": person(other)}
        self.act("intake", TELL_PERSONS_APART, TellPersonsApart, by, **who)

    def held(
        self,
        number: int,
        scope: HoldScope | None = None,
        by: Actor = CLERK,
        **changed: Any,  # noqa: ANN401 - any field of the order
    ) -> None:
        fields = {"form": "oral", "received_at": self.now, "reference": "25-cv-766", **changed}
        self.act(
            "intake",
            ASSERT_HOLD,
            AssertHold,
            by,
            hold=hold(number),
            scope=scope or PersonScope(person(number)),
            **fields,
        )

    def body_named(self, number: int, by: Actor, body: str = CLERK.body) -> None:
        self.act("intake", NAME_BODY, NameBody, by, hold=hold(number), body=body)

    def body_confirmed(self, number: int, by: Actor = JUDGE) -> None:
        self.act("intake", CONFIRM_BODY, ConfirmBody, by, hold=hold(number))

    def verified(self, number: int) -> None:
        self.act("intake", VERIFY_HOLD, VerifyHold, JUDGE, hold=hold(number), instrument="order-7")

    def lifted(self, number: int) -> None:
        for actor in (CLERK, JUDGE):
            self.act("intake", LIFT_HOLD, LiftHold, actor, hold=hold(number), instrument="lift-7")
