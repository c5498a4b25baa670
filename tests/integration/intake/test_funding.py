"""Intake follows billing: an agreement whose money has run out has no new departures (D12)."""

from __future__ import annotations

from datetime import date

from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.contracts.funding import FundingExhausted, FundingPosition, FundingRestored
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.money import Money
from tests.integration.intake.agencies import made, refused
from tests.integration.intake.travel import JOURNEY, Travel
from tests.support.entries import entry
from tests.support.neighbour import Neighbour
from tests.support.waiting import until

USED = Money("195.00", "USD")
SPRING = DatePeriod(date(2025, 3, 1), date(2025, 5, 1))


def position(kind: type[FundingPosition]) -> Event:
    return kind(
        agreement=AgreementRef("usa-slv-2025@1"),
        on=date(2025, 3, 20),
        period=SPRING,
        obligated=USED,
        spent=USED,
    )


async def test_d12_money_that_has_run_out_stops_a_new_departure_until_there_is_more(
    travel: Travel, billing: Neighbour
) -> None:
    """S13: 'a refusal of new departures after, never of returns'."""
    (passenger,) = await travel.cleared(1)
    path = await travel.sealed(passenger)

    async def told(kind: type[FundingPosition], follows: type[Event]) -> None:
        await billing.say([entry(billing.said, position(kind), billing.origin)])

        async def followed() -> bool:
            return any(isinstance(event, follows) for event in await travel.agencies.log())

        await until(followed, patience=60)

    await told(FundingExhausted, DeparturesUnfunded)
    board = f"{path}/persons/{passenger.case}:board"
    problem = refused(await travel.escort.post(board), 422, "funds-exhausted")
    assert (problem["rule"], len(problem["findings"])) == ("D12", 1)
    assert "returns, releases and care go on" in problem["detail"]
    refused(await travel.authority.post("/v1/manifests", JOURNEY), 422, "funds-exhausted")

    await told(FundingRestored, DeparturesFunded)
    made(await travel.escort.post(board))
    made(await travel.authority.post("/v1/manifests", JOURNEY))
