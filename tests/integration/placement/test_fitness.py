"""G17 over HTTP: what the monitor finds suspends the facility until its next report; a court by its
word; a death until an inspection of a later day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.placement.domain.facility.record_report import TOPICS
from shared.contracts.facility import FacilityAgreed
from shared.contracts.facility_course import FacilityReinstated, FacilitySuspended
from shared.contracts.intake import AgreementActivated
from shared.ledger.machine import SystemClock, new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller
from tests.integration.placement.test_agreed_zone import TERMS

NOW = SystemClock().now()
TODAY, YESTERDAY = (day.date().isoformat() for day in (NOW, NOW - timedelta(days=1)))
COURT: dict[str, Any] = {"party": "XX", "office": "court"}
MONITOR: dict[str, Any] = {"party": "XX", "office": "monitor"}
PATH = f"/facilities/{CECOT}"


def report(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    findings = [{"topic": topic, "found_on": TODAY, "adequate": True} for topic in TOPICS]
    whole = {"findings": findings, "valid_until": "2199-12-31", "reference": "INSP-1"}
    return {**whole, **changed}


async def kinds(agencies: Agencies, **asking: str) -> list[tuple[str, str]]:
    page = (await agencies.get("/exceptions?limit=100", **asking)).json()
    said = "facility-suspended"
    return [(item["ground"], item["word"]) for item in page["items"] if item["kind"] == said]


async def test_g17_a_suspended_facility_gets_no_place_until_all_that_suspended_it_is_gone(
    agencies: Agencies,
) -> None:
    await agencies.facility(9)
    dead, waits, comes = (Traveller(new_id()) for _ in range(3))
    await agencies.arrive(dead)
    wanting = [{"topic": topic, "found_on": YESTERDAY, "adequate": False} for topic in TOPICS]
    found = await agencies.post(f"{PATH}/reports", report(findings=wanting), **MONITOR)
    assert (found.json()["lifts"], found.json()["reinstated"]) == ([], False)
    order = {"reference": "25-cv-766"}
    suspended = await agencies.post(f"{PATH}:suspend", order, **COURT)
    assert suspended.status_code == 201, suspended.text
    both = [("order", "XX:court:xx-court"), ("report", "")]
    assert await kinds(agencies) == both
    assert (await agencies.get(f"{PATH}/occupancy")).json()["suspended"] is True

    await agencies.intake.say(waits.manifested())
    await has_no_place(agencies)

    await reported_by_the_monitor_alone(agencies)
    assert await kinds(agencies) == both[:1]
    await withdrawn_by_the_court_alone(agencies, order)
    await agencies.intake.say(comes.manifested())
    await agencies.until(
        f"/custodies/{comes.custody}", lambda row: row["status"] == "place-reserved"
    )
    await is_on_record(agencies)
    await dies_and_is_not_reported_on_the_same_day(agencies, dead)


async def has_no_place(agencies: Agencies) -> None:
    page = await agencies.until(
        "/exceptions?limit=100",
        lambda page: any(item["kind"] == "place-refused" for item in page["items"]),
    )
    (no_place,) = (item for item in page["items"] if item["kind"] == "place-refused")
    assert (no_place["rule"], no_place["reason"]) == ("G17", "FacilityIsSuspended")


async def reported_by_the_monitor_alone(agencies: Agencies) -> None:
    lacks = report(findings=report()["findings"][1:])
    assert (await agencies.post(f"{PATH}/reports", lacks, **MONITOR)).status_code == 422
    by_itself = await agencies.post(f"{PATH}/reports", report(), party="SLV", office="monitor")
    assert (by_itself.status_code, by_itself.json()["rule"]) == (403, "G17")
    reported = await agencies.post(f"{PATH}/reports", report(), **MONITOR)
    assert (reported.json()["lifts"], reported.json()["reinstated"]) == (["report"], False)


async def withdrawn_by_the_court_alone(agencies: Agencies, order: dict[str, str]) -> None:
    other = await agencies.post(
        f"{PATH}:withdraw-suspension", order, party="SLV", office="central-authority"
    )
    assert other.status_code == 409
    taken = await agencies.post(f"{PATH}:withdraw-suspension", order, **COURT)
    assert taken.json()["reinstated"] is True, taken.text
    assert await kinds(agencies) == []
    assert (await agencies.get(f"{PATH}/occupancy")).json()["suspended"] is False


async def is_on_record(agencies: Agencies) -> None:
    assert [
        len(await agencies.events(kind)) for kind in (FacilitySuspended, FacilityReinstated)
    ] == [
        2,
        1,
    ]
    shown = (await agencies.get(f"{PATH}/suspensions", party="USA")).json()["items"]
    assert [(item["ground"], item["stands"]) for item in shown] == [
        ("order", False),
        ("report", False),
    ]
    kept = (await agencies.get(f"{PATH}/reports")).json()["items"]
    assert [row["adequate"] for row in kept] == [True, False, True]
    first = (await agencies.get(f"{PATH}/reports?limit=2")).json()
    then = (await agencies.get(f"{PATH}/reports?limit=2&after={first['next']}")).json()
    assert [*first["items"], *then["items"]] == kept
    assert {row["valid_until"] for row in kept} == {"2199-12-31"}
    assert (await agencies.get(f"{PATH}/reports", party="VEN")).json()["items"] == []


async def dies_and_is_not_reported_on_the_same_day(agencies: Agencies, dead: Traveller) -> None:
    """Going round it: the inspection of the day on which the death was told is recorded again."""
    died = {"at": "2025-03-18T03:20:00Z", "reference": "DC-2025-118"}
    told = await agencies.post(f"/custodies/{dead.custody}:report-death", died)
    assert told.status_code == 201, told.text
    again = await agencies.post(f"{PATH}/reports", report(), **MONITOR)
    assert (again.json()["lifts"], again.json()["reinstated"]) == ([], False)
    assert await kinds(agencies) == [("death", "")]


async def test_g17_a_suspended_facility_that_nobody_registered_is_an_exception_to_both_states(
    agencies: Agencies,
) -> None:
    """Nobody was ever sent there, and the sending state reads it all the same."""
    active = AgreementActivated(agreement=TERMS.ref, digest="0" * 64, document=TERMS)
    await agencies.intake.say(active)
    await agencies.until_recorded(FacilityAgreed)
    order = {"reference": "25-cv-766"}
    assert (await agencies.post(f"{PATH}:suspend", order, **COURT)).status_code == 201
    for party in ("USA", "SLV"):
        assert await kinds(agencies, party=party) == [("order", "XX:court:xx-court")]
        assert len((await agencies.get(f"{PATH}/suspensions", party=party)).json()["items"]) == 1
    assert await kinds(agencies, party="VEN") == []
