"""Subject access: all that is recorded of a person, and nothing of anybody else (G22)."""

from __future__ import annotations

from typing import Any

from shared.contracts.recorded_read import SubjectExported
from tests.integration.intake.agencies import Agencies, made, refused

WHY = {"purpose": "subject-access"}


async def exported(agencies: Agencies, person: str) -> dict[str, Any]:
    """What the state that registered the person hands out."""
    return made(await agencies.sender.post(f"/v1/persons/{person}:export", WHY))


async def test_g22_an_export_has_all_that_is_recorded_of_the_person_and_is_on_record(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    case = await agencies.case(person)
    await agencies.document(case)
    hold = await agencies.hold({"kind": "person", "person": person})
    await agencies.hold({"kind": "country", "country": "SLV"})

    told = await exported(agencies, person)

    assert told["identity"]["name"] == "Synthetic Person 1"
    assert told["identity"]["documents"][0]["number"] == "SYN-0001"
    types = [entry["type"].split(".")[1] for entry in told["entries"]]
    assert types[:2] == ["PersonRegistered", "CaseProposed"]
    assert {"IdentityConfirmed", "LegalBasisRecorded", "ReceivingStateAccepted"} <= set(types)
    assert types[-2:] == ["HoldAsserted", "SubjectExported"]
    *_, order, own = told["entries"]
    assert order["says"]["hold"] == hold
    assert own["says"]["purpose"] == "subject-access"
    assert own["entry"] == f"accord.example/intake/0#{told['receipt']['sequence']}"
    *_, recorded = await agencies.log()
    assert isinstance(recorded, SubjectExported)
    assert "placement" in told["elsewhere"]


async def test_g22_an_export_names_no_other_person_and_no_official(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    body = {"name": "Synthetic Person 1", "birth_date": "1990-01-02", "sex": "male"}
    near = made(await agencies.sender.post("/v1/persons", body))
    alike = near["person"]
    assert near["near_matches"] == [person]
    await agencies.case(person)
    await agencies.hold({"kind": "person", "person": person})
    await agencies.hold({"kind": "person", "person": alike})

    text = repr(await exported(agencies, person))

    assert alike not in text
    for entry in await agencies.store.entries(0, 100):
        actor = entry.split(b'"actor":"')[1].split(b'"')[0].decode()
        assert actor not in text


async def test_g22_only_the_state_that_registered_a_person_hands_out_their_record(
    agencies: Agencies,
) -> None:
    person = await agencies.person()
    path = f"/v1/persons/{person}:export"
    for party, office in (("SLV", "intake-agency"), ("USA", "central-authority"), ("XX", "court")):
        refused(await agencies.office(party, office, "one").post(path, WHY), 403)
    assert len(await agencies.log()) == 1


async def test_g22_an_export_names_nobody_for_whom_a_clearance_was_refused(
    agencies: Agencies,
) -> None:
    """A near match waits, and an order on the other binds both: neither is the person's to know."""
    await agencies.agreement_in_force()
    other = await agencies.person()
    twin = {"name": "Synthetic Person 1", "birth_date": "1990-01-02", "sex": "male"}
    person = made(await agencies.sender.post("/v1/persons", twin))["person"]
    case = await agencies.case(person)
    theirs = await agencies.hold({"kind": "person", "person": other})
    own = await agencies.hold({"kind": "person", "person": person})
    everybodys = await agencies.hold({"kind": "country", "country": "SLV"})
    refused(await agencies.sender.post(f"/v1/cases/{case}:clear"), 422)
    refused(
        await agencies.sender.post(
            f"/v1/persons/{person}:erase", {"reason": "registered-in-error", "document": "ab" * 32}
        ),
        422,
    )

    told = await exported(agencies, person)

    text = repr(told)
    assert [name for name in (other, theirs) if name in text] == []
    findings = [
        finding
        for entry in told["entries"]
        for finding in entry["says"].get("refusal", {}).get("findings", ())
    ]
    evidence = {finding["evidence"] for finding in findings}
    assert {f"hold/{own}", f"hold/{everybodys}", None} <= evidence
