"""G1 by the audit's own check: what offices contradict each other in bears no clearance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shared.contracts.fact_dispute import FactWithdrawn, IdentityDisputed
from shared.contracts.intake import (
    CaseProposed,
    ClearanceGranted,
    ConsularNoticeRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    PersonOpinionRecorded,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from shared.kernel.event import Event
from tests.unit.audit.contradictions_told import settled
from tests.unit.audit.names import case
from tests.unit.audit.rules import SIDES, Row, breaks, broken, missing
from tests.unit.audit.tampering import Tampering

TWICE = {"days_remaining": 705}


def test_g1_offices_that_have_settled_what_they_differed_in_clear_again() -> None:
    assert Tampering(settled(), LegDeparted).findings() == []


@pytest.mark.parametrize(
    ("event", "changed", "rule"),
    [
        (LegalBasisRecorded, TWICE, "G6"),
        (LegalBasisRecorded, {"reference": "CR-78"}, "G6"),
        (LegalBasisRecorded, {"offence": "0701"}, "G6"),
        (NationalityDetermined, {"nationalities": ("COL",)}, "G7"),
        (RiskOfIllTreatmentAssessed, {"substantial_grounds": True}, "G5"),
        (FitnessToTravelAssessed, {"fit": False}, "G8"),
        (ConsularNoticeRecorded, {"answer": "accepted"}, "G11"),
        (PersonOpinionRecorded, {"opinion": "consents"}, "required_facts"),
    ],
)
@pytest.mark.parametrize("whose", [0, 1])
def test_g1_whatever_two_offices_answer_differently_counts_as_missing(
    event: type[Event], changed: dict[str, Any], rule: str, whose: int
) -> None:
    facts = Tampering(settled(), event, whose).event(**changed).facts
    assert broken(rule) in Tampering(facts, ClearanceGranted).here()


def test_g1_what_an_office_did_contradicts_nobody() -> None:
    for event, other in (
        (IdentityConfirmed, {"identifiers": ("passport", "dna")}),
        (NoticeServed, {"language": "fr"}),
        (RiskOfIllTreatmentAssessed, {"onward": ("GTM",)}),
    ):
        facts = Tampering(settled(), event, 1).event(**other).facts
        assert Tampering(facts, ClearanceGranted).here() == set()


@pytest.mark.parametrize(
    ("event", "changed", "rule"),
    [
        (RiskOfIllTreatmentAssessed, {"destination": "GTM"}, "G5"),
        (RiskOfIllTreatmentAssessed, {"valid_until": date(2025, 3, 1)}, "G5"),
        (FitnessToTravelAssessed, {"valid_until": date(2025, 3, 1)}, "G8"),
        (IdentityConfirmed, {"identifiers": ("iris",)}, "G9"),
        (NoticeServed, {"served_on": date(2030, 1, 1)}, "G10"),
        (ConsularNoticeRecorded, {"offered_on": date(2030, 1, 1)}, "G11"),
    ],
)
@pytest.mark.parametrize("whose", [0, 1])
def test_the_word_of_every_office_that_is_named_has_to_hold(
    event: type[Event], changed: dict[str, Any], rule: str, whose: int
) -> None:
    facts = Tampering(settled(), event, whose).event(**changed).facts
    assert broken(rule) in Tampering(facts, ClearanceGranted).here()


def test_a_fact_that_one_of_two_named_offices_did_not_sign_is_found() -> None:
    for whose in (0, 1):
        facts = Tampering(settled(), FitnessToTravelAssessed, whose).gone().facts
        assert broken("G8") in Tampering(facts, ClearanceGranted).here()


def test_g7_a_dispute_that_was_not_settled_bars_every_step() -> None:
    facts = Tampering(settled(), NationalityDetermined, 5).gone().facts
    facts = Tampering(facts, FactWithdrawn).gone().facts
    assert broken("G7") in Tampering(facts, ClearanceGranted, 2).here()
    assert broken("G7") in Tampering(facts, PersonBoarded).here()
    disputed = Tampering(settled(), IdentityConfirmed, 5).gone().facts
    assert broken("G9") in Tampering(disputed, ClearanceGranted, 3).here()


@pytest.mark.parametrize("nth", [0, 1])
def test_no_clearance_outlives_a_dispute_or_what_was_taken_back(nth: int) -> None:
    facts = Tampering(settled(), ClearanceGranted, 2 + nth).gone().facts
    assert broken("G4") in Tampering(facts, PersonManifested, nth).here()
    undisputed = Tampering(facts, IdentityDisputed).gone().facts
    assert broken("G4") in Tampering(undisputed, PersonManifested, nth).here()


def test_a_state_takes_back_no_acceptance_of_its_own_national() -> None:
    facts = Tampering(settled(), CaseProposed).event(kind="repatriation").facts
    for nth in (0, 1, 4, 5):
        facts = Tampering(facts, NationalityDetermined, nth).event(nationalities=("SLV",)).facts
    paper = Tampering(facts, ReceivingStateAccepted).words.document
    taken = Tampering(facts, FactWithdrawn).event(kind="acceptance", withdrawn=paper)
    assert broken("repatriation") in taken.here()
    gone = Tampering(taken.facts, ReceivingStateAccepted)
    gone.instead(ReceivingStateDeclined(**_fields(gone.words)))
    assert broken("repatriation") not in Tampering(gone.facts, FactWithdrawn).here()


def _fields(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


ROWS: dict[str, Row] = {
    "it is a case's": (FactWithdrawn, {"case": case(77)}, missing("G4")),
    "an office takes back its own": (FactWithdrawn, {"signed_by": "USA"}, SIDES),
    "as itself": (FactWithdrawn, {"office": "court"}, SIDES),
    "what it said": (FactWithdrawn, {"kind": "counsel"}, broken("G1")),
    "by its paper": (FactWithdrawn, {"withdrawn": "00" * 32}, broken("G1")),
    "of the case's agreement": (FactWithdrawn, {"agreement": "other@1"}, broken("ledger")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_withdrawal_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(settled(), row)


def test_g4_nothing_is_taken_back_before_the_case_was_proposed() -> None:
    taken = Tampering(settled(), FactWithdrawn)
    early = taken.fact.time - timedelta(days=9)
    assert broken("G4") in taken.envelope(time=early).here()
