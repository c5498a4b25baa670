"""The first acts: the terms signed, the facility opened, people proposed and cleared."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, get_args

from cli.agreement.sign import read_terms, signature
from cli.demo import offices
from cli.demo.agencies import utc
from cli.demo.people import document, facts, registration
from cli.demo.scenario import AGREEMENT, FACILITY, Stage, granted
from cli.keys.tokens import agreement_key
from shared.contracts.facility_course import Topic

if TYPE_CHECKING:
    from pathlib import Path

    from cli.demo.people import Person

PLACES, OWN = 40_000, 14_532
IN_FORCE_DAYS = 60
STOPPED_AT_CLEARANCE = ("national of the sender", "no judgment")


async def sign(stage: Stage, agreements: Path, keys: Path) -> None:
    """Both states sign the same document, each by its key; a return is practised (G24)."""
    file = agreements / f"{AGREEMENT}.yaml"
    terms = await asyncio.to_thread(file.read_bytes)
    document = await asyncio.to_thread(read_terms, file)
    await stage.ask.done(offices.US_AUTHORITY, "intake", "/v1/agreements", raw=terms)
    for office in (offices.US_AUTHORITY, offices.SV_AUTHORITY):
        made = await asyncio.to_thread(signature, document, agreement_key(keys, office[0]))
        signed = {"version": 1, "signature": made}
        await stage.ask.done(office, "intake", f"/v1/agreements/{AGREEMENT}/signatures", signed)
    drill = {"reference": "drill-2025-1", "held_on": date(2025, 3, 20)}
    path = f"/v1/agreements/{AGREEMENT}/return-drills"
    await stage.ask.done(offices.US_AUTHORITY, "intake", path, drill)
    stage.say(f"{AGREEMENT}: proposed, and signed by both states; a return was practised")


async def open_facility(stage: Stage) -> None:
    """The receiving state says how many the facility holds: two subjects (G19)."""
    at = f"/v1/facilities/{FACILITY}"
    registered = {"facility": FACILITY, "timezone": "America/El_Salvador"}
    own = {"count": OWN, "counted_on": date(2025, 3, 1)}
    places = {"places": PLACES}
    registry, authority = offices.SV_REGISTRY, offices.SV_AUTHORITY
    await stage.ask.done(registry, "placement", "/v1/facilities", registered)
    await stage.ask.done(registry, "placement", f"{at}/own-population", own)
    await stage.ask.done(registry, "placement", f"{at}/capacity", places)
    await stage.ask.done(authority, "placement", f"{at}/capacity:approve", places)
    await stage.ask.done(offices.MONITOR, "placement", f"{at}/reports", _report())
    stage.say(f"{FACILITY}: {PLACES:,} places, {OWN:,} of them for its own inmates")


def _report() -> dict[str, object]:
    """The independent monitor found every topic adequate (G17)."""
    found_on = date(2025, 3, 10)
    findings = [
        {"topic": topic, "found_on": found_on, "adequate": True} for topic in get_args(Topic)
    ]
    in_force = datetime.now(UTC).date() + timedelta(days=IN_FORCE_DAYS)
    return {"findings": findings, "valid_until": in_force, "reference": "inspection-2025-1"}


async def propose(stage: Stage) -> None:
    """Forty-three persons, each with the papers that the agreement asks for."""
    await stage.each(stage.people, partial(_propose_one, stage))
    stage.say(f"{len(stage.people)} persons proposed, with judgments and documents")


async def _propose_one(stage: Stage, person: Person) -> None:
    ask, story = stage.ask, stage.story
    vaulted = await ask.done(offices.US_INTAKE, "intake", "/v1/persons", registration(person))
    is_own = person.part == "national of the sender"
    proposal = {
        "person": vaulted["person"],
        "agreement": AGREEMENT,
        "kind": "sentenced-national-of-sender" if is_own else "third-country",
        "proposed_at": utc("03-21 15:00"),
    }
    case = (await ask.done(offices.US_INTAKE, "intake", "/v1/cases", proposal))["case"]
    story.persons[person.number], story.cases[person.number] = vaulted["person"], case
    in_force = datetime.now(UTC).date() + timedelta(days=IN_FORCE_DAYS)
    for fact in facts(person, in_force):
        is_risk = fact["kind"] == "risk-assessment"
        signer = offices.US_AUTHORITY if is_risk else offices.US_INTAKE
        shown = {"document": document(person, str(fact["kind"])), "fact": fact}
        await ask.done(signer, "intake", f"/v1/cases/{case}/facts", shown)
    paper = {"document": document(person, "acceptance"), "signed_at": utc("03-27 16:00")}
    await ask.done(offices.SV_AUTHORITY, "intake", f"/v1/cases/{case}:accept", paper)


async def clear(stage: Stage) -> None:
    """Clearance is asked for; it is computed, and refused to two of them (G6, G7)."""
    await stage.each(stage.people, partial(_clear_one, stage))
    cleared = len(stage.people) - len(stage.story.refused)
    stage.say(f"{cleared} cleared: clearance is computed, nobody types it")


async def _clear_one(stage: Stage, person: Person) -> None:
    path = f"/v1/cases/{stage.case(person)}:clear"
    body = {"done_at": utc("03-28 14:00")}
    answer = await stage.ask.post(offices.US_INTAKE, "intake", path, body)
    if person.part in STOPPED_AT_CLEARANCE:
        stage.note(person, "clearance", answer)
    else:
        granted(answer, path)
