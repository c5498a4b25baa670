"""A case at any moment: what was known of it before a fact was recorded, and what then."""

from datetime import datetime

from shared.ledger.machine import SystemClock
from tests.integration.intake.agencies import Agencies


def written(instant: datetime) -> str:
    """An instant as a query has it."""
    return instant.isoformat().replace("+00:00", "Z")


async def test_a_case_is_shown_as_it_was_known(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    nothing = written(SystemClock().now())
    case = await agencies.case(person)
    proposed = written(SystemClock().now())
    await agencies.document(case)
    documented = written(SystemClock().now())
    await agencies.sender.post(f"/v1/cases/{case}:clear")

    async def known_at(instant: str) -> tuple[str, bool, bool]:
        shown = (await agencies.sender.get(f"/v1/cases/{case}?known_at={instant}")).json()
        return shown["status"], shown["cleared"], bool(shown["facts"])

    now = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert now["cleared"] is True
    assert (await known_at(proposed))[1:] == (False, False)
    assert (await known_at(documented))[1:] == (False, True)
    missing = await agencies.sender.get(f"/v1/cases/{case}?known_at={nothing}")
    assert missing.status_code == 404

    async def listed(query: str = "") -> list[str]:
        page = (await agencies.sender.get(f"/v1/cases{query}")).json()
        return [item["last_event"] for item in page["items"]]

    assert await listed(f"?known_at={nothing}") == []
    assert await listed(f"?known_at={proposed}") == ["intake.CaseProposed.v1"]
    assert await listed() == ["intake.ClearanceGranted.v1"]


async def test_what_still_stands_between_a_person_and_clearance_is_said_of_that_moment(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    case = await agencies.case(await agencies.person())
    before = written(SystemClock().now())
    await agencies.document(case)
    then = (await agencies.sender.get(f"/v1/cases/{case}?known_at={before}")).json()
    now = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert len(then["findings"]) > len(now["findings"])
