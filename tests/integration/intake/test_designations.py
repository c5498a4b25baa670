"""D9 over HTTP: a court holds somebody whom nobody registered yet, and the right person stays."""

from typing import Any

import pytest

from shared.contracts.manifest import BoardingRefused
from tests.integration.intake.agencies import Agencies, Body, made, refused
from tests.integration.intake.test_who_is_who import identity
from tests.integration.intake.travel import Passenger, Travel

DESIGNATE = "/v1/persons:designate"
PASSPORT = {"kind": "passport", "number": "syn 0001", "issued_by": "VEN"}
MEANT: Body = {"name": "PERSON, synthétic 1", "birth_date": "1990-01-02"}


async def held(agencies: Agencies, known: Body) -> tuple[dict[str, Any], str]:
    """Whom a court means, by what it knows, and its order on them at once."""
    designated = made(await agencies.court.post(DESIGNATE, known))
    return designated, await agencies.hold({"kind": "person", "person": designated["person"]})


@pytest.mark.parametrize("known", [MEANT, {"documents": [PASSPORT]}], ids=["name", "document"])
async def test_d9_an_order_made_before_the_agency_registers_anyone_stops_the_right_person(
    travel: Travel, known: Body
) -> None:
    """The agency registers them later, spelt otherwise; it registers them twice, and both are
    bound; it can neither part them alone nor merge them first.
    """
    agencies = travel.agencies
    where = {"purpose": "court-order", "by": {"kind": "document", "document": PASSPORT}}
    assert made(await agencies.court.post("/v1/persons:search", where))["persons"] == []
    designated, hold = await held(agencies, known)
    assert (designated["near_matches"], designated["warnings"]) == ([], [])
    meant = designated["person"]
    colleague = agencies.office("USA", "intake-agency", "intake-desk-2")

    await agencies.agreement_in_force()
    first = made(await agencies.sender.post("/v1/persons", identity("SYN-0001")))
    twice = made(await agencies.sender.post("/v1/persons", identity("SYN-0002")))
    assert first["near_matches"] == [meant]
    assert first["person"] in twice["near_matches"]
    for registered in (first["person"], twice["person"]):
        case = await agencies.case(registered)
        await agencies.document(case)
        shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
        assert shown["holds"] == [hold]
        problem = refused(await agencies.sender.post(f"/v1/cases/{case}:clear"), 422)
        assert {finding["rule"] for finding in problem["findings"]} >= {"G3", "G9"}

    path, other = f"/v1/persons/{first['person']}:different-from", {"person": meant}
    for office in (agencies.sender, colleague):
        refused(await office.post(path, other), 403, "whoever-meant-decides")
    made(await colleague.post(f"/v1/persons/{first['person']}:same-as", other))
    desk = agencies.office("USA", "intake-agency", "intake-desk-3")
    refused(await desk.post(path, other), 403, "whoever-meant-decides")


async def test_d9_who_was_cleared_and_is_meant_later_is_refused_at_the_door_until_told_apart(
    travel: Travel,
) -> None:
    agencies = travel.agencies
    (passenger,) = await travel.cleared(1)
    path = await travel.sealed(passenger)
    designated, hold = await held(agencies, MEANT)
    assert designated["near_matches"] == [passenger.person]
    await _not_boarded(travel, path, passenger, hold)

    shown = (await agencies.court.get(f"/v1/persons/{designated['person']}")).json()
    assert [alike["other"] for alike in shown["alike"]] == [passenger.person]
    refused(await agencies.sending_authority.get(f"/v1/persons/{passenger.person}"), 403)
    apart = f"/v1/persons/{designated['person']}:different-from"
    other = {"person": passenger.person}
    refused(await agencies.court.post(apart, other), 403, "whoever-meant-decides")
    elsewhere = agencies.office("XX", "court", "supreme-court/clerk-1")
    refused(await elsewhere.post(apart, other), 403, "whoever-meant-decides")
    made(await agencies.other_clerk.post(apart, other))
    made(await agencies.sender.post(f"/v1/cases/{passenger.case}:clear"))
    await travel.boarded(path, passenger)


async def _not_boarded(travel: Travel, path: str, passenger: Passenger, hold: str) -> None:
    refused(await travel.escort.post(f"{path}/persons/{passenger.case}:board"), 422)
    refusal = (await travel.agencies.log())[-1]
    assert isinstance(refusal, BoardingRefused)
    assert f"hold/{hold}" in [finding.evidence for finding in refusal.refusal.findings]


async def test_d9_who_names_no_body_is_told_at_once_and_half_a_name_finds_nobody(
    agencies: Agencies,
) -> None:
    alone = agencies.office("VEN", "consulate", "consul")
    (warning,) = made(await alone.post(DESIGNATE, MEANT))["warnings"]
    assert "body/person" in warning
    for known in ({}, {"name": "Synthetic Person 1"}, {"birth_date": "1990-01-02"}):
        refused(await agencies.court.post(DESIGNATE, known), 400)
    refused(await agencies.sender.post(DESIGNATE, MEANT), 403)
    refused(await agencies.court.post(DESIGNATE, {**MEANT, "birth_date": "2190-01-02"}), 400)
