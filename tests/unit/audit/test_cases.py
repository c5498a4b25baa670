"""Agreements, persons, cases and clearances: each rule, and a log that breaks it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shared.contracts.agreement import RequiredFact
from shared.contracts.facility import FacilityAgreed, FacilityRegistered
from shared.contracts.intake import (
    AgreementActivated,
    AgreementProposed,
    AgreementSigned,
    CaseProposed,
    CaseWithdrawn,
    ClearanceGranted,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    PersonRegistered,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import LegDeparted, PersonBoarded
from shared.contracts.upcasting import newest
from tests.support.judgments import judgment_v1
from tests.support.signing import signature_of
from tests.unit.audit.names import case, document, person
from tests.unit.audit.rules import SIDES, Row, breaks, broken, missing
from tests.unit.audit.tampering import Found, Tampering, under
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from shared.contracts.former import LegalBasisRecordedV1
    from shared.kernel.event import Event


LONG_AGO, FAR_AHEAD = date(2020, 1, 1), date(2030, 1, 1)
BARE = document(required_facts=[])
UNLIKE = msgspec.structs.replace(
    document(),
    required_facts=(RequiredFact("acceptance", "sending", "central-authority"),),
)
OTHERS = document(parties={"sending": "USA", "receiving": "GTM"})
STRANGER = person(99)


ROWS: dict[str, Row] = {
    "the digest is that of the document": (AgreementProposed, {"digest": "0" * 64}, broken("F8")),
    "a version follows the one before": (
        AgreementProposed,
        {"document": document(version="3")},
        broken("F8"),
    ),
    "safeguards are not left out": (
        AgreementProposed,
        {"document": BARE},
        broken("required_facts"),
    ),
    "the receiver accepts for itself": (
        AgreementProposed,
        {"document": UNLIKE},
        broken("required_facts"),
    ),
    "a party proposes": (
        AgreementProposed,
        {"document": OTHERS, "agreement": OTHERS.ref},
        broken("F8"),
    ),
    "a state signs what was proposed": (AgreementSigned, {"digest": "0" * 64}, broken("F8")),
    "a state signs with its own key": (
        AgreementSigned,
        {"signature": signature_of(document(), "SLV")},
        broken("F8"),
    ),
    "a state signs these terms": (
        AgreementSigned,
        {"signature": signature_of(document(contest_days="9"), "USA")},
        broken("F8"),
    ),
    "a state signs for itself": (AgreementSigned, {"party": "SLV"}, SIDES),
    "a state signs once": ((AgreementSigned, 1), {"party": "USA"}, broken("F8")),
    "what is signed was proposed": (
        AgreementSigned,
        {"agreement": "usa-slv-2025@7"},
        missing("F8"),
    ),
    "what is in force was signed": (
        AgreementActivated,
        {"document": document(contest_days="9")},
        broken("F8"),
    ),
    "what is in force was proposed": (
        AgreementActivated,
        {"agreement": "usa-slv-2025@7"},
        missing("F8"),
    ),
    "an agreed facility is the receiver's": (
        FacilityAgreed,
        {"country": "GTM"},
        broken("facilities"),
    ),
    "an agreed facility is agreed": (
        FacilityAgreed,
        {"facility": "elsewhere"},
        missing("facilities"),
    ),
    "an agreed facility has an agreement": (
        FacilityAgreed,
        {"agreement": "none@1"},
        missing("facilities"),
    ),
    "whose facility was agreed": (FacilityRegistered, {"country": "GTM"}, broken("facilities")),
    "a state registers for itself": (PersonRegistered, {"registered_by": "SLV"}, SIDES),
    "a pseudonym is taken once": ((PersonRegistered, 1), {"person": person(1)}, broken("G9")),
    "a case is of a registered person": (CaseProposed, {"person": STRANGER}, missing("G9")),
    "a person has one open case": ((CaseProposed, 1), {"person": person(1)}, broken("G12")),
    "a case is proposed once": ((CaseProposed, 1), {"case": case(1)}, broken("ledger")),
    "a case is under what is in force": (
        CaseProposed,
        {"agreement": "usa-slv-2025@2"},
        broken("F8"),
    ),
    "a case goes where the parties are": (CaseProposed, {"receiving": "GTM"}, broken("parties")),
    "the sender proposes": (CaseProposed, {"sending": "SLV"}, SIDES),
    "a withdrawn case is open": (CaseWithdrawn, {"case": case(77)}, missing("G4")),
    "a withdrawn case is the person's": (CaseWithdrawn, {"person": STRANGER}, broken("ledger")),
    "a clearance is of an open case": (ClearanceGranted, {"case": case(77)}, missing("G4")),
    "a fact is of an open case": (NoticeServed, {"case": case(77)}, missing("G4")),
    "a fact is under the case's agreement": (
        NoticeServed,
        {"agreement": "other@1"},
        broken("ledger"),
    ),
    "an office signs for itself": (NoticeServed, {"signed_by": "SLV"}, SIDES),
    "an office signs as itself": (NoticeServed, {"office": "court"}, SIDES),
    "the named office signs": (NoticeServed, {"office": "court"}, broken("required_facts")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(main_job(), row)


@pytest.mark.parametrize(
    ("event", "changed", "rule"),
    [
        (IdentityConfirmed, {"identifiers": ("passport",)}, "G9"),
        (IdentityConfirmed, {"identifiers": ("passport", "passport")}, "G9"),
        (LegalBasisRecorded, {"final_on": None}, "G6"),
        (LegalBasisRecorded, {"final_on": FAR_AHEAD}, "G6"),
        (LegalBasisRecorded, {"judged_on": FAR_AHEAD}, "G6"),
        (LegalBasisRecorded, {"days_remaining": 0}, "G6"),
        (LegalBasisRecorded, {"days_remaining": 3, "counted_on": LONG_AGO}, "G6"),
        (NationalityDetermined, {"nationalities": ("USA",)}, "G7"),
        (NationalityDetermined, {"nationalities": ()}, "G7"),
        (NationalityDetermined, {"nationalities": ("XXA",)}, "G7"),
        (NationalityDetermined, {"nationalities": ("VEN", "UNK")}, "G7"),
        (NationalityDetermined, {"disputed": True}, "G7"),
        (RiskOfIllTreatmentAssessed, {"destination": "GTM"}, "G5"),
        (RiskOfIllTreatmentAssessed, {"valid_until": LONG_AGO}, "G5"),
        (RiskOfIllTreatmentAssessed, {"substantial_grounds": True}, "G5"),
        (FitnessToTravelAssessed, {"fit": False}, "G8"),
        (FitnessToTravelAssessed, {"valid_until": LONG_AGO}, "G8"),
        (NoticeServed, {"served_on": FAR_AHEAD}, "G10"),
        (CounselAccessRecorded, {"accessed_on": FAR_AHEAD}, "G10"),
        (ConsularNoticeRecorded, {"offered_on": FAR_AHEAD}, "G11"),
    ],
)
def test_a_fact_that_bears_no_clearance_is_found_at_the_clearance(
    event: type[Event], changed: dict[str, Any], rule: str
) -> None:
    tampered = Tampering(main_job(), event).event(**changed)
    granted = Tampering(tampered.facts, ClearanceGranted)
    assert broken(rule) in granted.here()
    assert broken(rule) in Tampering(tampered.facts, PersonBoarded).here()
    assert broken(rule) in Tampering(tampered.facts, LegDeparted).here()


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (IdentityConfirmed, "G9"),
        (LegalBasisRecorded, "G6"),
        (NationalityDetermined, "G7"),
        (RiskOfIllTreatmentAssessed, "G5"),
        (FitnessToTravelAssessed, "G8"),
        (NoticeServed, "G10"),
        (CounselAccessRecorded, "G10"),
        (ConsularNoticeRecorded, "G11"),
        (ReceivingStateAccepted, "G8"),
    ],
)
def test_a_fact_that_is_not_there_is_found_at_the_clearance(event: type[Event], rule: str) -> None:
    shorter = Tampering(main_job(), event).gone().facts
    assert broken(rule) in Tampering(shorter, ClearanceGranted).here()


def test_a_national_of_the_sender_needs_its_own_instrument() -> None:
    own = {"nationalities": ("USA",), "instrument": "ACT-1"}
    allowed = Tampering(main_job(), NationalityDetermined).event(**own)
    assert allowed.findings() == []
    others = Tampering(allowed.facts, NationalityDetermined).event(signed_by="SLV")
    assert broken("G7") in Tampering(others.facts, ClearanceGranted).here()


@pytest.mark.parametrize(
    ("terms", "rule"),
    [
        ({"contest_days": "30"}, "G10"),
        ({"onward_countries": ["GTM"]}, "G5"),
        ({"admission": {"kinds": ["third-country"], "offences": ["0701"]}}, "G6"),
        ({"admission": {"kinds": ["third-country"], "excluded_nationalities": ["VEN"]}}, "G8"),
        ({"admission": {"kinds": ["repatriation"]}}, "admission.kinds"),
    ],
)
def test_a_clearance_follows_from_the_agreements_own_terms(
    terms: dict[str, Any], rule: str
) -> None:
    assert broken(rule) in Tampering(under(main_job(), document(**terms)), ClearanceGranted).here()


def test_g5_an_assessment_that_covers_each_onward_country_bears_a_clearance() -> None:
    facts = under(main_job(), document(onward_countries=["GTM", "HND"]))
    covering = Tampering(facts, RiskOfIllTreatmentAssessed).event(onward=("HND", "GTM"))
    assert Tampering(covering.facts, ClearanceGranted).here() == set()
    half = Tampering(facts, RiskOfIllTreatmentAssessed).event(onward=("HND",))
    assert broken("G5") in Tampering(half.facts, ClearanceGranted).here()


def test_only_nationals_of_the_receiver_are_repatriated_there() -> None:
    facts = Tampering(main_job(), CaseProposed).event(kind="repatriation").facts
    assert broken("G8") in Tampering(facts, ClearanceGranted).here()


def test_a_state_takes_its_own_national_back() -> None:
    facts = Tampering(main_job(), CaseProposed).event(kind="repatriation").facts
    facts = Tampering(facts, NationalityDetermined).event(nationalities=("SLV",)).facts
    accepted = Tampering(facts, ReceivingStateAccepted)
    words = msgspec.structs.asdict(accepted.words)
    declined = accepted.instead(ReceivingStateDeclined(**words))
    assert broken("repatriation") in declined.here()
    assert broken("G8") in Tampering(declined.facts, ClearanceGranted).here()


def test_a_person_whom_the_receiver_declined_is_not_cleared_any_more() -> None:
    again = Tampering(main_job(), ClearanceGranted, 5)
    words = msgspec.structs.asdict(Tampering(main_job(), ReceivingStateAccepted, 1).words)
    declined = again.instead(ReceivingStateDeclined(**words))
    declined.envelope(actor="SLV:central-authority:autoridad/una")
    assert broken("G4") in Tampering(declined.facts, PersonBoarded, 1).here()


def test_d7_a_fact_about_who_has_departed_says_so() -> None:
    changed = Tampering(main_job(), LegDeparted)
    late = Tampering(main_job(), NoticeServed).words
    arrived = Tampering(changed.facts, LegDeparted)
    arrived.place += 1
    arrived.instead(late).envelope(actor="USA:intake-agency:intake-desk-1")
    assert broken("D7") in arrived.here()


def test_who_is_on_a_manifest_or_has_departed_is_not_withdrawn() -> None:
    words: dict[str, Any] = {"case": case(1), "person": person(1), "agreement": document().ref}
    for event, on_the_way in ((PersonBoarded, False), (LegDeparted, True)):
        changed = Tampering(main_job(), event)
        changed.place += int(on_the_way)
        changed.instead(CaseWithdrawn(**words)).envelope(actor="USA:intake-agency:desk")
        assert broken("G12") in changed.here()


def test_a_judgment_of_the_first_version_is_read_as_it_was_written() -> None:
    dated = Tampering(main_job(), LegalBasisRecorded)
    about: dict[str, Any] = {
        name: getattr(dated.words, name) for name in ("case", "person", "agreement")
    }

    def findings(former: LegalBasisRecordedV1) -> set[Found]:
        facts = dated.instead(newest(msgspec.structs.replace(former, **about))).facts
        return Tampering(facts, ClearanceGranted).here()

    assert findings(judgment_v1(days_remaining=10_000)) == set()
    assert broken("G6") in findings(judgment_v1(days_remaining=0))
    assert broken("G6") in findings(judgment_v1(days_remaining=700)), "from the judgment on"
    assert broken("G6") in findings(judgment_v1(final=False))


def test_an_excluded_nationality_is_nobody_elses() -> None:
    terms = {"admission": {"kinds": ["third-country"], "excluded_nationalities": ["GTM"]}}
    assert Tampering(under(main_job(), document(**terms)), ClearanceGranted).here() == set()
