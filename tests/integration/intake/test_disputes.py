"""G1 over HTTP: two offices differ, the case says so, and one of them takes its word back."""

from __future__ import annotations

from shared.contracts.fact_dispute import FactWithdrawn, IdentityDisputed
from tests.integration.intake.agencies import IN_FORCE_TODAY, PAPER, Agencies, made, refused

BY_BOTH = IN_FORCE_TODAY.replace(
    b"required_facts:\n",
    b"required_facts:\n  - {fact: identity, side: receiving, office: central-authority}\n",
)


async def test_g1_a_disputed_fact_counts_as_missing_until_its_office_takes_it_back(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force(BY_BOTH)
    case = await agencies.case(await agencies.person())
    await agencies.document(case)
    facts, clear = f"/v1/cases/{case}/facts", f"/v1/cases/{case}:clear"
    disputes = {"document": PAPER, "fact": {"kind": "identity-dispute"}}
    theirs = agencies.receiving_authority
    assert made(await theirs.post(facts, disputes))["kind"] == "identity"
    assert isinstance((await agencies.log())[-1], IdentityDisputed)
    problem = refused(await agencies.sender.post(clear), 422, "requirements-not-met")
    assert {finding["rule"] for finding in problem["findings"]} == {"G9"}
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    in_dispute = [fact for fact in shown["facts"] if fact["in_dispute"]]
    assert [fact["signed_by"] for fact in in_dispute] == ["USA", "SLV"]
    withdraw = f"POST {facts}:withdraw"
    steps = [(step["office"], step["command"]) for step in shown["to_do"]]
    assert steps == [("intake-agency", withdraw), ("central-authority", withdraw)]
    soon = [ends["what"] for ends in shown["running_out"]]
    assert soon[:2] == ["fitness", "risk-assessment"]
    taken = {"kind": "identity", "reason": "recorded-in-error", "document": PAPER}
    refused(await agencies.court.post(f"{facts}:withdraw", taken), 403, "fact-is-for-its-office")
    made(await theirs.post(f"{facts}:withdraw", taken))
    assert isinstance((await agencies.log())[-1], FactWithdrawn)
    confirms = {"kind": "identity", "identifiers": ["fingerprints", "iris"]}
    made(await theirs.post(facts, {"document": PAPER, "fact": confirms}))
    made(await agencies.sender.post(clear))
    await _nothing_is_to_do_before_it_ends(agencies, case)


async def _nothing_is_to_do_before_it_ends(agencies: Agencies, case: str) -> None:
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert shown["to_do"] == []
    first = shown["running_out"][0]
    assert (first["what"], first["evidence"]) == ("clearance", f"document/{PAPER}")
