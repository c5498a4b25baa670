"""A term that has run out, over HTTP: the refusal says to whoever asks what to do next (D4)."""

from tests.integration.intake.agencies import AS_REPORTED, FACTS, PAPER, Agencies, made, refused

IN_TIME = "2026-03-15T23:59:59Z"
TOO_LATE = "2026-03-16T00:00:00Z"
TOO_EARLY = "2025-03-15T23:59:59Z"
NOT_IN_FORCE = "agreement-not-in-force"


async def test_d4_nothing_is_proposed_or_accepted_once_the_term_has_run_out(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force(AS_REPORTED)
    body = {"person": await agencies.person(), "agreement": "usa-slv-2025", "kind": "third-country"}
    problem = refused(await agencies.sender.post("/v1/cases", body), 422, NOT_IN_FORCE)
    assert problem["rule"] == "effective"
    assert "sign a version" in problem["detail"]
    case = await _proposed(agencies, 2)
    accept, paper = f"/v1/cases/{case}:accept", {"document": PAPER}
    refused(await agencies.receiving_authority.post(accept, paper), 422, NOT_IN_FORCE)
    made(await agencies.receiving_authority.post(accept, {**paper, "signed_at": IN_TIME}))


async def test_d4_no_case_is_cleared_under_an_agreement_that_has_run_out(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force(AS_REPORTED)
    case = await _proposed(agencies)
    await _documented(agencies, case)
    clear = f"/v1/cases/{case}:clear"
    for body in (None, {"done_at": TOO_LATE}, {"done_at": TOO_EARLY}):
        problem = refused(await agencies.sender.post(clear, body), 422, NOT_IN_FORCE)
        (finding,) = problem["findings"]
        assert (finding["rule"], finding["evidence"]) == ("effective", "agreement/usa-slv-2025@1")
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert [finding["rule"] for finding in shown["findings"]] == ["effective"]
    made(await agencies.sender.post(clear, {"done_at": IN_TIME}))


async def _proposed(agencies: Agencies, number: int = 1) -> str:
    person = await agencies.person(number)
    whom = {"person": person, "agreement": "usa-slv-2025", "kind": "third-country"}
    answer = await agencies.sender.post("/v1/cases", {**whom, "proposed_at": IN_TIME})
    return str(made(answer)["case"])


async def _documented(agencies: Agencies, case: str) -> None:
    for kind, content in FACTS.items():
        office = agencies.sending_authority if kind == "risk-assessment" else agencies.sender
        fact = {"kind": kind, **content}
        made(await office.post(f"/v1/cases/{case}/facts", {"document": PAPER, "fact": fact}))
    accepted = {"document": PAPER, "signed_at": IN_TIME}
    made(await agencies.receiving_authority.post(f"/v1/cases/{case}:accept", accepted))
