"""G9 over HTTP: nobody is registered twice, near matches wait, an order binds every pseudonym."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from cli.keys.tokens import mint
from services.intake import app as intake
from services.intake.queries import IntakeQueries
from services.intake.settings import IntakeSettings
from services.intake.vault import IndexedPerson
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import PersonRegistered
from shared.contracts.manifest import BoardingRefused, PersonManifested
from shared.messaging.memory import MemoryBroker
from tests.integration.intake.agencies import Agencies, Office, made, refused
from tests.integration.intake.travel import Travel

ROUNDS = 12


def identity(number: str, name: str = "Synthetic Person 1") -> dict[str, Any]:
    """A synthetic person with a passport of that number."""
    passport = {"kind": "passport", "number": number, "issued_by": "VEN"}
    return {"name": name, "birth_date": "1990-01-02", "sex": "male", "documents": [passport]}


@pytest.fixture
def colleague(agencies: Agencies) -> Office:
    """Another subject of the sending state's intake agency."""
    return agencies.office("USA", "intake-agency", "intake-desk-2")


async def test_g9_who_shows_a_registered_document_is_that_person_and_the_answer_says_which(
    agencies: Agencies,
) -> None:
    person = await agencies.person()
    again = await agencies.sender.post("/v1/persons", identity(" syn 0001 ", "Other Name"))
    problem = refused(again, 409, "document-registered")
    assert (problem["rule"], person in problem["detail"]) == ("G9", True)
    assert [type(event) for event in await agencies.log()] == [PersonRegistered]


async def test_g9_the_index_says_nothing_about_anybody(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    await agencies.person()
    connection = await asyncpg.connect(settings.database_url)
    try:
        rows = await connection.fetch("SELECT key, place FROM identity_keys")
    finally:
        await connection.close()
    assert [(len(row["key"]), row["place"]) for row in rows] == [(32, 0)] * 5
    entries = b"".join(await agencies.store.entries(0, 10))
    assert [row["key"] for row in rows if row["key"].hex().encode() in entries] == []


async def test_g9_a_near_match_waits_until_somebody_else_tells_them_apart(
    agencies: Agencies, colleague: Office
) -> None:
    await agencies.agreement_in_force()
    first = await agencies.person()
    answer = made(await agencies.sender.post("/v1/persons", identity("SYN-0002")))
    second = answer["person"]
    assert answer["near_matches"] == [first]
    case = await agencies.case(second)
    await agencies.document(case)
    clear = f"/v1/cases/{case}:clear"
    problem = refused(await agencies.sender.post(clear), 422)
    assert [finding["rule"] for finding in problem["findings"]] == ["G9"]
    path, other = f"/v1/persons/{second}:different-from", {"person": first}
    refused(await agencies.sender.post(path, other), 403, "somebody-else-decides")
    refused(await agencies.court.post(path, other), 403)
    shown = (await colleague.get(f"/v1/persons/{second}")).json()
    assert [(row["other"], row["merged"]) for row in shown["alike"]] == [(first, False)]
    assert made(await colleague.post(path, other))["other"] == first
    made(await agencies.sender.post(clear))
    assert [type(event) for event in await agencies.log() if "person" in event.SUBJECT] == [
        PersonRegistered,
        PersonRegistered,
        NearMatchFound,
        PersonsToldApart,
    ]


async def test_g9_an_order_about_one_pseudonym_stops_the_other_at_the_door(
    travel: Travel, colleague: Office
) -> None:
    agencies = travel.agencies
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    alias = made(await agencies.sender.post("/v1/persons", identity("SYN-0002")))["person"]
    hold = await agencies.hold({"kind": "person", "person": alias})
    refused(await travel.escort.post(f"{path}/persons/{one.case}:board"), 422)
    refusal = (await agencies.log())[-1]
    assert isinstance(refusal, BoardingRefused)
    assert f"hold/{hold}" in [finding.evidence for finding in refusal.refusal.findings]
    shown = (await agencies.sender.get(f"/v1/cases/{one.case}")).json()
    assert shown["holds"] == [hold]
    apart = await colleague.post(f"/v1/persons/{alias}:different-from", {"person": one.person})
    refused(apart, 422, "hold-stands-on-one-of-them")


@pytest.mark.parametrize("kind", ["other", "national-id", "birth-record"])
async def test_g9_a_paper_under_another_kind_and_name_is_a_near_match_and_an_order_stops_both(
    travel: Travel, kind: str
) -> None:
    agencies = travel.agencies
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    body = identity("SYN-0001", "Another Name")
    body["documents"][0]["kind"] = kind
    answer = made(await agencies.sender.post("/v1/persons", body))
    assert answer["near_matches"] == [one.person]
    by = {"kind": "document", "document": body["documents"][0]}
    sought = {"purpose": "identification", "by": by}
    found = made(await agencies.sender.post("/v1/persons:search", sought))["persons"]
    assert found == sorted((one.person, answer["person"]))
    await agencies.hold({"kind": "person", "person": answer["person"]})
    refused(await travel.escort.post(f"{path}/persons/{one.case}:board"), 422)


async def test_g9_merged_pseudonyms_share_their_orders_and_one_of_them_goes_on(
    agencies: Agencies, colleague: Office
) -> None:
    case, person = await agencies.cleared_case()
    body = identity("SYN-0002", "Another Name")
    alias = made(await agencies.sender.post("/v1/persons", body))["person"]
    path = f"/v1/persons/{alias}:same-as"
    assert made(await colleague.post(path, {"person": person}))["set_aside"] is True
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert (shown["cleared"], shown["findings"]) == (False, [])
    hold = await agencies.hold({"kind": "person", "person": alias})
    problem = refused(await agencies.sender.post(f"/v1/cases/{case}:clear"), 422)
    assert problem["findings"][0]["evidence"] == f"hold/{hold}"
    assert isinstance((await agencies.log())[-3], PersonsMerged)


async def test_g12_who_is_merged_while_a_place_is_held_boards_on_another_journey_by_all_their_names(
    travel: Travel, colleague: Office
) -> None:
    """An order is not what stops them: whether they are held by the other name is not known."""
    agencies = travel.agencies
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    body = identity("SYN-0002", "Another Name")
    alias = made(await agencies.sender.post("/v1/persons", body))["person"]
    made(await colleague.post(f"/v1/persons/{alias}:same-as", {"person": one.person}))
    made(await agencies.sender.post(f"/v1/cases/{one.case}:clear"))
    problem = refused(await travel.escort.post(f"{path}/persons/{one.case}:board"), 422)
    assert [finding["rule"] for finding in problem["findings"]] == ["G12"]
    made(await travel.authority.post(f"{path}/persons/{one.case}:remove"))
    again = await travel.opened()
    await travel.listed(again, one)
    listed = (await agencies.log())[-1]
    assert isinstance(listed, PersonManifested)
    assert listed.pseudonyms == (alias,)
    case = await agencies.sender.post(
        "/v1/cases",
        {"person": alias, "agreement": "usa-slv-2025", "kind": "third-country"},
    )
    refused(case, 409, "case-is-open-already")


async def test_g9_two_who_register_one_person_at_once_in_two_processes_get_one_pseudonym(
    settings: IntakeSettings, agencies: Agencies, tmp_path: Path
) -> None:
    token = mint(tmp_path, party="USA", office="intake-agency", subject="intake-desk-1")
    async with AsyncExitStack() as stack:
        desks = [await _desk(stack, settings, token) for _ in range(2)]
        for number in range(ROUNDS):
            same = identity(f"SYN-{number}", f"Synthetic Twin {number}")
            answers = await asyncio.gather(
                *(desk.post("/v1/persons", same) for desk in (*desks, *desks))
            )
            assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
            namesakes = [identity(f"{number}/{index}", f"Namesake {number}") for index in range(4)]
            twins = await asyncio.gather(
                *(
                    desks[index % 2].post("/v1/persons", namesake)
                    for index, namesake in enumerate(namesakes)
                )
            )
            near = [len(made(twin)["near_matches"]) for twin in twins]
            assert sorted(near) == [0, 1, 2, 3]
    counted = Counter(type(event) for event in await agencies.log())
    assert counted == {PersonRegistered: 5 * ROUNDS, NearMatchFound: 6 * ROUNDS}


async def test_a_registration_that_is_overtaken_again_and_again_is_asked_to_try_later(
    agencies: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agencies.person()

    async def nobody(_queries: IntakeQueries, _keys: list[bytes]) -> list[IndexedPerson]:
        return []  # what was read is always a moment too old

    monkeypatch.setattr(IntakeQueries, "registered_with", nobody)
    answer = await agencies.sender.post("/v1/persons", identity("SYN-0001"))
    refused(answer, 503)
    assert answer.headers["retry-after"] == "1"
    assert [type(event) for event in await agencies.log()] == [PersonRegistered]


async def _desk(stack: AsyncExitStack, settings: IntakeSettings, token: str) -> Office:
    app = intake.assemble(settings, MemoryBroker())
    await stack.enter_async_context(app.router.lifespan_context(app))
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://intake.example")
    return Office(await stack.enter_async_context(client), token)
