"""T4 at the door: who was offered is refused over HTTP, and their return is ordered with it."""

from shared.contracts.returns import ReturnOverdue
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import Agencies, Traveller

REFUSAL = {
    "refused_at": "2025-03-16T09:40:00Z",
    "ground": "excluded-by-agreement",
    "reference": "AR-2025-8",
    "evidence": "ab" * 32,
}


async def test_t4_a_woman_under_an_agreement_that_excludes_women_is_refused_at_arrival(
    agencies: Agencies,
) -> None:
    """She stays the sender's responsibility, her place is free, and she is to be taken back."""
    await agencies.facility(1)
    woman = Traveller(new_id())
    await agencies.intake.say(woman.manifested(), woman.offered())
    custody = f"/custodies/{woman.custody}"
    await agencies.until(custody, lambda row: row["offer"])
    path = f"{custody}:refuse-arrival"
    assert (await agencies.post(path, REFUSAL, office="escort", party="USA")).status_code == 403
    assert (await agencies.post(path, REFUSAL, party="USA")).status_code == 403
    answer = await agencies.post(path, REFUSAL)
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["status"], said["responsible_state"]) == ("arrival-refused", "USA")
    assert (said["due_at"], said["cost_of"]) == ("2025-03-30T23:59:59Z", "USA")
    assert (await agencies.post(path, REFUSAL)).status_code == 409
    shown = (await agencies.get(custody)).json()
    assert (shown["status"], shown["responsible_state"]) == ("arrival-refused", "USA")
    refused = await agencies.accept(woman)
    assert (refused.status_code, refused.json()["rule"]) == (422, "G13")
    (listed,) = (await agencies.get("/returns?status=arrival-refused")).json()["items"]
    assert (listed["custody"], listed["ground"]) == (str(woman.custody), "arrival-refused")
    facility = (await agencies.get("/facilities/cecot/occupancy")).json()
    assert (facility["reserved"], facility["in_custody"], facility["available"]) == (0, 0, 1)
    located = (await agencies.locate(woman.person)).json()
    assert (located["status"], located["responsible_state"]) == ("arrival-refused", "USA")
    (overdue,) = await agencies.until_recorded(ReturnOverdue)
    assert isinstance(overdue, ReturnOverdue)
    assert overdue.custody == woman.custody
