"""An agreement is suspended between seal and boarding, over HTTP, and read back (G23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.contracts.agreement_course import AgreementSuspended
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import PersonBoarded
from tests.integration.intake.agencies import IN_FORCE_TODAY, Agencies, made, refused
from tests.integration.intake.travel import (
    ARRIVED,
    DEPARTED,
    DOORS_CLOSED,
    OFFERED,
    Passenger,
    Travel,
)

AGREEMENT = "/v1/agreements/usa-slv-2025"
NOTE, ORDER = {"reference": "note-7"}, {"reference": "25-cv-766"}
SUSPENDED = "agreement-is-suspended"


async def test_g23_suspended_by_a_state_and_a_court_nobody_boards_before_both_have_resumed(
    travel: Travel,
) -> None:
    agencies = travel.agencies
    (passenger,) = await travel.cleared(1)
    path = await travel.sealed(passenger)
    made(await agencies.receiving_authority.post(f"{AGREEMENT}:suspend", NOTE))
    made(await agencies.court.post(f"{AGREEMENT}:suspend", ORDER))
    board = f"{path}/persons/{passenger.case}:board"
    problem = refused(await travel.escort.post(board), 422, SUSPENDED)
    assert (problem["rule"], len(problem["findings"])) == ("G23", 2)
    assert "returns and care go on" in problem["detail"]
    case = (await agencies.sender.get(f"/v1/cases/{passenger.case}")).json()
    assert [finding["rule"] for finding in case["findings"]] == ["G23", "G23"]
    await _nobody_is_proposed(agencies)
    problem = refused(await travel.authority.post(f"{AGREEMENT}:resume", NOTE), 403, "suspender")
    assert "only SLV:central-authority, XX:court:district-court-9/… can" in problem["detail"]
    made(await agencies.receiving_authority.post(f"{AGREEMENT}:resume", NOTE))
    await _shown_as_suspended_by_the_court(agencies)
    refused(await travel.escort.post(board), 422, SUSPENDED)
    made(await agencies.other_clerk.post(f"{AGREEMENT}:resume", ORDER))
    assert (await agencies.sender.get(AGREEMENT)).json()["suspended"] == []
    made(await travel.escort.post(board))


async def _nobody_is_proposed(agencies: Agencies) -> None:
    whom = {"person": await agencies.person(9), "agreement": "usa-slv-2025"}
    proposal = {**whom, "kind": "third-country"}
    refused(await agencies.sender.post("/v1/cases", proposal), 422, SUSPENDED)


async def _shown_as_suspended_by_the_court(agencies: Agencies) -> None:
    (standing,) = (await agencies.sender.get(AGREEMENT)).json()["suspended"]
    log = reversed(await agencies.log())
    event = next(event for event in log if isinstance(event, AgreementSuspended))
    assert standing == {
        "suspension": event.suspension,
        "by": "XX:court:district-court-9/…",
        "since": event.suspended_at.isoformat().replace("+00:00", "Z"),
        "reference": "25-cv-766",
    }


async def test_g24_who_departs_after_a_drill_arrives_and_is_handed_over_under_a_suspension(
    travel: Travel,
) -> None:
    """G23: a suspension stops nothing of that."""
    agencies = travel.agencies
    passenger = Passenger(*await agencies.cleared_case())
    path = await travel.sealed(passenger)
    await travel.boarded(path, passenger)
    authorise = f"{path}/legs/1:authorise"
    problem = refused(await travel.authority.post(authorise), 422, "no-return-drill")
    assert problem["rule"] == "G24"
    await travel.drilled()
    shown = (await agencies.sender.get(AGREEMENT)).json()
    assert shown["first_return_drill"]["held_on"] == "2025-03-12"
    made(await travel.authority.post(authorise, DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    made(await travel.authority.post(f"{AGREEMENT}:suspend", NOTE))
    made(await travel.escort.post(f"{path}/legs/1:arrive", ARRIVED))
    made(await travel.escort.post(f"{path}/legs/1:offer-handover", OFFERED))
    await travel.says(travel.accepted(passenger))
    await travel.until(
        f"/v1/cases/{passenger.case}", lambda shown: shown["status"] == "transferred"
    )
    log = await agencies.log()
    places = {type(event): index for index, event in enumerate(log)}
    assert places[PersonBoarded] < places[AgreementSuspended] < places[CaseTransferred]


async def test_a_state_gives_notice_and_the_agreement_says_its_last_day(travel: Travel) -> None:
    agencies = travel.agencies
    await agencies.agreement_in_force(IN_FORCE_TODAY + b"termination_notice_days: 90\n")
    today = datetime.now(UTC).date()
    answer = made(await agencies.receiving_authority.post(f"{AGREEMENT}:terminate", NOTE))
    days = {datetime.fromisoformat(answer[name]).date() for name in ("given_on", "last_day")}
    given_on, last_day = min(days), max(days)
    assert today <= given_on <= today + timedelta(days=1)
    assert last_day == given_on + timedelta(days=90)
    shown = (await agencies.sender.get(AGREEMENT)).json()
    assert shown["terminated"]["terminated_by"] == "SLV:central-authority:autoridad-1"
    ends = {"from": (last_day + timedelta(days=1)).isoformat(), "in_force": None}
    assert shown["follows"] == [ends]
    refused(await travel.authority.post(f"{AGREEMENT}:terminate", NOTE), 409, "notice-given")
