"""D5 over HTTP: what a government assured a court stops a person at the door until both end it."""

from __future__ import annotations

from datetime import timedelta

from shared.contracts.assurance import AssuranceEnded, AssuranceGiven
from shared.ledger.machine import SystemClock
from tests.integration.intake.agencies import made, refused
from tests.integration.intake.travel import Travel


def assurance(person: str) -> dict[str, str]:
    """What the sending state's authority promises a court for the next two weeks."""
    now = SystemClock().now()
    return {
        "person": person,
        "to_party": "XX",
        "to_office": "court",
        "to_body": "district-court-9",
        "reference": "25-cv-766",
        "given_at": now.isoformat(),
        "until": (now + timedelta(days=14)).isoformat(),
    }


async def test_d5_an_assurance_stops_a_person_at_the_door_until_both_end_it(
    travel: Travel,
) -> None:
    agencies = travel.agencies
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    body = assurance(one.person)
    refused(await agencies.court.post("/v1/assurances", body), 403)
    past = {**body, "until": body["given_at"]}
    refused(
        await agencies.sending_authority.post("/v1/assurances", past),
        422,
        "assurance-assures-nothing",
    )
    given = made(await agencies.sending_authority.post("/v1/assurances", body))["assurance"]
    assert isinstance((await agencies.log())[-1], AssuranceGiven)
    refused(await travel.escort.post(f"{path}/persons/{one.case}:board"), 422, "assurance-stands")
    shown = (await agencies.sender.get(f"/v1/cases/{one.case}")).json()
    (stands,) = shown["assurances"]
    assert (shown["cleared"], stands["to"]) == (False, "XX:court:district-court-9")
    assert [finding["evidence"] for finding in shown["findings"]] == [f"assurance/{given}"]
    end, paper = f"/v1/assurances/{given}:end", {"instrument": "25-cv-766 order 9"}
    refused(await agencies.court.post(end, paper), 403, "ended-by-giver-and-receiver")
    assert made(await agencies.sending_authority.post(end, paper))["ended"] is False
    assert made(await agencies.court.post(end, paper))["ended"] is True
    assert isinstance((await agencies.log())[-1], AssuranceEnded)
    made(await agencies.sender.post(f"/v1/cases/{one.case}:clear"))
    made(await travel.escort.post(f"{path}/persons/{one.case}:board"))
