"""Custody and what it costs: handovers taken, a month of headcounts, an invoice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from cli.demo import offices
from cli.demo.agencies import utc
from cli.demo.scenario import AGREEMENT, CUSTODIAN, FACILITY, PERIOD, Stage, until
from shared.kernel.dates import ONE_DAY, month

if TYPE_CHECKING:
    from cli.demo.people import Person

RELEASED_ON = date(2025, 4, 20)
UNCOUNTED_ON = date(2025, 4, 9)
GRANT = {
    "agreement": AGREEMENT,
    "component": "grant",
    "amount": {"amount": "4760000.00", "currency": "USD"},
    "reference": "SYN-GRANT-1",
    "received_on": date(2025, 3, 20),
}


async def prepay(stage: Stage) -> None:
    """The grant is received; it is owed back until attested nights earn it (F7)."""

    async def activated() -> bool:
        statement = f"/v1/statements/{AGREEMENT}"
        return (await stage.ask.get(offices.SV_TREASURY, "billing", statement)).status == 200  # noqa: PLR2004 - HTTP OK

    await until(activated, "the signed terms to reach billing")
    await stage.ask.done(offices.SV_TREASURY, "billing", "/v1/prepayments", GRANT)
    stage.say("USD 4,760,000.00 received ahead, nothing of it earned yet")


async def take(stage: Stage) -> None:
    """The receiving state signs for each person (G13)."""
    boarded = [person for person in stage.people if person.number in stage.story.departed]
    await stage.each(boarded, partial(_take_one, stage))
    stage.say(f"{len(boarded)} handovers carry both signatures; everybody has a place")


async def _take_one(stage: Stage, person: Person) -> None:
    custody = f"/v1/custodies/{stage.case(person)}"

    async def offered() -> bool:
        answer = await stage.ask.get(offices.SV_REGISTRY, "placement", custody)
        return answer.body.get("status") == "handover-pending"

    await until(offered, f"the offer of {person.label} to reach placement")
    taken = {"accepted_at": utc("04-01 18:40"), "custodian": CUSTODIAN}
    place = {"place": f"module-3-place-{person.number}"}
    await stage.ask.done(offices.SV_REGISTRY, "placement", f"{custody}:accept", taken)
    await stage.ask.done(offices.SV_REGISTRY, "placement", f"{custody}:assign", place)


async def count(stage: Stage) -> None:
    """A headcount for every night of the month; T5: on one of them somebody is not counted."""
    story = stage.story
    released, missing = story.departed[0], story.departed[1]
    nights = list(month(PERIOD).dates())
    for night in nights:
        gone = {released} if night >= RELEASED_ON else set()
        unseen = {missing} if night == UNCOUNTED_ON else set()
        if night == RELEASED_ON:
            await _release(stage, released)
        present = [story.cases[number] for number in story.departed if number not in gone | unseen]
        await _attest(stage, night, present)
        story.nights_attested += len(present)
    story.unaccounted.append(f"person {missing:02} on {UNCOUNTED_ON}")
    stage.say(f"{len(nights)} headcounts: {story.nights_attested:,} person-nights attested")


async def _attest(stage: Stage, night: date, present: list[str]) -> None:
    morning = datetime(night.year, night.month, night.day, 12, tzinfo=UTC) + ONE_DAY
    body = {"night": night, "present": present, "attested_at": morning}
    path = f"/v1/facilities/{FACILITY}/headcounts"
    await stage.ask.done(offices.SV_REGISTRY, "placement", path, body)


async def _release(stage: Stage, number: int) -> None:
    body = {"kind": "released", "at": datetime(2025, 4, 20, 15, tzinfo=UTC)}
    path = f"/v1/custodies/{stage.story.cases[number]}:exit"
    await stage.ask.done(offices.SV_REGISTRY, "placement", path, body)


async def charge(stage: Stage) -> None:
    """The month is closed, its invoice issued, and certified by the state that pays."""
    ask, story = stage.ask, stage.story
    await until(partial(_accrued, stage), f"billing to charge {story.nights_attested} nights")
    closing = {"agreement": AGREEMENT}
    close = f"/v1/periods/{PERIOD}:close"
    closed = await ask.done(offices.SV_TREASURY, "billing", close, closing)
    invoice = f"/v1/invoices/{closed['invoice']}"
    await ask.done(offices.US_TREASURY, "billing", f"{invoice}:certify")
    story.invoice = await ask.read(offices.US_TREASURY, "billing", invoice)
    statement = f"/v1/statements/{AGREEMENT}"
    story.statement = await ask.read(offices.US_TREASURY, "billing", statement)
    occupancy = f"/v1/facilities/{FACILITY}/occupancy"
    story.occupancy = await ask.read(offices.SV_REGISTRY, "placement", occupancy)
    stage.say("the month is closed, its invoice issued and certified")


async def _accrued(stage: Stage) -> bool:
    after, charged = "", 0
    while True:
        path = f"/v1/accruals?agreement={AGREEMENT}&period={PERIOD}&limit=500{after}"
        page = await stage.ask.read(offices.SV_TREASURY, "billing", path)
        charged += len(page["items"])
        if page["next"] is None:
            return charged >= stage.story.nights_attested
        after = f"&after={page['next']}"
