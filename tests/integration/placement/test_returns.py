"""A return is ordered while nobody else is there: placement alone takes and shows it (G16; T9)."""

from shared.contracts.returns import ReturnOverdue
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import Agencies, Traveller

ORDER = {"ordered_at": "2025-04-10T22:30:00Z", "reference": "25-cv-951"}


async def in_custody(agencies: Agencies) -> Traveller:
    """One person in custody, whom nobody has counted."""
    await agencies.facility(9)
    person = Traveller(new_id())
    await agencies.intake.say(person.manifested(), person.offered())
    await agencies.until(f"/custodies/{person.custody}", lambda row: row["offer"])
    await agencies.accept(person)
    return person


async def test_t9_a_return_is_ordered_and_shown_to_both_states(agencies: Agencies) -> None:
    """Intake, billing, Kafka and the other government may be away: nobody of them is asked."""
    person = await in_custody(agencies)
    path = f"/custodies/{person.custody}:order-return"
    assert (await agencies.post(path, ORDER, office="escort", party="USA")).status_code == 403
    answer = await agencies.post(path, ORDER, office="court", party="USA")
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["ground"], said["cost_of"]) == ("court-order", "USA")
    assert said["due_at"] == "2025-04-24T23:59:59Z"
    again = await agencies.post(path, ORDER, office="court", party="USA", subject="usa-clerk-2")
    assert again.status_code == 409, again.text
    shown = (await agencies.get(f"/custodies/{person.custody}")).json()
    assert shown["return_due_at"] == "2025-04-24T23:59:59Z"
    assert shown["return_entry"].endswith(f"#{said['receipt']['sequence']}")
    (listed,) = (await agencies.get("/returns?status=in-custody")).json()["items"]
    assert (listed["custody"], listed["reference"]) == (str(person.custody), "25-cv-951")
    assert (await agencies.get("/returns?status=released")).json()["items"] == []
    kinds = {item["kind"] for item in (await agencies.get("/exceptions")).json()["items"]}
    assert "return-overdue" in kinds
    (overdue,) = await agencies.until_recorded(ReturnOverdue)
    assert isinstance(overdue, ReturnOverdue)
    assert overdue.custody == person.custody
