"""A merged person over HTTP and on a real database: the nights of two months, and an upgrade."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.billing import app as billing
from services.billing.reactions import TO_INTAKE
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.intake import AgreementActivated
from shared.messaging.follower import Reaction
from tests.integration.billing.serving import around, served
from tests.support.waiting import until
from tests.unit.billing.story import BED, custody, document, person

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from shared.service.settings import SealingSettings
    from tests.integration.billing.neighbours import Neighbours, Treasuries

ARRIVAL = date(2025, 3, 30)
BOTH = range(1, 3)
MERGED = PersonsMerged(
    person=person(2), other=person(1), set_aside=True, decided_by="USA:intake-agency:desk-2"
)
TOLD_APART = PersonsToldApart(
    person=person(2), other=person(1), decided_by="USA:intake-agency:desk-1"
)


async def _charged(treasuries: Treasuries) -> dict[str, int]:
    """How many nights each custody is charged for."""
    shown = await treasuries.get("/v1/accruals", agreement="usa-slv-2025")
    charged: dict[str, int] = {custody(number): 0 for number in BOTH}
    for row in shown["items"]:
        charged[row["custody"]] += row["quantity"] or 0
    return charged


async def test_g20_a_merging_after_a_month_was_closed_gives_its_nights_back_in_the_open_one(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(BOTH, ARRIVAL)
    await neighbours.attest(BOTH, ARRIVAL, 3)
    await neighbours.settled()
    march = (await treasuries.close("2025-03")).json()
    assert march["due"]["amount"] == "260.00"  # two nights, two pseudonyms

    await neighbours.say("intake", MERGED)
    await neighbours.settled()
    await neighbours.attest(BOTH, date(2025, 4, 2), 2)
    await neighbours.settled()

    # what April costs for one person, less the two nights of March that were invoiced twice
    april = (await treasuries.close("2025-04")).json()
    assert april["due"]["amount"] == "65.00"
    assert sum((await _charged(treasuries)).values()) == 5
    shown = await treasuries.get("/v1/accruals", agreement="usa-slv-2025", period="2025-04")
    kept_off = [row for row in shown["items"] if row["outcome"] == "not-charged"]
    assert {row["reason"] for row in kept_off} == {"PersonNightAlreadyCharged"}
    taken_back = [row for row in shown["items"] if row["outcome"] == "reversed"]
    assert {row["because"] for row in taken_back} == {"accord.example/intake/0#1"}

    await neighbours.say("intake", TOLD_APART)
    await neighbours.settled()
    everybody = await _charged(treasuries)
    assert everybody == {custody(number): 5 for number in BOTH}


async def test_a_merging_from_before_billing_followed_any_is_made_up_for_after_an_upgrade(
    settings: SealingSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 0007: old entries of a type that is reacted to anew come first."""
    before = Reaction(types=(AgreementActivated,), react=TO_INTAKE.react)
    async with around(settings) as (followed, neighbours, broker):
        with monkeypatch.context() as older:
            older.setattr(billing, "TO_INTAKE", before)
            async with served(followed, broker, tmp_path) as treasuries:
                await neighbours.activate(document(BED))
                await neighbours.accept(BOTH, ARRIVAL)
                await neighbours.say("intake", MERGED)
                await neighbours.attest(BOTH, ARRIVAL, 3)
                await neighbours.settled()
                assert await _charged(treasuries) == {custody(1): 3, custody(2): 3}

        async with served(followed, broker, tmp_path) as treasuries:
            await neighbours.attest(BOTH, date(2025, 4, 2), 1)

            async def made_up_for() -> bool:
                return sum((await _charged(treasuries)).values()) == 4

            await until(made_up_for, patience=60)
            await neighbours.settled()
            assert (await _charged(treasuries))[custody(1)] >= 3
