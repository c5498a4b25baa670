"""G18 over HTTP: an incident is before each office that it has to reach until that one says so."""

from __future__ import annotations

from datetime import timedelta

from shared.ledger.machine import SystemClock, new_id
from tests.integration.placement.agencies import Agencies, Traveller

HAPPENED = SystemClock().now() - timedelta(days=2)
"""Told two days late: overdue at once."""
OFFICES = [("SLV", "central-authority"), ("USA", "central-authority"), ("XX", "monitor")]


async def test_g18_an_incident_told_late_is_overdue_until_each_office_acknowledges_it(
    agencies: Agencies,
) -> None:
    await agencies.facility(9)
    hurt, dead = Traveller(new_id()), Traveller(new_id())
    await agencies.arrive(hurt, dead)
    report = {"at": HAPPENED.isoformat(), "reference": "MED-2025-7"}
    told = await agencies.post(f"/custodies/{hurt.custody}:report-emergency", report)
    assert told.status_code == 201, told.text
    incident = told.json()["incident"]
    assert told.headers["location"] == f"/v1/incidents/{incident}"
    died = await agencies.post(f"/custodies/{dead.custody}:report-death", report)
    assert died.status_code == 201, died.text

    def six_are_overdue(page: dict[str, list[dict[str, object]]]) -> bool:
        waiting = [item for item in page["items"] if item["kind"] == "incident-unacknowledged"]
        return len(waiting) == 6 and all(item["overdue"] for item in waiting)

    page = await agencies.until("/exceptions?limit=100", six_are_overdue)
    kinds = {item["incident_kind"] for item in page["items"] if "incident_kind" in item}
    assert kinds == {"medical-emergency", "death"}
    await is_paged(agencies)
    await acknowledged_by_each(agencies, incident)
    listed = (await agencies.get(f"/incidents?custody={hurt.custody}")).json()["items"]
    assert [(item["incident"], item["unacknowledged"]) for item in listed] == [(incident, 0)]
    listed = (await agencies.get("/incidents?kind=death")).json()["items"]
    assert [(item["incident"], item["unacknowledged"]) for item in listed] == [(dead.custody, 3)]
    assert (await agencies.get(f"/incidents/{incident}", party="VEN")).status_code == 404


async def acknowledged_by_each(agencies: Agencies, incident: str) -> None:
    path = f"/incidents/{incident}"
    refused = await agencies.post(f"{path}:acknowledge")
    assert (refused.status_code, refused.json()["rule"]) == (403, "G18")
    for party, office in OFFICES:
        said = await agencies.post(f"{path}:acknowledge", office=office, party=party)
        assert said.status_code == 201, said.text
    shown = (await agencies.get(path)).json()
    assert [(notice["party"], notice["office"]) for notice in shown["notices"]] == OFFICES
    assert all(notice["overdue"] and notice["acknowledged_at"] for notice in shown["notices"])


async def is_paged(agencies: Agencies) -> None:
    whole = (await agencies.get("/exceptions?limit=100")).json()["items"]
    items, path = [], "/exceptions?limit=1"
    while path:
        page = (await agencies.get(path)).json()
        items += page["items"]
        path = page["next"] and f"/exceptions?limit=1&after={page['next']}"
    assert items == whole
    assert (await agencies.get("/exceptions", party="VEN")).json()["items"] == []


async def test_who_escaped_is_at_large_and_still_in_custody(agencies: Agencies) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    path = f"/custodies/{person.custody}"
    alleged = await agencies.post(
        f"{path}:allege-ill-treatment",
        {"at": HAPPENED.isoformat(), "reference": "ALG-1"},
        party="USA",
        office="counsel",
    )
    assert alleged.status_code == 201, alleged.text
    at = {"at": HAPPENED.isoformat()}
    escape = await agencies.post(f"{path}:report-escape", {**at, "reference": "ESC-1"})
    assert escape.status_code == 201, escape.text
    row = (await agencies.get(path)).json()
    assert (row["status"], row["responsible_state"]) == ("escaped", "SLV")
    located = await agencies.locate(person.person)
    assert located.json()["status"] == "escaped", located.text
    assert (await agencies.post(f"{path}:record-recapture", at)).status_code == 201
    assert (await agencies.get(path)).json()["status"] == "in-custody"
