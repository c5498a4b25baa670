"""The journey: a manifest, a substitute who is refused, a stay at the gate, one leg, a handover."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cli.demo import offices
from cli.demo.agencies import utc
from cli.demo.scenario import AGREEMENT, CUSTODIAN, FACILITY, Stage, granted, until

if TYPE_CHECKING:
    from datetime import datetime

    from cli.demo.people import Part, Person


LISTED_AT = utc("03-30 17:00")


def _the(stage: Stage, part: Part) -> Person:
    return next(person for person in stage.people if person.part == part)


async def manifest(stage: Stage) -> None:
    """Those who are clear are listed and get a place; T1: the alternate does not."""
    leg = {"origin": "USA", "destination": "SLV", "planned_departure": utc("04-01 14:19")}
    plan = {"agreement": AGREEMENT, "facility": FACILITY, "legs": [leg]}
    opened = await stage.ask.done(offices.US_AUTHORITY, "intake", "/v1/manifests", plan)
    stage.story.manifest = opened["manifest"]
    listed = ("gives way", "stayed at the gate", "travels")
    await stage.each(
        [person for person in stage.people if person.part in listed], partial(_list_one, stage)
    )
    await _substitute(stage)
    staying = [person for person in stage.people if person.part in listed[1:]]
    await until(partial(_places_are_held, stage, staying), "placement to hold every place")
    sealed = {"done_at": utc("03-31 20:00")}
    await stage.ask.done(offices.US_AUTHORITY, "intake", f"{stage.journey}:seal", sealed)
    stage.say(f"manifest sealed with {len(staying)}: placement holds a place for each")


async def _list_one(stage: Stage, person: Person) -> None:
    case = {"case": stage.case(person), "done_at": LISTED_AT}
    await stage.ask.done(offices.US_AUTHORITY, "intake", f"{stage.journey}/persons", case)


async def _substitute(stage: Stage) -> None:
    """T1: somebody with a withholding order against the destination is moved up, and refused."""
    substitute, gives_way = _the(stage, "substitute"), _the(stage, "gives way")
    left = stage.case(gives_way)
    removal = f"{stage.journey}/persons/{left}:remove"
    await stage.ask.done(offices.US_AUTHORITY, "intake", removal)
    person = stage.story.persons[substitute.number]
    scope = {"kind": "person", "person": person, "destination": "SLV"}
    await _hold(stage, scope, "SYN-withholding-3", utc("03-28 15:00"))
    moved_up = {
        "case": stage.case(substitute),
        "substitute_for": left,
        "done_at": LISTED_AT,
    }
    answer = await stage.ask.post(
        offices.US_AUTHORITY, "intake", f"{stage.journey}/persons", moved_up
    )
    stage.note(substitute, "the manifest, as a substitute", answer)


async def _hold(stage: Stage, scope: dict[str, str], reference: str, received: datetime) -> None:
    order = {
        "scope": scope,
        "form": "electronic",
        "received_at": received,
        "reference": reference,
    }
    await stage.ask.done(offices.US_COURT, "intake", "/v1/holds", order)


async def _places_are_held(stage: Stage, people: list[Person]) -> bool:
    journey = await stage.ask.read(offices.US_AUTHORITY, "intake", stage.journey)
    held = {passenger["case"] for passenger in journey["persons"] if passenger["place_confirmed"]}
    return all(stage.case(person) in held for person in people)


async def fly(stage: Stage) -> None:
    """T2: a stay arrives while they board; doors close without that person."""
    stayed = _the(stage, "stayed at the gate")
    scope = {"kind": "person", "person": stage.story.persons[stayed.number]}
    await _hold(stage, scope, "SYN-stay-5", utc("04-01 13:52"))
    parts = ("stayed at the gate", "travels")
    await stage.each(
        [person for person in stage.people if person.part in parts], partial(_board_one, stage)
    )
    stage.story.departed.sort()
    leg = f"{stage.journey}/legs/1"
    gone, there = {"departed_at": utc("04-01 14:19")}, {"arrived_at": utc("04-01 18:05")}
    offer = {"offered_at": utc("04-01 18:20"), "custodian": CUSTODIAN}
    closed = {"done_at": utc("04-01 14:05")}
    await stage.ask.done(offices.US_AUTHORITY_2, "intake", f"{leg}:authorise", closed)
    await stage.ask.done(offices.US_ESCORT, "intake", f"{leg}:depart", gone)
    await stage.ask.done(offices.US_ESCORT, "intake", f"{leg}:arrive", there)
    await stage.ask.done(offices.US_ESCORT, "intake", f"{leg}:offer-handover", offer)
    stage.say(f"one leg flown with {len(stage.story.departed)} on board; handover offered")


async def _board_one(stage: Stage, person: Person) -> None:
    path = f"{stage.journey}/persons/{stage.case(person)}:board"
    boarded = {"done_at": utc("04-01 13:55")}
    answer = await stage.ask.post(offices.US_ESCORT, "intake", path, boarded)
    if person.part == "stayed at the gate":
        stage.note(person, "boarding", answer)
    else:
        granted(answer, path)
        stage.story.departed.append(person.number)
