"""Placement's views, built again while it runs, are what they were, and it goes on with them."""

from services.placement.projections import VIEWS
from shared.ledger.machine import new_id
from shared.service.settings import SealingSettings
from shared.views.rebuild import rebuild
from tests.integration.placement.agencies import CECOT, Agencies, Traveller
from tests.support.views import execute, rows_of


async def test_everything_that_placement_shows_follows_from_its_log(
    agencies: Agencies, settings: SealingSettings
) -> None:
    await agencies.facility(9, own=2)
    people = [Traveller(new_id()) for _ in range(3)]
    await agencies.arrive(*people)
    night = {"night": "2025-03-16", "present": [str(person.custody) for person in people[:2]]}
    await agencies.post(f"/facilities/{CECOT}/headcounts", night)
    await agencies.post(f"/custodies/{people[0].custody}:assign", {"place": "module-1"})
    exited = {"kind": "released", "at": "2025-03-20T15:00:00Z"}
    await agencies.post(f"/custodies/{people[0].custody}:exit", exited)
    before = await rows_of(settings.database_url, VIEWS.tables)
    shown_first = ("facilities", "headcounts", "overdue_headcounts", "custodies")
    assert [len(before[name]) for name in shown_first] == [1, 1, 0, 3]
    assert len(before["view_history"]) > 3
    shown = (await agencies.get("/custodies")).json()

    await execute(settings.database_url, "UPDATE custodies SET status = 'lost'")
    rebuilt = await rebuild(settings.database_url, VIEWS)

    assert rebuilt.entries == len(await agencies.events())
    assert await rows_of(settings.database_url, VIEWS.tables) == before
    assert (await agencies.get("/custodies")).json() == shown
    await agencies.post(f"/custodies/{people[1].custody}:exit", exited)
    left = await agencies.get(f"/custodies/{people[1].custody}")
    assert left.json()["status"] == "released"
    assert (await agencies.client.get("/status")).status_code == 200
