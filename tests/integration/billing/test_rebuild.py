"""Billing's views, built again while it runs, are what they were, to the cent."""

from datetime import date, timedelta

from services.billing.projections import VIEWS
from shared.service.settings import SealingSettings
from shared.views.rebuild import rebuild
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.integration.billing.test_payments import usd
from tests.integration.billing.test_services import GUARDED
from tests.integration.billing.test_terms_to_invoice import PREPAYMENT
from tests.support.views import execute, rows_of
from tests.unit.billing.story import PLACES, document
from tests.unit.tariff.test_per_unit import GUARD

MARCH = date(2025, 3, 16)


async def test_accounts_accruals_and_invoices_follow_from_the_log(
    treasuries: Treasuries, neighbours: Neighbours, settings: SealingSettings
) -> None:
    await neighbours.activate(document(PLACES, GUARD))
    await neighbours.settled()
    await treasuries.post("/v1/prepayments", PREPAYMENT)
    await neighbours.accept(range(1, 4), MARCH)
    await neighbours.attest(range(1, 4), MARCH, 5)
    await neighbours.settled()
    guarded = {**GUARDED, "on": "2025-03-20"}
    given = await treasuries.post("/v1/services", guarded, office="facility-registry")
    assert given.status_code == 201
    service = f"/v1/services/{given.json()['service']}:approve"
    await treasuries.post(service, party="USA", office="central-authority")
    await _disputed(treasuries, (await treasuries.close("2025-03")).json()["invoice"])
    await neighbours.release(1, MARCH + timedelta(days=2))
    await neighbours.settled()
    before = await rows_of(settings.database_url, VIEWS.tables)
    accounts = await treasuries.get("/v1/accounts")
    assert all(before.values()), "each of the views has rows"

    await execute(settings.database_url, "UPDATE postings SET minor = minor + 1")
    assert await treasuries.get("/v1/accounts") != accounts
    await rebuild(settings.database_url, VIEWS)

    assert await rows_of(settings.database_url, VIEWS.tables) == before
    assert await treasuries.get("/v1/accounts") == accounts


async def _disputed(treasuries: Treasuries, invoice: str) -> None:
    """The payer disputes what guarding costs."""
    lines = (await treasuries.get(f"/v1/invoices/{invoice}"))["lines"]
    number = next(line["line"] for line in lines if line["component"] == GUARD.id)
    claim = {"amount": usd("1.00"), "reason": "no-evidence", "document": GUARDED["document"]}
    disputed = await treasuries.post(
        f"/v1/invoices/{invoice}/lines/{number}:dispute", claim, party="USA"
    )
    assert disputed.status_code == 201, disputed.text
