"""Intake's lists follow from its log; the vault and its keys do not, and outlive every rebuild."""

from services.intake.projections import VIEWS
from services.intake.settings import IntakeSettings
from services.intake.tables import KEPT
from shared.views.rebuild import rebuild
from tests.integration.intake.agencies import Agencies, made
from tests.support.views import execute, rows_of


async def test_the_lists_are_built_again_and_no_person_is_forgotten(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    url = settings.database_url
    _, person = await agencies.cleared_case()
    lists, vault = await rows_of(url, VIEWS.tables), await rows_of(url, KEPT)
    path, why = f"/v1/persons/{person}:read", {"purpose": "correction"}
    identity = made(await agencies.sender.post(path, why))["identity"]

    await execute(url, "DELETE FROM cases")
    await rebuild(url, VIEWS)

    assert await rows_of(url, VIEWS.tables) == lists
    assert len(lists["cases"]) == 1
    assert await rows_of(url, KEPT) == vault
    assert [len(rows) > 0 for rows in vault.values()] == [True, True]
    assert made(await agencies.sender.post(path, why))["identity"] == identity
