"""T4 over HTTP: a woman under an agreement that excludes women is refused, and it is read back."""

from __future__ import annotations

from shared.contracts.category import CategoryDetermined
from shared.contracts.intake import ClearanceRefused
from shared.contracts.manifest import BoardingRefused
from tests.integration.intake.agencies import IN_FORCE_TODAY, PAPER, made, refused
from tests.integration.intake.travel import Passenger, Travel

MEN_ALONE = IN_FORCE_TODAY.replace(
    b"excluded_nationalities: []",
    b"excluded_nationalities: []\n  clauses:\n    - {clause: men-alone, excludes: [female]}",
)


async def test_t4_a_woman_is_refused_at_clearance_and_who_is_found_to_be_one_later_at_the_door(
    travel: Travel,
) -> None:
    agencies = travel.agencies
    await agencies.agreement_in_force(MEN_ALONE)
    person = await agencies.person()
    case = await agencies.case(person)
    await agencies.document(case)
    clear, say = f"/v1/cases/{case}:clear", f"/v1/persons/{person}/categories"
    refused(await agencies.sender.post(clear), 422, "not-admitted")
    assert isinstance((await agencies.log())[-1], ClearanceRefused)
    male, female = ({"category": code, "document": PAPER} for code in ("male", "female"))
    theirs = agencies.office("SLV", "intake-agency", "mesa-1")
    refused(await theirs.post(say, male), 403, "acts-only-for-itself")
    refused(await agencies.sender.post(say, {**male, "category": "thought to be a man"}), 400)
    made(await agencies.sender.post(say, male))
    assert isinstance((await agencies.log())[-1], CategoryDetermined)
    made(await agencies.sender.post(clear))
    passenger = Passenger(case, person)
    path = await travel.sealed(passenger)
    refused(await agencies.sender.post(say, female), 403, "another-subject-changes-it")
    colleague = agencies.office("USA", "intake-agency", "intake-desk-2")
    made(await colleague.post(say, female))
    problem = refused(await travel.escort.post(f"{path}/persons/{case}:board"), 422, "not-admitted")
    assert "men-alone of usa-slv-2025@1 excludes: female" in problem["findings"][0]["missing"]
    assert isinstance((await agencies.log())[-1], BoardingRefused)
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert shown["categories"] == [female]
    assert [finding["rule"] for finding in shown["findings"]] == ["G8"]
