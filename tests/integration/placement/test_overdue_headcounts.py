"""A facility that is silent at its deadline is overdue at once, and shown until it attests (D3)."""

from datetime import timedelta

import pytest

from shared.contracts.placement import HeadcountOverdue
from shared.kernel.dates import local_date
from shared.ledger.machine import SystemClock, new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller

ARRIVED = SystemClock().now() - timedelta(days=4)
FIRST = local_date(ARRIVED, "America/El_Salvador")
SECOND = FIRST + timedelta(days=1)


@pytest.fixture(autouse=True)
def due_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the record tells late is due when it is told, not twelve hours later."""
    for module in ("deadlines", "domain.headcount_deadline"):
        monkeypatch.setattr(f"services.placement.{module}.HEADCOUNT_GRACE", timedelta(0))


async def two_in_custody(agencies: Agencies) -> list[Traveller]:
    """Two persons who arrived four days ago; nobody has counted them since."""
    await agencies.facility(9)
    people = [Traveller(new_id()) for _ in range(2)]
    events = [event for person in people for event in (person.manifested(), person.offered())]
    await agencies.intake.say(*events)
    for person in people:
        await agencies.until(f"/custodies/{person.custody}", lambda row: row["offer"])
        await agencies.accept(person, accepted_at=ARRIVED.isoformat())
    return people


async def test_a_silent_facility_is_overdue_at_once_and_shown_until_it_attests(
    agencies: Agencies,
) -> None:
    people = await two_in_custody(agencies)

    def shows_both(page: dict[str, list[dict[str, object]]]) -> bool:
        return {str(FIRST), str(SECOND)} <= {str(item["night"]) for item in page["items"]}

    shown = await agencies.until("/exceptions", shows_both)
    kinds = {item["kind"] for item in shown["items"]}
    assert kinds == {"headcount-overdue"}
    assert shown["items"][0]["facility"] == CECOT
    present = [str(person.custody) for person in people]
    await agencies.post(
        f"/facilities/{CECOT}/headcounts", {"night": str(FIRST), "present": present}
    )
    left = (await agencies.get("/exceptions")).json()["items"]
    assert str(SECOND) in [item["night"] for item in left]
    assert str(FIRST) not in [item["night"] for item in left]


async def test_an_overdue_headcount_is_an_entry_of_the_services_own_clock_at_its_instant(
    agencies: Agencies,
) -> None:
    await two_in_custody(agencies)
    first = (await agencies.until_recorded(HeadcountOverdue))[0]
    assert isinstance(first, HeadcountOverdue)
    assert (first.facility, first.night, first.timezone) == (CECOT, FIRST, "America/El_Salvador")
    entry = (await agencies.entries(HeadcountOverdue))[0]
    assert (entry.actor, entry.time) == ("XX:ops:placement-clock", first.due_at)
    assert entry.recorded_at >= first.due_at


async def test_overdue_headcounts_are_listed_in_pages_for_whom_they_concern(
    agencies: Agencies,
) -> None:
    await two_in_custody(agencies)
    await agencies.until("/exceptions", lambda page: len(page["items"]) >= 3)
    whole = (await agencies.get("/exceptions")).json()["items"]
    nights: list[object] = []
    path: str | None = "/exceptions?limit=1"
    while path:
        page = (await agencies.get(path)).json()
        nights += [item["night"] for item in page["items"]]
        path = page["next"] and f"/exceptions?limit=1&after={page['next']}"
    assert nights == [item["night"] for item in whole]
    assert (await agencies.get("/exceptions", party="USA")).json()["items"] == whole
    assert (await agencies.get("/exceptions", party="VEN")).json()["items"] == []
