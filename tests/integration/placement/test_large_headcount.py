"""A headcount of more persons than an entry or an ordinary body can name: one request."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from services.placement.domain.headcount import PRESENCES_PER_ENTRY
from services.placement.projections import project
from shared.contracts.manifest import Custodian
from shared.contracts.placement import CustodyAccepted, HeadcountAttested, PersonUnaccounted
from shared.kernel.ids import CustodyId, EntryRef, FacilityId, PersonId
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.recorded import Provenance
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from shared.web.identity.caller import MAX_BODY_BYTES
from tests.integration.placement.agencies import CECOT, CUSTODIAN, ESCORT, SAY, TERMS

if TYPE_CHECKING:
    from shared.ledger.store import Store
    from tests.integration.placement.agencies import Agencies

PERSONS = 22_000
"""Written as people read it, their ids are more than the 1 MiB that a body has elsewhere."""
MISSING = 3
NIGHT = date(2025, 3, 20)


async def in_custody(store: Store, count: int) -> list[str]:
    """So many persons, accepted under one agreement; gives their custodies."""
    runner = CommandRunner(store, SystemClock(), project)
    await runner.start()
    custodies = [CustodyId(new_id()) for _ in range(count)]
    for start in range(0, count, 1000):
        await runner.apply([accepted(custody) for custody in custodies[start : start + 1000]])
    await runner.stop()
    return [str(custody) for custody in custodies]


def accepted(custody: CustodyId) -> Step:
    event = CustodyAccepted(
        custody=custody,
        person=PersonId(new_id()),
        agreement=TERMS,
        facility=FacilityId(CECOT),
        offer=EntryRef("accord.example/intake/0#9"),
        custodian=Custodian(**CUSTODIAN),
        sending="USA",
        receiving="SLV",
        accepted_at=datetime(2025, 3, 16, 12, tzinfo=UTC),
        arrived_on=date(2025, 3, 16),
        timezone="America/El_Salvador",
        place_was_reserved=False,
    )
    return Step(SAY, event, Provenance(actor=ESCORT, time=event.accepted_at, correlation="a-story"))


async def test_everybody_in_a_large_facility_is_attested_in_one_request(
    agencies: Agencies,
) -> None:
    await agencies.facility(places=PERSONS)
    custodies = await in_custody(agencies.store, PERSONS)
    present = custodies[:-MISSING]
    path, body = f"/facilities/{CECOT}/headcounts", {"night": "2025-03-20", "present": present}
    assert len(json.dumps(body, indent=4)) > MAX_BODY_BYTES
    tried = await agencies.post(f"{path}?dry-run=true", body, indent=4)
    assert (tried.status_code, tried.json()["recorded"]) == (200, [])
    attested = await agencies.post(path, body, key="night", indent=4)
    assert attested.status_code == 201, attested.text
    assert attested.json()["counted"] == len(present)
    assert attested.json()["unaccounted"] == sorted(custodies[-MISSING:])
    events = await agencies.events(HeadcountAttested)
    lists = [event for event in events if isinstance(event, HeadcountAttested)]
    parts = -(-len(present) // PRESENCES_PER_ENTRY)
    assert [(part.part, part.parts) for part in lists] == [(n, parts) for n in range(1, parts + 1)]
    named = [seen.custody for part in lists for seen in part.present]
    assert sorted(named) == sorted(present)
    assert len(await agencies.events(PersonUnaccounted)) == MISSING
    assert (await agencies.post(path, body, key="night", indent=4)).content == attested.content
