"""G22: what is handed out to a person says nothing of anybody else, wherever it stands."""

from __future__ import annotations

from services.intake.domain.subject_record import ELSEWHERE, about, evidence_of_others, shown
from shared.contracts.intake import ClearanceRefused
from shared.kernel.rejected import Finding, Refusal
from tests.unit.intake.made_events import CASE, PERSON, REGISTERED, document, replaced

TWIN = "person/01955e3a-0000-7000-8000-000000000002"
REFUSED = ClearanceRefused(
    case=CASE,
    person=PERSON,
    agreement=document().ref,
    refusal=Refusal(
        rule="G9",
        reason="IdentityNotConfirmed",
        detail="a rule says no",
        findings=(
            Finding(rule="G9", missing="a near match", evidence=TWIN),
            Finding(rule="G3", missing="an order", evidence="hold/h"),
            Finding(rule="G4", missing="the term", evidence="agreement/a"),
            Finding(rule="G6", missing="a basis"),
        ),
    ),
)
OWN = {f"person/{PERSON}", f"case/{CASE}"}


def test_g22_what_a_refusal_names_of_others_is_told_from_ones_own() -> None:
    assert evidence_of_others(REFUSED, OWN) == {TWIN, "hold/h"}
    assert evidence_of_others(REFUSED, {*OWN, "hold/h"}) == {TWIN}
    assert evidence_of_others(REGISTERED, OWN) == frozenset()


def test_g22_no_official_is_shown_and_their_office_is() -> None:
    meant = replaced(REGISTERED, meant_by="USA:court:district-court-9/clerk-1")
    assert shown(meant)["meant_by"] == "USA:court"
    assert shown(REGISTERED)["meant_by"] is None


def test_g22_a_finding_in_anothers_record_is_shown_without_what_it_says() -> None:
    findings = shown(REFUSED, {TWIN})["refusal"]["findings"]
    assert [finding["evidence"] for finding in findings] == [None, "hold/h", "agreement/a", None]
    assert [finding["missing"] for finding in findings][:2] == [ELSEWHERE, "an order"]


def test_g22_what_is_about_a_person_is_their_entries_and_the_orders_on_them() -> None:
    entries, orders = about(PERSON)
    assert entries.tags == {f"person:{PERSON}"}
    assert orders.tags == {f"hold-scope:person:{PERSON}"}
