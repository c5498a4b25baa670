"""G23 and D12 over intake's log: placement reserves nothing, and nobody in custody is touched."""

from datetime import UTC, datetime
from typing import Any

from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.placement import PlaceRefused, PlaceReserved
from shared.kernel.ids import SuspensionId
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, TERMS, Agencies, Traveller

BY = "XX:court:district-court-9/clerk-1"


async def test_g23_d12_placement_follows_a_suspension_and_its_end(agencies: Agencies) -> None:
    await agencies.facility(9, own=2)
    before, meanwhile, after = (Traveller(new_id()) for _ in range(3))
    of: dict[str, Any] = {"agreement": TERMS, "suspension": SuspensionId(new_id())}
    at = datetime(2025, 3, 16, 9, tzinfo=UTC)
    suspended = AgreementSuspended(**of, reference="25-cv-766", suspended_at=at, suspended_by=BY)
    resumed = AgreementResumed(**of, reference="25-cv-766/9", resumed_by=BY, resumed_at=at)
    await agencies.intake.say(before.manifested(), suspended, meanwhile.manifested())
    await agencies.intake.say(before.offered())
    await agencies.until(f"/custodies/{before.custody}", lambda row: row["offer"])
    taken = await agencies.accept(before)
    assert taken.status_code == 201, taken.text
    await agencies.intake.say(resumed, after.manifested())
    (refused,) = await agencies.until_recorded(PlaceRefused)
    assert isinstance(refused, PlaceRefused)
    assert (refused.person, refused.refusal.rule) == (meanwhile.person, "G23")
    occupancy = f"/facilities/{CECOT}/occupancy"
    await agencies.until(occupancy, lambda row: (row["reserved"], row["in_custody"]) == (1, 1))
    reserved = [
        event.person
        for event in await agencies.events(PlaceReserved)
        if isinstance(event, PlaceReserved)
    ]
    assert reserved == [before.person, after.person]
