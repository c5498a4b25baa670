"""G8 over HTTP: what excludes a person is recorded, stops them at the door, and is read back."""

from __future__ import annotations

from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.manifest import BoardingRefused
from tests.integration.intake.agencies import PAPER, made, refused
from tests.integration.intake.travel import Travel


async def test_g8_who_is_excluded_after_the_clearance_is_stopped_at_the_door(
    travel: Travel,
) -> None:
    agencies = travel.agencies
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    body = {"person": one.person, "matched": "pending-proceedings", "document": PAPER}
    refused(await travel.escort.post("/v1/exclusions", body), 403)
    refused(await agencies.court.post("/v1/exclusions", {**body, "matched": "said to be ill"}), 400)
    exclusion = made(await agencies.court.post("/v1/exclusions", body))["exclusion"]
    assert isinstance((await agencies.log())[-1], ExclusionMatched)
    refused(await travel.escort.post(f"{path}/persons/{one.case}:board"), 422, "not-admitted")
    assert isinstance((await agencies.log())[-1], BoardingRefused)
    shown = (await agencies.sender.get(f"/v1/cases/{one.case}")).json()
    assert (shown["cleared"], shown["exclusions"][0]["exclusion"]) == (False, exclusion)
    assert [finding["evidence"] for finding in shown["findings"]] == [f"exclusion/{exclusion}"]
    withdraw, paper = f"/v1/exclusions/{exclusion}:withdraw", {"document": PAPER}
    refused(await agencies.sender.post(withdraw, paper), 403, "exclusion-is-for-another-office")
    made(await agencies.other_clerk.post(withdraw, paper))
    assert isinstance((await agencies.log())[-1], ExclusionWithdrawn)
    made(await agencies.sender.post(f"/v1/cases/{one.case}:clear"))
    made(await travel.escort.post(f"{path}/persons/{one.case}:board"))
