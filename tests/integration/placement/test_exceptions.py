"""G19, F10: whoever has no place, and why, is among the exceptions for as long as it matters."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from shared.contracts.agreement import AgreedFacility, Parties
from shared.contracts.intake import AgreementActivated, CaseWithdrawn
from shared.contracts.manifest import PersonManifested
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import FacilityId
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, TERMS, Agencies, Traveller
from tests.support.intake_log import DOCUMENT

READ = "/exceptions"
IN_KOLKATA = msgspec.structs.replace(
    DOCUMENT,
    parties=Parties("USA", "SLV"),
    facilities=(AgreedFacility(FacilityId(CECOT), "Asia/Kolkata"),),
)
NOT_YET = msgspec.structs.replace(
    IN_KOLKATA,
    version=IN_KOLKATA.version + 1,
    effective=DatePeriod(date(2199, 1, 1), date(2199, 12, 31)),
    facilities=(AgreedFacility(FacilityId(CECOT), "America/El_Salvador"),),
)
"""An amendment that was signed early: it names the zone that the facility has."""


def withdrawn(person: Traveller) -> CaseWithdrawn:
    return CaseWithdrawn(case=person.case, person=person.person, agreement=TERMS)


async def test_g19_who_has_no_place_is_an_exception_until_they_get_one(agencies: Agencies) -> None:
    """Nobody registered the facility: the refusal says so to both states and to no third one."""
    journey = new_id()
    waits, gives_up = Traveller(journey), Traveller(journey)
    await agencies.intake.say(waits.manifested(), gives_up.manifested())
    page = await agencies.until(READ, lambda page: len(page["items"]) == 2)
    first = next(item for item in page["items"] if item["custody"] == waits.custody)
    assert (first["kind"], first["rule"], first["reason"]) == (
        "place-refused",
        "G19",
        "NoPlaceAvailable",
    )
    assert "has not been registered: have its state register it" in first["detail"]
    assert (first["manifest"], first["entry"]) == (journey, "accord.example/placement/0#0")
    await is_paged_and_for_the_two_states(agencies, page)
    await agencies.intake.say(withdrawn(gives_up))
    await agencies.until(READ, lambda page: page["items"] == [first])
    await agencies.facility(1)
    await agencies.intake.say(waits.manifested())
    await agencies.until(READ, lambda page: page["items"] == [])
    await agencies.intake.say(waits.removed())
    await agencies.until(
        f"/custodies/{waits.custody}", lambda row: row["status"] == "reservation-released"
    )
    assert (await agencies.get(READ)).json()["items"] == [], "what was refused before is past"


async def is_paged_and_for_the_two_states(agencies: Agencies, page: Any) -> None:  # noqa: ANN401 - any JSON value
    assert (await agencies.get(READ, party="USA")).json() == page
    assert (await agencies.get(READ, party="XX", office="monitor")).json() == page
    assert (await agencies.get(READ, party="VEN")).json()["items"] == []

    one_by_one, path = [], f"{READ}?limit=1"
    while path:
        part = (await agencies.get(path)).json()
        one_by_one += part["items"]
        path = part["next"] and f"{READ}?limit=1&after={part['next']}"
    assert one_by_one == page["items"]


async def test_g19_who_is_refused_again_is_an_exception_once_with_the_latest_reason(
    agencies: Agencies,
) -> None:
    person = Traveller(new_id())
    await agencies.intake.say(person.manifested())
    await agencies.until(READ, lambda page: page["items"])
    await agencies.post("/facilities", {"facility": CECOT, "timezone": "America/El_Salvador"})
    await agencies.intake.say(person.manifested())
    page = await agencies.until(
        READ, lambda page: any("no free place" in item["detail"] for item in page["items"])
    )
    assert len(page["items"]) == 1
    await agencies.intake.say(person.offered())
    page = await agencies.until(
        READ, lambda page: any(item["kind"] == "handover-pending" for item in page["items"])
    )
    assert len(page["items"]) == 1, "who is here needs no place held for them"


async def test_g12_who_is_awaited_by_another_pseudonym_is_an_exception_and_gets_no_place(
    agencies: Agencies,
) -> None:
    await agencies.facility(2)
    known, again = Traveller(new_id()), Traveller(new_id())
    await agencies.intake.say(known.manifested(), again.manifested(known.person))
    page = await agencies.until(READ, lambda page: page["items"])
    (refused,) = page["items"]
    assert (refused["person"], refused["rule"]) == (again.person, "G12")
    assert f"as {known.person}" in refused["detail"]


async def test_f10_a_facility_in_another_zone_is_an_exception_until_it_is_mended(
    agencies: Agencies,
) -> None:
    await agencies.facility(1)
    for terms in (IN_KOLKATA, NOT_YET):
        active = AgreementActivated(agreement=terms.ref, digest="0" * 64, document=terms)
        await agencies.intake.say(active)
    page = await agencies.until(READ, lambda page: page["items"])
    (other_zone,) = page["items"]
    assert other_zone == {
        "kind": "facility-in-another-zone",
        "facility": CECOT,
        "agreement": IN_KOLKATA.agreement,
        "timezone": "America/El_Salvador",
        "agreed_timezone": "Asia/Kolkata",
        "entry": other_zone["entry"],
    }
    person = PersonManifested(
        **msgspec.structs.asdict(Traveller(new_id()).manifested()) | {"agreement": IN_KOLKATA.ref}
    )
    await agencies.intake.say(person)
    await agencies.until(READ, lambda page: len(page["items"]) == 2)
    path = f"{READ}?limit=1"
    (first,) = (await agencies.get(path)).json()["items"]
    after = (await agencies.get(path)).json()["next"]
    assert (first["kind"], first["rule"]) == ("place-refused", "F10")
    assert (await agencies.get(f"{path}&after={after}")).json()["items"] == [other_zone]
    assert (await agencies.get(READ, party="VEN")).json()["items"] == []
    await agencies.post("/facilities", {"facility": CECOT, "timezone": "Asia/Kolkata"})
    await agencies.until(READ, lambda page: page["items"] == [first])
