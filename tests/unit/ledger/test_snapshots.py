"""A snapshot of a state with frozen maps gives the state that a full fold gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from services.placement.domain import roster
from shared.contracts.facility import FacilityRegistered
from shared.contracts.manifest import Custodian
from shared.contracts.placement import CustodyAccepted, PersonReleased
from shared.kernel.decider import Boundary, Decider, Fold, fold_all, on
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, FacilityId, PersonId
from shared.ledger.folds import SNAPSHOT_EVERY, fingerprint, load
from shared.ledger.machine import SystemClock
from shared.ledger.memory import MemoryStore
from shared.ledger.runner import CommandRunner
from tests.support.ledgers import ORIGIN, provenance

if TYPE_CHECKING:
    from shared.kernel.event import Event

HOUSE = FacilityId("house-one")
ARRIVAL = date(2025, 3, 16)
SAY: Decider[tuple[Event, ...], None] = Decider(
    lambda _events: Boundary((), lambda: None), lambda events, _state: events
)


def story(persons: int) -> tuple[Event, ...]:
    """A facility with as many persons, every third of whom has left."""
    registered = FacilityRegistered(facility=HOUSE, country="SLV", timezone="UTC")
    accepted = [_accepted(number) for number in range(persons)]
    return (registered, *accepted, *(_released(one) for one in accepted[::3]))


def _accepted(number: int) -> CustodyAccepted:
    return CustodyAccepted(
        custody=CustodyId(f"custody-{number}"),
        person=PersonId(f"person-{number}"),
        agreement=AgreementRef("usa-slv-2025@1"),
        facility=HOUSE,
        offer=EntryRef("accord.example/intake/0#1"),
        custodian=Custodian("SLV", "house-one", "SLV"),
        sending="USA",
        receiving="SLV",
        accepted_at=datetime(2025, 3, 16, 10, tzinfo=UTC),
        arrived_on=ARRIVAL,
        timezone="UTC",
        place_was_reserved=False,
    )


def _released(stay: CustodyAccepted) -> PersonReleased:
    return PersonReleased(
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=stay.facility,
        ended_at=stay.accepted_at + timedelta(days=3),
        departed_on=ARRIVAL + timedelta(days=3),
    )


async def test_a_rosters_snapshot_is_what_a_full_fold_of_it_gives() -> None:
    store, fold = MemoryStore(ORIGIN), roster.fold(HOUSE)
    events = story(SNAPSHOT_EVERY)
    runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
    await runner.start()
    try:
        await runner.run(SAY, events, provenance())
        assert await runner.state(fold) == fold_all(fold, events)
        (saved,) = await store.snapshots([fold.name])
        assert saved.sequence == len(events) - 1
        later = _accepted(SNAPSHOT_EVERY)
        await runner.run(SAY, (later,), provenance())
        from_snapshot = await load(store, [fold], 0)
    finally:
        await runner.stop()
    assert from_snapshot[fold.name] == (fold, fold_all(fold, (*events, later)), len(events))


class Kept(msgspec.Struct, frozen=True):
    """A state whose map holds numbers."""

    held: FrozenMap[int] = msgspec.field(default_factory=FrozenMap)


class Changed(msgspec.Struct, frozen=True):
    """The same state, whose map holds texts."""

    held: FrozenMap[str] = msgspec.field(default_factory=FrozenMap)


class Unspeakable(msgspec.Struct, frozen=True):
    """A state with something that has no form in JSON."""

    held: object = None


def kept_in(state: type[Any]) -> Fold[Any]:
    """A fold whose snapshots are states of this type."""
    alternatives = (on(FacilityRegistered, facility=HOUSE),)
    return Fold("kept", alternatives, state(), lambda before, _event: before, state)


def test_a_map_that_holds_something_else_makes_old_snapshots_void() -> None:
    assert fingerprint(kept_in(Kept)) == fingerprint(kept_in(Kept))
    assert fingerprint(kept_in(Kept)) != fingerprint(kept_in(Changed))


async def test_a_state_that_cannot_be_kept_says_so() -> None:
    def broken(_state: Unspeakable, _event: Event) -> Unspeakable:
        return Unspeakable(object())

    store = MemoryStore(ORIGIN)
    runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
    fold = Fold(
        "broken",
        (on(FacilityRegistered, CustodyAccepted, facility=HOUSE),),
        Unspeakable(),
        broken,
        Unspeakable,
    )
    await runner.start()
    try:
        await runner.run(SAY, story(SNAPSHOT_EVERY), provenance())
        with pytest.raises(NotImplementedError, match="object"):
            await runner.state(fold)
    finally:
        await runner.stop()
