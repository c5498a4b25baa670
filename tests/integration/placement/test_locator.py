"""The locator answers by every pseudonym of a person, whatever became of them (G12)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import CaseProposed, CaseWithdrawn, PersonRegistered
from shared.contracts.manifest import LegDeparted
from shared.contracts.placement import PersonUnaccounted
from shared.contracts.recorded_read import PersonLocated
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId, ManifestId, PersonId
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, TERMS, Agencies, Traveller

HEADCOUNTS = f"/facilities/{CECOT}/headcounts"
REGISTRAR = "USA:intake-agency:desk-1"
DEPARTED = datetime(2025, 3, 16, 2, tzinfo=UTC)


def registered(person: PersonId, by: str = "USA") -> PersonRegistered:
    return PersonRegistered(person=person, registered_by=by, commitment="cd" * 32)


def near(person: PersonId, other: PersonId) -> NearMatchFound:
    return NearMatchFound(person=person, other=other, registrar=REGISTRAR)


def merged(person: PersonId, other: PersonId) -> PersonsMerged:
    return PersonsMerged(person=person, other=other, set_aside=True, decided_by=REGISTRAR)


def proposed(traveller: Traveller) -> CaseProposed:
    return CaseProposed(
        case=traveller.case,
        person=traveller.person,
        agreement=TERMS,
        kind="third-country",
        sending="USA",
        receiving="SLV",
        proposed_at=datetime(2025, 3, 1, tzinfo=UTC),
    )


async def told(agencies: Agencies, *events: Event) -> None:
    """Intake says this, and placement has followed it: a place is reserved for who came last."""
    mark = Traveller(new_id())
    await agencies.intake.say(*events, mark.manifested())
    await agencies.until(f"/custodies/{mark.custody}", lambda row: row["status"])


async def answer_for(agencies: Agencies, person: PersonId) -> Any:  # noqa: ANN401 - any JSON value
    answered = await agencies.locate(person)
    assert answered.status_code == 201, answered.text
    return answered.json()


async def test_every_pseudonym_of_one_person_finds_them(agencies: Agencies) -> None:
    """Row 12: the pseudonym that stays after a merge gave 404."""
    await agencies.facility(9)
    held = Traveller(new_id())
    stays, third, nobody = (PersonId(new_id()) for _ in range(3))
    await agencies.arrive(held)
    await told(
        agencies,
        *map(registered, (held.person, stays, third, nobody)),
        merged(held.person, stays),
        near(third, stays),
        merged(third, stays),
        near(nobody, stays),
    )
    everybody = sorted((held.person, stays, third))
    for person in everybody:
        found = await answer_for(agencies, person)
        assert (found["status"], found["facility"]) == ("in-custody", CECOT)
        assert found["says"] == f"in custody in {CECOT}, responsible: SLV"
        assert found["pseudonyms"] == everybody
        assert found["may_also_be"] == [nobody], "a near match is nobody's answer, and is named"
        assert [entry["custody"] for entry in found["entries"]] == [held.custody]
    asked = await answer_for(agencies, nobody)
    assert (asked["status"], asked["may_also_be"]) == ("not-departed", [stays])


async def test_persons_told_apart_are_two_again(agencies: Agencies) -> None:
    await agencies.facility(9)
    held, other = Traveller(new_id()), PersonId(new_id())
    await agencies.arrive(held)
    apart = PersonsToldApart(person=other, other=held.person, decided_by=REGISTRAR)
    await told(agencies, registered(other), merged(held.person, other), apart)
    found = await answer_for(agencies, other)
    assert (found["says"], found["entries"]) == ("not departed, responsible: USA", [])
    assert found["may_also_be"] == []


async def test_who_is_known_to_intake_and_on_no_manifest_has_an_answer(agencies: Agencies) -> None:
    await agencies.facility(9)
    alone, case, withdrew = PersonId(new_id()), Traveller(new_id()), Traveller(new_id())
    withdrawn = CaseWithdrawn(case=withdrew.case, person=withdrew.person, agreement=TERMS)
    await told(agencies, registered(alone, "VEN"), proposed(case), proposed(withdrew), withdrawn)
    for person, responsible in ((alone, "VEN"), (case.person, "USA"), (withdrew.person, "USA")):
        found = await answer_for(agencies, person)
        assert found["says"] == f"not departed, responsible: {responsible}"
        assert found["responsible_state"] == responsible
    (shown,) = (await answer_for(agencies, withdrew.person))["cases"]
    assert (shown["stage"], shown["entry"]) == ("withdrawn", "accord.example/intake/0#3")


async def test_who_has_departed_and_is_not_handed_over_is_on_the_way(agencies: Agencies) -> None:
    await agencies.facility(9)
    manifest = new_id()
    flying = Traveller(manifest)
    leg = LegDeparted(
        manifest=ManifestId(manifest),
        agreement=TERMS,
        leg=1,
        cases=(flying.case,),
        departed_at=DEPARTED,
    )
    await told(agencies, proposed(flying), flying.manifested(), leg)
    found = await answer_for(agencies, flying.person)
    assert found["says"] == "departed on the way to SLV, not handed over, responsible: USA"
    assert found["by_entry"] == "accord.example/intake/0#2"


async def test_whom_nobody_knows_is_answered_with_what_that_means_and_whom_to_ask(
    agencies: Agencies,
) -> None:
    stranger = PersonId(new_id())
    found = await answer_for(agencies, stranger)
    assert (found["status"], found["entries"], found["cases"]) == ("not-known-here", [], [])
    for said in (stranger, "mistyped", "the state that gave it", "audit node"):
        assert said in found["says"]
    (asked,) = await agencies.events(PersonLocated)
    assert isinstance(asked, PersonLocated)
    assert asked.person == stranger


async def counted(agencies: Agencies, night: int, *present: Traveller) -> None:
    body = {"night": f"2025-03-{night}", "present": [traveller.custody for traveller in present]}
    assert (await agencies.post(HEADCOUNTS, body)).status_code == 201


async def shown_everywhere(agencies: Agencies, custody: CustodyId) -> list[Any]:
    """A custody as it is read by itself, in the list and among what needs somebody."""
    listed = (await agencies.get("/custodies")).json()["items"]
    alarms = (await agencies.get("/exceptions")).json()["items"]
    row = (await agencies.get(f"/custodies/{custody}")).json()
    return [row, *(item for item in (*listed, *alarms) if item["custody"] == custody)]


async def test_who_was_missed_is_unaccounted_for_since_the_first_night_and_by_which_entry(
    agencies: Agencies,
) -> None:
    """Row 13: "in custody" was said of whom nobody had found."""
    await agencies.facility(9)
    here, missing = Traveller(new_id()), Traveller(new_id())
    await agencies.arrive(here, missing)
    await counted(agencies, 16, here, missing)
    for night in (18, 19, 17):
        await counted(agencies, night, here)
    missed = await agencies.entries(PersonUnaccounted)
    (first,) = [
        entry.ref for entry in missed if getattr(entry.event, "night", None) == date(2025, 3, 17)
    ]
    found = await answer_for(agencies, missing.person)
    assert [found[name] for name in ("status", "since", "by_entry")] == [
        *("unaccounted", "2025-03-17", first)
    ]
    rows = await shown_everywhere(agencies, missing.custody)
    assert [(row["status"], row["unaccounted_since"]) for row in rows] == [
        ("unaccounted", "2025-03-17")
    ] * 3
    assert {row["unaccounted_entry"] for row in rows} == {first}


async def test_an_absence_that_ended_is_not_counted_again(agencies: Agencies) -> None:
    await agencies.facility(9)
    here, missing = Traveller(new_id()), Traveller(new_id())
    await agencies.arrive(here, missing)
    await counted(agencies, 16, here)
    await counted(agencies, 17, here, missing)
    assert (await answer_for(agencies, missing.person))["status"] == "in-custody"
    await counted(agencies, 18, here)
    assert (await answer_for(agencies, missing.person))["since"] == "2025-03-18"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("released", f"released from custody in {CECOT}, responsible: no state, they are free"),
        ("returned", f"returned from custody in {CECOT}, responsible: USA"),
        ("deceased", f"died in custody in {CECOT}, responsible: SLV"),
    ],
)
async def test_nobody_who_was_handed_over_disappears(
    agencies: Agencies, kind: str, says: str
) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    at = "2025-03-20T15:00:00Z"
    if kind == "deceased":
        report = {"at": at, "reference": "DC-2025-118"}
        await agencies.post(f"/custodies/{person.custody}:report-death", report)
    elif kind == "returned":
        path = f"/custodies/{person.custody}:complete-return"
        await agencies.post(path, {"at": at}, office="central-authority", party="USA")
    else:
        await agencies.post(f"/custodies/{person.custody}:exit", {"kind": kind, "at": at})
    found = await answer_for(agencies, person.person)
    assert (found["status"], found["says"]) == (kind, says)
    assert found["since"] == at
    (entry,) = found["entries"]
    assert (entry["facility"], entry["departed_on"]) == (CECOT, "2025-03-20")
    row = (await agencies.get(f"/custodies/{person.custody}")).json()
    states = (row["responsible_state"], entry["responsible_state"], found["responsible_state"])
    assert len(set(states)) == 1, "D2: the reads agree on who has the person"
