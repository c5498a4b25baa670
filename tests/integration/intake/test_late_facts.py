"""D7 over HTTP: what is told of somebody under way, and would have kept them here, recalls them."""

from __future__ import annotations

from typing import Any

from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from tests.integration.intake.agencies import PAPER, made
from tests.integration.intake.travel import DEPARTED, DOORS_CLOSED, Travel


def all_are_recalled(journey: dict[str, Any]) -> bool:
    """Whether everybody on it is to be brought back."""
    due = [person["recall_due_at"] for person in journey["persons"]]
    return bool(due) and all(due)


async def test_d7_facts_are_taken_after_departure_and_order_the_recall_of_whom_they_would_have_kept(
    travel: Travel,
) -> None:
    """A national of the sending state, and a minor: neither would have passed the gate."""
    one, two = await travel.cleared(2)
    path = await travel.sealed(one, two)
    await travel.boarded(path, one, two)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    sender, court = travel.agencies.sender, travel.agencies.court
    nationality = {"kind": "nationality", "nationalities": ["USA"], "disputed": False}
    fact = {"document": PAPER, "fact": nationality}
    made(await sender.post(f"/v1/cases/{one.case}/facts", fact))
    minor = {"person": two.person, "matched": "minor", "document": PAPER}
    exclusion = made(await court.post("/v1/exclusions", minor))["exclusion"]
    await travel.until(path, all_are_recalled)
    log = await travel.agencies.log()
    found = [event for event in log if isinstance(event, WrongfulTransferFound)]
    assert {(event.case, event.closes.rule, event.closes.evidence) for event in found} == {
        (one.case, "G7", f"document/{PAPER}"),
        (two.case, "G8", f"exclusion/{exclusion}"),
    }
    assert sum(isinstance(event, RecallOrdered) for event in log) == 2
