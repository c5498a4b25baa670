"""Holds over HTTP: they block at once, and only their issuer's two subjects lift them."""

import asyncio

import pytest

from shared.contracts.hold import HoldAsserted, HoldLifted, HoldLiftRequested
from shared.contracts.intake import ClearanceGranted, ClearanceRefused
from tests.integration.intake.agencies import Agencies, made, refused

ORDER_9 = {"instrument": "25-cv-766 order 9"}


@pytest.mark.parametrize("scope", ["person", "person-there", "country", "class", "agreement"])
async def test_a_hold_blocks_at_once_and_its_lifting_needs_a_new_clearance(
    scope: str, agencies: Agencies
) -> None:
    case, person = await agencies.cleared_case()
    scopes = {
        "person": {"kind": "person", "person": person},
        "person-there": {"kind": "person", "person": person, "destination": "SLV"},
        "country": {"kind": "country", "country": "SLV"},
        "agreement": {"kind": "agreement", "agreement": "usa-slv-2025"},
        "class": {"kind": "class", "nationality": "VEN", "destination": "SLV"},
    }
    hold = await agencies.hold(scopes[scope])
    problem = refused(
        await agencies.sender.post(f"/v1/cases/{case}:clear"), 422, "hold-stands-against-departure"
    )
    assert problem["rule"] == "G3"
    assert problem["findings"][0]["evidence"] == f"hold/{hold}"
    assert isinstance((await agencies.log())[-1], ClearanceRefused)
    made(await agencies.court.post(f"/v1/holds/{hold}:lift", ORDER_9))
    made(await agencies.other_clerk.post(f"/v1/holds/{hold}:lift", ORDER_9))
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert (shown["status"], shown["cleared"], shown["findings"]) == ("under-review", False, [])
    made(await agencies.sender.post(f"/v1/cases/{case}:clear"))


async def test_a_withholding_order_against_another_country_does_not_block(
    agencies: Agencies,
) -> None:
    case, person = await agencies.cleared_case()
    await agencies.hold({"kind": "person", "person": person, "destination": "VEN"})
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert (shown["status"], shown["holds"]) == ("cleared", [])


async def test_g2_lifting_takes_two_subjects_of_the_issuing_office(agencies: Agencies) -> None:
    hold = await agencies.hold({"kind": "country", "country": "SLV"})
    path = f"/v1/holds/{hold}:lift"
    minister = await agencies.sending_authority.post(path, ORDER_9)
    problem = refused(minister, 403, "nobody-overrides-a-hold")
    assert problem["rule"] == "G2"
    assert made(await agencies.court.post(path, ORDER_9))["lifted"] is False
    alone = refused(await agencies.court.post(path, ORDER_9), 403, "two-subjects-are-needed")
    assert alone["rule"] == "G2"
    assert (await agencies.sender.get(f"/v1/holds/{hold}")).json()["stands"] is True
    assert made(await agencies.other_clerk.post(path, ORDER_9))["lifted"] is True
    shown = (await agencies.sender.get(f"/v1/holds/{hold}")).json()
    assert (shown["stands"], shown["lifted_by"]) == (False, "XX:court:district-court-9/clerk-2")
    kinds = [type(event) for event in await agencies.log()]
    assert kinds == [HoldAsserted, HoldLiftRequested, HoldLifted]


async def test_g2_verification_is_by_another_subject(agencies: Agencies) -> None:
    hold = await agencies.hold({"kind": "country", "country": "SLV"})
    path, paper = f"/v1/holds/{hold}:verify", {"instrument": "fax 12"}
    refused(await agencies.court.post(path, paper), 403, "two-subjects-are-needed")
    elsewhere = agencies.office("XX", "court", "district-court-8/clerk-2")
    refused(await elsewhere.post(path, paper), 403, "only-its-issuer-verifies")
    made(await agencies.other_clerk.post(path, paper))
    shown = (await agencies.sender.get(f"/v1/holds/{hold}")).json()
    assert shown["verified_by"] == "XX:court:district-court-9/clerk-2"


async def test_g2_other_offices_assert_nothing(agencies: Agencies) -> None:
    order = {
        "scope": {"kind": "country", "country": "SLV"},
        "form": "written",
        "received_at": "2025-03-15T22:45:00Z",
        "reference": "25-cv-766",
    }
    problem = refused(await agencies.sender.post("/v1/holds", order), 403)
    assert problem["rule"] == "G2"
    future = {**order, "received_at": "2199-01-01T00:00:00Z"}
    assert refused(await agencies.court.post("/v1/holds", future), 422)["rule"] == "G3"
    nobody = {"kind": "person", "person": "01890a5d-ac96-774b-bcce-b302099a8057"}
    refused(await agencies.court.post("/v1/holds", {**order, "scope": nobody}), 404)
    assert await agencies.log() == []


async def test_g1_a_hold_and_clearances_at_once_never_leave_a_clearance_after_the_hold(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    cases = [await agencies.case(await agencies.person(index)) for index in range(6)]
    for case in cases:
        await agencies.document(case)
    clearances = [agencies.sender.post(f"/v1/cases/{case}:clear") for case in cases]
    hold = agencies.hold({"kind": "country", "country": "SLV"})
    await asyncio.gather(*clearances[:3], hold, *clearances[3:])
    log = await agencies.log()
    asserted = next(at for at, event in enumerate(log) if isinstance(event, HoldAsserted))
    assert not any(isinstance(event, ClearanceGranted) for event in log[asserted:])
    decided = [event for event in log if isinstance(event, ClearanceGranted | ClearanceRefused)]
    assert len(decided) == len(cases)


@pytest.mark.parametrize("person", ["a\u001fb", "a\u001eb", "x" * 10_000, ""])
async def test_a_hold_on_what_cannot_be_a_person_is_malformed(
    person: str, agencies: Agencies
) -> None:
    order = {
        "scope": {"kind": "person", "person": person},
        "form": "oral",
        "received_at": "2025-03-15T22:45:00Z",
        "reference": "25-cv-766",
    }
    refused(await agencies.court.post("/v1/holds", order), 400, "request-malformed")


@pytest.mark.parametrize(
    "scope", [{}, {"nationality": "PRI"}, {"destination": "ESA"}, {"sex": "female"}]
)
async def test_a_class_names_at_least_one_attribute_and_what_there_is(
    scope: dict[str, str], agencies: Agencies
) -> None:
    order = {
        "scope": {"kind": "class", **scope},
        "form": "written",
        "received_at": "2025-03-15T22:45:00Z",
        "reference": "25-cv-766",
    }
    refused(await agencies.court.post("/v1/holds", order), 400, "request-malformed")


async def test_a_hold_of_a_subject_without_a_body_says_so_at_once_and_what_to_do(
    agencies: Agencies,
) -> None:
    alone = agencies.office("XX", "court", "clerk-7")
    order = {
        "scope": {"kind": "country", "country": "SLV"},
        "form": "oral",
        "received_at": "2025-03-15T22:45:00Z",
        "reference": "25-cv-766",
    }
    asserted = made(await alone.post("/v1/holds", order))
    path = f"/v1/holds/{asserted['hold']}"
    (warning,) = asserted["warnings"]
    assert "nobody can lift it" in warning
    assert ":name-body" in warning
    shown = (await agencies.sender.get(path)).json()
    assert (shown["lifted_by_two_of"], shown["warnings"]) == (None, [warning])
    refused(await agencies.court.post(f"{path}:lift", ORDER_9), 403, "nobody-overrides-a-hold")
    body = {"body": "district-court-9"}
    taking = await agencies.court.post(f"{path}:name-body", body)
    refused(taking, 403, "only-its-asserter-names-the-body")
    made(await alone.post(f"{path}:name-body", body))
    assert (await agencies.sender.get(path)).json()["body_named"] == "district-court-9"
    made(await agencies.court.post(f"{path}:confirm-body"))
    shown = (await agencies.sender.get(path)).json()
    assert (shown["lifted_by_two_of"], shown["warnings"]) == ("XX:court:district-court-9/…", [])
    made(await agencies.court.post(f"{path}:lift", ORDER_9))
    assert made(await agencies.other_clerk.post(f"{path}:lift", ORDER_9))["lifted"] is True


async def test_a_hold_of_a_body_has_nothing_to_warn_of(agencies: Agencies) -> None:
    hold = await agencies.hold({"kind": "country", "country": "SLV"})
    shown = (await agencies.sender.get(f"/v1/holds/{hold}")).json()
    assert (shown["lifted_by_two_of"], shown["warnings"]) == ("XX:court:district-court-9/…", [])
