"""G9 over HTTP: a document that is added later is in the vault and confirms from then on."""

from __future__ import annotations

from shared.contracts.added_document import DocumentAdded
from tests.integration.intake.agencies import PAPER, Agencies, made, refused

NATIONAL_ID = {"kind": "national-id", "number": "SYN-ID-1", "issued_by": "VEN"}
BOTH = {"document": PAPER, "fact": {"kind": "identity", "identifiers": ["passport", "national-id"]}}
WHY = {"purpose": "identification"}


async def test_g9_a_document_confirms_an_identity_from_when_it_was_added(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    facts = f"/v1/cases/{await agencies.case(person)}/facts"
    refused(await agencies.sender.post(facts, BOTH), 422, "identifier-not-held")

    path = f"/v1/persons/{person}/documents"
    foreign = agencies.office("SLV", "intake-agency", "mesa-1")
    refused(await foreign.post(path, NATIONAL_ID), 403)
    registered = (await agencies.sender.get(f"/v1/persons/{person}")).json()["commitment"]
    added = made(await agencies.sender.post(path, NATIONAL_ID, key="once"))
    assert (added["person"], added["near_matches"]) == (person, [])
    again = made(await agencies.sender.post(path, NATIONAL_ID, key="once"))
    assert again["receipt"]["sequence"] == added["receipt"]["sequence"]
    refused(await agencies.sender.post(path, NATIONAL_ID), 409, "document-held-already")
    made(await agencies.sender.post(facts, BOTH))

    event = (await agencies.log())[added["receipt"]["sequence"]]
    assert isinstance(event, DocumentAdded)
    shown = (await agencies.sender.get(f"/v1/persons/{person}")).json()
    assert shown["commitment"] == event.commitment != registered
    read = made(await agencies.sender.post(f"/v1/persons/{person}:read", WHY))
    assert [paper["number"] for paper in read["identity"]["documents"]] == ["SYN-0001", "SYN-ID-1"]
    by = {"kind": "document", "document": NATIONAL_ID}
    found = made(await agencies.sender.post("/v1/persons:search", {**WHY, "by": by}))
    assert found["persons"] == [person]


async def test_g9_a_document_is_one_persons_of_a_state_and_a_near_match_of_anothers(
    agencies: Agencies,
) -> None:
    person, other = await agencies.person(), await agencies.person(2)
    made(await agencies.sender.post(f"/v1/persons/{person}/documents", NATIONAL_ID))
    elsewhere = f"/v1/persons/{other}/documents"
    problem = refused(
        await agencies.sender.post(elsewhere, NATIONAL_ID), 409, "document-registered"
    )
    assert person in problem["detail"]
    nobody = "/v1/persons/01890a5d-ac96-774b-bcce-b302099a8057/documents"
    refused(await agencies.sender.post(nobody, NATIONAL_ID), 404)
    foreign = agencies.office("SLV", "intake-agency", "mesa-1")
    theirs = made(await foreign.post("/v1/persons", {**_SYNTHETIC, "documents": []}))["person"]
    near = made(await foreign.post(f"/v1/persons/{theirs}/documents", NATIONAL_ID))["near_matches"]
    assert near == [person]


_SYNTHETIC = {"name": "Another Synthetic", "birth_date": "1991-01-02", "sex": "male"}
