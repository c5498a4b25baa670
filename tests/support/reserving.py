"""Commands run against a store: a runner as long as it is needed, and what was recorded."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from shared.contracts.placement import PlaceRefused
from shared.kernel.decider import Decider
from shared.kernel.ids import FacilityId
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Outcome
from tests.support.ledgers import (
    RESERVE,
    NoPlaceLeft,
    Places,
    Reserve,
    provenance,
    reservation_rows,
    reserve_events,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.kernel.clock import Clock
    from shared.kernel.event import Event
    from shared.kernel.rejected import Refusal
    from shared.ledger.recorded import Idempotency, Recorded
    from shared.ledger.store import Store

CECOT = FacilityId("cecot")


@asynccontextmanager
async def running(store: Store, clock: Clock | None = None) -> AsyncIterator[CommandRunner]:
    runner = CommandRunner(store, clock or SystemClock(), reservation_rows)
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()


async def log_of(store: Store) -> list[Recorded]:
    return [decode(entry) for entry in await store.entries(0, 100_000)]


async def reserve(
    runner: CommandRunner, command: Reserve, idempotency: Idempotency | None = None
) -> Outcome:
    return await runner.run(RESERVE, command, provenance(), idempotency)


def _refuse(command: Reserve, state: Places) -> tuple[Event, ...]:
    (reserved,) = reserve_events(command, state)
    raise NoPlaceLeft("no place").on_record(lambda refusal: _refused_place(reserved, refusal))


def _refused_place(reserved: Event, refusal: Refusal) -> PlaceRefused:
    said = msgspec.structs.asdict(reserved)
    fields = {name: said[name] for name in PlaceRefused.__struct_fields__ if name in said}
    return PlaceRefused(**fields, refusal=refusal)


REFUSE: Decider[Reserve, Places] = Decider(RESERVE.boundary, _refuse)
"""Refuses whatever is asked, and the refusal is an entry."""
