"""A case over HTTP: from both signatures to clearance, and every refusal with its rule."""

from typing import Any

import pytest

from shared.contracts.intake import (
    AgreementActivated,
    CaseProposed,
    CaseWithdrawn,
    ClearanceGranted,
    ClearanceRefused,
)
from shared.kernel.event import subject_of
from shared.transparency.detached_jws import encoded
from tests.integration.intake.agencies import (
    AS_REPORTED,
    FACTS,
    IN_FORCE_TODAY,
    PAPER,
    TERMS,
    Agencies,
    made,
    refused,
)


async def test_a_documented_case_is_cleared_and_every_step_is_an_entry(agencies: Agencies) -> None:
    case, person = await agencies.cleared_case()
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert (shown["status"], shown["cleared"], shown["findings"]) == ("cleared", True, [])
    assert {fact["kind"] for fact in shown["facts"]} == {*FACTS, "acceptance"}
    log = await agencies.log()
    assert [type(event).__name__ for event in log[:6]] == [
        "AgreementProposed",
        "AgreementSigned",
        "AgreementSigned",
        "AgreementActivated",
        "PersonRegistered",
        "CaseProposed",
    ]
    assert len(log) == 6 + len(FACTS) + 2
    granted = log[-1]
    assert isinstance(granted, ClearanceGranted)
    assert (granted.case, granted.person) == (case, person)


async def test_f8_no_case_before_both_have_signed(agencies: Agencies) -> None:
    await agencies.propose_agreement()
    first, second = (agencies.signature(IN_FORCE_TODAY, state) for state in ("USA", "SLV"))
    path = "/v1/agreements/usa-slv-2025/signatures"
    assert made(await agencies.sending_authority.post(path, first))["signed_by_both"] is False
    body = {"person": await agencies.person(), "agreement": "usa-slv-2025", "kind": "repatriation"}
    problem = refused(await agencies.sender.post("/v1/cases", body), 422, "not-signed-by-both")
    assert problem["rule"] == "F8"
    assert made(await agencies.receiving_authority.post(path, second))["signed_by_both"] is True
    made(await agencies.sender.post("/v1/cases", body))


async def test_f8_a_signature_is_checked_before_it_is_taken(agencies: Agencies) -> None:
    """Whose key, which bytes, which form: each has its problem, and nothing is recorded."""
    await agencies.propose_agreement()
    path = "/v1/agreements/usa-slv-2025/signatures"
    good = agencies.signature(IN_FORCE_TODAY, "USA")
    theirs = agencies.signature(IN_FORCE_TODAY, "SLV")
    others = agencies.signature(AS_REPORTED, "USA")
    none = b'{"alg":"none","b64":false,"crit":["b64"],"kid":"k"}'
    for signature, status, title in (
        (theirs["signature"], 422, "signed-with-anothers-key"),
        (others["signature"], 409, "signs-other-terms"),
        (good["signature"][:-8], 422, "signature-is-no-detached-jws"),
        (f"{encoded(none)}..", 422, "signature-is-no-detached-jws"),
    ):
        body = {"version": 1, "signature": signature}
        problem = refused(await agencies.sending_authority.post(path, body), status, title)
        assert problem["rule"] == "F8"
    assert len(await agencies.log()) == 1
    made(await agencies.sending_authority.post(path, good))
    (version,) = (await agencies.court.get("/v1/agreements/usa-slv-2025")).json()["versions"]
    assert version["signatures"] == {"USA": good["signature"]}


async def test_the_agreement_is_shown_with_versions_signatures_and_terms(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    shown = (await agencies.court.get("/v1/agreements/usa-slv-2025")).json()
    assert shown["in_force"] == "usa-slv-2025@1"
    (version,) = shown["versions"]
    assert version["signed_by"] == ["USA", "SLV"]
    assert version["document"]["tariff"]["components"][0]["amount"]["amount"] == "4760000.00"
    assert isinstance((await agencies.log())[3], AgreementActivated)
    refused(await agencies.court.get("/v1/agreements/nobody-s"), 404)


async def test_a_malformed_agreement_is_refused_with_the_path_to_the_key(
    agencies: Agencies,
) -> None:
    wrong = TERMS.read_bytes().replace(b"persons: 238", b"persons: 238\n      fee: 1")
    problem = refused(await agencies.sending_authority.post("/v1/agreements", wrong), 400)
    (finding,) = problem["findings"]
    assert finding["path"] == "body.tariff.components[0]"
    assert "`fee`" in finding["missing"]
    assert await agencies.log() == []


@pytest.mark.parametrize(
    ("without", "changed", "rule", "title"),
    [
        ("", {"nationality": {"nationalities": ["USA"]}}, "G7", "national-of-the-sending-state"),
        ("", {"nationality": {"disputed": True}}, "G7", "national-of-the-sending-state"),
        ("legal-basis", {}, "G6", "no-final-judgment"),
        ("", {"legal_basis": {"final_on": None}}, "G6", "no-final-judgment"),
        ("", {"risk_assessment": {"substantial_grounds": True}}, "G5", "risk-not-excluded"),
        ("fitness", {}, "G8", "not-admitted"),
        ("", {"identity": {"identifiers": ["passport"]}}, "G9", "requirements-not-met"),
        ("notice", {}, "G10", "requirements-not-met"),
        ("consular", {}, "G11", "requirements-not-met"),
        ("opinion", {}, "required_facts.opinion", "requirements-not-met"),
    ],
)
async def test_a_refused_clearance_says_its_rule_and_is_an_entry(
    without: str, changed: dict[str, Any], rule: str, title: str, agencies: Agencies
) -> None:
    await agencies.agreement_in_force()
    case = await agencies.case(await agencies.person())
    await agencies.document(case, without, **changed)
    problem = refused(await agencies.sender.post(f"/v1/cases/{case}:clear"), 422, title)
    assert problem["rule"] == rule
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert [finding["rule"] for finding in shown["findings"]] == [rule]
    assert [finding["rule"] for finding in problem["findings"]] == [rule]
    last = (await agencies.log())[-1]
    assert isinstance(last, ClearanceRefused)
    assert (last.case, last.refusal.rule) == (case, rule)
    assert problem["receipt"]["sequence"] == len(await agencies.log()) - 1


async def test_each_side_acts_only_for_itself(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    case = await agencies.case(person)
    theirs = agencies.office("SLV", "intake-agency", "mesa-1")
    refused(await theirs.post(f"/v1/cases/{case}:withdraw"), 403, "acts-only-for-itself")
    refused(await theirs.post(f"/v1/cases/{case}:clear"), 403, "acts-only-for-itself")
    answer = {"document": PAPER}
    problem = refused(
        await agencies.sending_authority.post(f"/v1/cases/{case}:accept", answer), 403
    )
    assert "the central-authority of SLV" in problem["detail"]
    fact = {"document": PAPER, "fact": {"kind": "opinion", "opinion": "consents"}}
    refused(await theirs.post(f"/v1/cases/{case}/facts", fact), 403, "not-the-signing-office")
    refused(await agencies.office("VEN", "consulate", "c").get(f"/v1/cases/{case}"), 403)


async def test_a_person_has_one_open_case(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    case = await agencies.case(person)
    body = {"person": person, "agreement": "usa-slv-2025", "kind": "third-country"}
    problem = refused(await agencies.sender.post("/v1/cases", body), 409, "case-is-open-already")
    assert case in problem["detail"]
    made(await agencies.sender.post(f"/v1/cases/{case}:withdraw"))
    made(await agencies.sender.post("/v1/cases", body))
    kinds = [type(event) for event in await agencies.log()][-3:]
    assert kinds == [CaseProposed, CaseWithdrawn, CaseProposed]


async def test_a_declined_person_is_not_cleared(agencies: Agencies) -> None:
    case, _ = await agencies.cleared_case()
    declined = await agencies.receiving_authority.post(
        f"/v1/cases/{case}:decline", {"document": PAPER}
    )
    assert made(declined)["kind"] == "acceptance"
    problem = refused(await agencies.sender.post(f"/v1/cases/{case}:clear"), 422, "not-admitted")
    assert problem["rule"] == "G8"


async def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    body = {"person": person, "agreement": "usa-slv-2025", "kind": "third-country"}
    first = await agencies.sender.post("/v1/cases", body, key="once")
    again = await agencies.sender.post("/v1/cases", body, key="once")
    assert made(first) == made(again)
    assert first.headers["location"] == again.headers["location"]
    refused(
        await agencies.sender.post("/v1/cases", {**body, "kind": "repatriation"}, key="once"), 409
    )
    assert len(await agencies.log()) == 6


async def test_a_refusal_on_record_is_given_again_and_recorded_once(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    case = await agencies.case(await agencies.person())
    first = refused(await agencies.sender.post(f"/v1/cases/{case}:clear", key="ask"), 422)
    again = refused(await agencies.sender.post(f"/v1/cases/{case}:clear", key="ask"), 422)
    assert first["receipt"] == again["receipt"]
    assert sum(isinstance(event, ClearanceRefused) for event in await agencies.log()) == 1


async def test_an_empty_case_shows_every_finding(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    case = await agencies.case(await agencies.person())
    shown = (await agencies.receiving_authority.get(f"/v1/cases/{case}")).json()
    assert shown["status"] == "proposed"
    assert len(shown["findings"]) == 10


async def test_a_party_lists_its_own_cases_page_by_page(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    made_cases = [await agencies.case(await agencies.person(index)) for index in range(3)]
    first = (await agencies.sender.get("/v1/cases?limit=2")).json()
    assert [item["case"] for item in first["items"]] == made_cases[:2]
    rest = (await agencies.sender.get(f"/v1/cases?limit=2&after={first['next']}")).json()
    assert [item["case"] for item in rest["items"]] == made_cases[2:]
    assert rest["next"] is None
    strangers = agencies.office("VEN", "central-authority", "a")
    assert (await strangers.get("/v1/cases")).json()["items"] == []
    assert len((await agencies.court.get("/v1/cases")).json()["items"]) == 3


async def test_the_list_says_what_was_recorded_last(agencies: Agencies) -> None:
    case, person = await agencies.cleared_case()
    (listed,) = (await agencies.sender.get("/v1/cases")).json()["items"]
    assert listed == {
        "case": case,
        "person": person,
        "agreement": "usa-slv-2025@1",
        "kind": "third-country",
        "sending": "USA",
        "receiving": "SLV",
        "last_event": "intake.ClearanceGranted.v1",
        "last_sequence": len(await agencies.log()) - 1,
    }


async def test_what_is_not_there_is_unknown(agencies: Agencies) -> None:
    nobody = "01890a5d-ac96-774b-bcce-b302099a8057"
    for path in ("cases", "holds", "persons"):
        refused(await agencies.sender.get(f"/v1/{path}/{nobody}"), 404)
    refused(await agencies.sender.post(f"/v1/cases/{nobody}:clear"), 404, "case-is-unknown")
    fact = {"document": PAPER, "fact": {"kind": "opinion", "opinion": "consents"}}
    refused(await agencies.sender.post(f"/v1/cases/{nobody}/facts", fact), 404)


@pytest.mark.parametrize(
    "fact",
    [
        {"kind": "opinion"},
        {"kind": "rumour", "opinion": "consents"},
        {"kind": "opinion", "opinion": "consents", "note": "free text"},
        {"kind": "fitness", "fit": True, "valid_until": "2025-02-30"},
        {"kind": "legal-basis", **FACTS["legal-basis"], "days_remaining": 10**30},
        {"kind": "nationality", "nationalities": ["VEN"] * 21, "disputed": False},
    ],
)
async def test_a_malformed_fact_is_refused_and_nothing_is_recorded(
    fact: dict[str, Any], agencies: Agencies
) -> None:
    await agencies.agreement_in_force()
    case = await agencies.case(await agencies.person())
    before = len(await agencies.log())
    body = {"document": PAPER, "fact": fact}
    problem = refused(await agencies.sender.post(f"/v1/cases/{case}/facts", body), 400)
    assert problem["findings"][0]["path"].startswith("body.fact")
    assert len(await agencies.log()) == before


async def test_the_subject_of_a_case_entry_is_the_case(agencies: Agencies) -> None:
    case, _ = await agencies.cleared_case()
    assert subject_of((await agencies.log())[-1]) == f"case/{case}"
