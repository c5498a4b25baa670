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


async def is_scheduled(agencies: Agencies, custody: str) -> None:
    """The sending state says how it takes the person back, and nobody for it."""
    how = {"carrier": "AIR-7", "departs_on": "2199-04-20", "travel_document": "LP-2025-77"}
    path = f"{custody}:schedule-return"
    assert (await agencies.post(path, how, office="escort")).status_code == 403
    answer = await agencies.post(path, how, office="escort", party="USA")
    assert (answer.status_code, answer.json()["departs_on"]) == (201, "2199-04-20")
    shown = (await agencies.get(custody)).json()
    assert (shown["return_carrier"], shown["return_departs_on"]) == ("AIR-7", "2199-04-20")


async def test_d2_a_return_departs_and_is_completed_over_http(agencies: Agencies) -> None:
    """The facility says that the person left, and the sending state that it has them."""
    person = await in_custody(agencies)
    custody = f"/custodies/{person.custody}"
    left, back = {"at": "2025-04-20T15:00:00Z"}, {"at": "2025-04-21T15:00:00Z"}
    refused = await agencies.post(f"{custody}:exit", {"kind": "returned", **left})
    assert refused.status_code == 400, refused.text
    await is_scheduled(agencies, custody)
    answer = await agencies.post(f"{custody}:depart-return", left)
    assert (answer.status_code, answer.json()["departed_on"]) == (201, "2025-04-20")
    shown = (await agencies.get(custody)).json()
    assert (shown["status"], shown["responsible_state"]) == ("return-under-way", "SLV")
    located = (await agencies.locate(person.person)).json()
    assert located["says"].startswith("on the way back from custody in cecot since 2025-04-20")
    completing = f"{custody}:complete-return"
    theirs = await agencies.post(completing, back, office="central-authority")
    assert theirs.status_code == 403, theirs.text
    answer = await agencies.post(completing, back, office="intake-agency", party="USA")
    assert (answer.status_code, answer.json()["departed_on"]) == (201, "2025-04-20")
    assert (
        await agencies.post(completing, back, office="intake-agency", party="USA")
    ).status_code == 409
    shown = (await agencies.get(custody)).json()
    assert (shown["status"], shown["responsible_state"]) == ("returned", "USA")
