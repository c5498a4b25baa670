"""A case follows what placement says of its person: refused at arrival (T4), and back (D2)."""

from __future__ import annotations

from tests.integration.intake.agencies import FACTS, PAPER, made
from tests.integration.intake.travel import ARRIVED, DEPARTED, DOORS_CLOSED, OFFERED, Travel


async def test_t4_the_case_of_whom_placement_says_was_refused_at_arrival_follows(
    travel: Travel,
) -> None:
    (passenger,) = await travel.cleared(1)
    path = await travel.sealed(passenger)
    await travel.boarded(path, passenger)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    made(await travel.escort.post(f"{path}/legs/1:arrive", ARRIVED))
    made(await travel.escort.post(f"{path}/legs/1:offer-handover", OFFERED))
    await travel.says(travel.refused(passenger))
    case = f"/v1/cases/{passenger.case}"
    await travel.until(case, lambda row: row["status"] == "arrival-refused")
    (shown,) = (await travel.authority.get(path)).json()["persons"]
    assert shown["status"] == "refused"
    again = await travel.escort.post(f"{path}/legs/1:offer-handover", OFFERED)
    assert again.status_code == 409, again.text
    proposal = {"person": passenger.person, "agreement": "usa-slv-2025", "kind": "third-country"}
    still = await travel.agencies.sender.post("/v1/cases", proposal)
    assert still.status_code == 409, still.text
    await travel.says(travel.back(passenger))
    await travel.until(case, lambda row: row["status"] == "returned")
    made(await travel.agencies.sender.post("/v1/cases", proposal))


async def test_t10_the_sending_state_agrees_to_send_on_only_where_that_was_assessed(
    travel: Travel,
) -> None:
    """G5: an assessment that covers the onward country, and no order on the person (G3)."""
    (passenger,) = await travel.cleared(1)
    covered = {"kind": "risk-assessment", **FACTS["risk-assessment"], "onward": ["VEN"]}
    fact = {"document": PAPER, "fact": covered}
    made(await travel.authority.post(f"/v1/cases/{passenger.case}/facts", fact))
    path = await travel.sealed(passenger)
    await travel.boarded(path, passenger)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    made(await travel.escort.post(f"{path}/legs/1:arrive", ARRIVED))
    made(await travel.escort.post(f"{path}/legs/1:offer-handover", OFFERED))
    agree, consent = f"/v1/cases/{passenger.case}:agree-onward-transfer", "ef" * 32
    wanted = {"onward": "VEN", "consent": consent}
    assert (await travel.authority.post(agree, wanted)).status_code == 409
    await travel.says(travel.accepted(passenger))
    await travel.until(f"/v1/cases/{passenger.case}", lambda row: row["status"] == "transferred")
    elsewhere = await travel.authority.post(agree, {"onward": "COL", "consent": consent})
    assert (elsewhere.status_code, elsewhere.json()["rule"]) == (422, "G5")
    agreed = await travel.authority.post(agree, wanted)
    assert (agreed.status_code, agreed.json()["onward"]) == (201, "VEN")
