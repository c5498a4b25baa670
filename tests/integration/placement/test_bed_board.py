"""S10 over HTTP: demand and places on both sides, then, now and to come (D1, D11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from shared.contracts.agreement import AgreedFacility
from shared.contracts.intake import (
    AgreementActivated,
    CaseProposed,
    ClearanceGranted,
    ReceivingStateAccepted,
)
from shared.kernel.ids import FacilityId
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, OFFERED, TERMS, Agencies, Traveller
from tests.integration.placement.test_agreed_zone import TERMS as DOCUMENT
from tests.integration.placement.test_returns import ORDER

ZONE = "America/El_Salvador"
HELD_BY_USA = {"facility": "guantanamo", "timezone": "America/Havana"}


async def wants_a_place(agencies: Agencies, person: Traveller, *, cleared: bool) -> None:
    about: dict[str, Any] = {"case": person.case, "person": person.person, "agreement": TERMS}
    signed: dict[str, Any] = {
        "signed_by": "SLV",
        "office": "central-authority",
        "document": "ab" * 32,
    }
    states: dict[str, Any] = {"kind": "third-country", "sending": "USA", "receiving": "SLV"}
    await agencies.intake.say(
        CaseProposed(**about, **states, proposed_at=OFFERED),
        ReceivingStateAccepted(**about, **signed),
        *([ClearanceGranted(**about)] if cleared else []),
    )


async def board(agencies: Agencies, query: str = "", party: str = "SLV") -> dict[str, Any]:
    page = (await agencies.get(f"/bed-board{query}", party=party)).json()
    return {item["facility"]: item for item in page["items"]}


async def both_sides(agencies: Agencies) -> None:
    """A facility that an agreement names, and one of the sending state's own (D11)."""
    await agencies.facility(5, own=1)
    await agencies.post("/facilities", HELD_BY_USA, party="USA")
    places = {"places": 30_000}
    own = "/facilities/guantanamo/capacity"
    await agencies.post(own, places, party="USA")
    approving: dict[str, Any] = {"office": "central-authority", "party": "USA"}
    assert (await agencies.post(f"{own}:approve", places, **approving)).status_code == 201
    named = msgspec.structs.replace(DOCUMENT, facilities=(AgreedFacility(FacilityId(CECOT), ZONE),))
    await agencies.intake.say(
        AgreementActivated(agreement=named.ref, digest="0" * 64, document=named)
    )


async def test_s10_both_states_see_the_places_of_both_sides_and_who_wants_one(
    agencies: Agencies,
) -> None:
    """D11: the sender's own facility stands on its side, with its capacity and population."""
    await both_sides(agencies)
    held, listed, first, second, accepted = (Traveller(new_id()) for _ in range(5))
    await agencies.arrive(held)
    await agencies.intake.say(listed.manifested())
    await wants_a_place(agencies, first, cleared=True)
    await wants_a_place(agencies, accepted, cleared=False)
    await wants_a_place(agencies, second, cleared=True)
    waiting = "/bed-board/waiting?agreement=usa-slv-2025"
    page = await agencies.until(waiting, lambda page: len(page["items"]) == 2)
    assert [item["case"] for item in page["items"]] == [first.case, second.case]
    (demand,) = (await agencies.get("/bed-board/demand", party="USA")).json()["items"]
    assert (demand["accepted"], demand["cleared"], demand["under_way"]) == (1, 2, 2)
    for party in ("USA", "SLV"):
        shown = await board(agencies, party=party)
        row = shown["cecot"]
        used = (row["approved"], row["own"], row["reserved"], row["taken"], row["free"])
        assert used == (5, 1, 1, 1, 2)
        assert (row["side"], row["wanted"], row["warning"]) == ("agreed", 3, "short")
        assert (shown["guantanamo"]["side"], shown["guantanamo"]["free"]) == ("own", 30_000)
    assert await board(agencies, party="VEN") == {}
    assert (await agencies.get("/bed-board/waiting", party="VEN")).json()["items"] == []


async def test_s10_a_place_is_free_once_a_return_that_is_ordered_is_due(agencies: Agencies) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    now = datetime.now(UTC)
    ordered = {**ORDER, "ordered_at": now.isoformat()}
    answer = await agencies.post(
        f"/custodies/{person.custody}:order-return", ordered, office="court", party="USA"
    )
    assert answer.status_code == 201, answer.text
    due = datetime.fromisoformat(answer.json()["due_at"]).date()
    row = (await board(agencies, "?facility=cecot&days=30"))["cecot"]
    free = {day["day"]: day["free"] for day in row["ahead"]}
    assert free[due.isoformat()] == 0
    assert free[(due + timedelta(days=1)).isoformat()] == 1
    before = (now - timedelta(days=400)).isoformat().replace("+00:00", "Z")
    assert await board(agencies, f"?as_of={before}") == {}
