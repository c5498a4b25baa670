"""A case follows what placement says of its person: refused at arrival (T4), and back (D2)."""

from __future__ import annotations

from tests.integration.intake.agencies import made
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
