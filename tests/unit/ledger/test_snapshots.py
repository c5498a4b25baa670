"""A snapshot of a state with frozen maps gives the state that a full fold gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
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
from shared.kernel.query import Alternative
from shared.ledger import snapshots
from shared.ledger.folds import load
from shared.ledger.machine import SystemClock
from shared.ledger.memory import MemoryStore
from shared.ledger.runner import CommandRunner
from shared.ledger.snapshots import EVERY, fingerprint, source
from shared.ledger.work import Folded
from tests.support.ledgers import ORIGIN, provenance

if TYPE_CHECKING:
    from pathlib import Path

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
    return (registered, *accepted, *(_released(acceptance) for acceptance in accepted[::3]))


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
    events = story(EVERY)
    runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
    await runner.start()
    try:
        await runner.run(SAY, events, provenance())
        assert await runner.state(fold) == fold_all(fold, events)
        (saved,) = await store.snapshots([fold.name])
        assert saved.sequence == EVERY - 1, "what follows is read by one page"
        later = _accepted(EVERY)
        await runner.run(SAY, (later,), provenance())
        from_snapshot = await load(store, [fold], 0)
    finally:
        await runner.stop()
    assert from_snapshot[fold.name] == Folded(
        fold, fold_all(fold, (*events, later)), len(events), unsaved=len(events) + 1 - EVERY
    )


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


def test_a_fold_that_reads_something_else_makes_old_snapshots_void() -> None:
    def reading(*alternatives: Alternative) -> str:
        fold = Fold("kept", alternatives, Kept(), lambda before, _event: before, Kept)
        return fingerprint(fold)

    one, two = on(FacilityRegistered, facility=HOUSE), on(CustodyAccepted, facility=HOUSE)
    fingerprints = {
        reading(one),
        reading(two),
        reading(one, two),
        reading(on(FacilityRegistered, CustodyAccepted, facility=HOUSE)),
        reading(on(FacilityRegistered, facility="house-two")),
    }
    assert len(fingerprints) == 5
    assert reading(one, two) == reading(two, one)


def test_a_fold_that_evolves_otherwise_makes_old_snapshots_void(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is one more becomes two more in `helper`, which the evolve calls: nobody would see it
    in the function itself.
    """
    room = tmp_path / "folding" / "one" / "domain"
    room.mkdir(parents=True)
    for package in (room, room.parent, room.parent.parent):
        (package / "__init__.py").write_text("")
    (room / "helper.py").write_text("def more(held): return held + 1\n")
    (room / "counted.py").write_text(
        "from folding.one.domain.helper import more\n"
        "def evolve(state, _event): return more(state)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    evolve = import_module("folding.one.domain.counted").evolve
    fold = Fold("kept", (on(FacilityRegistered, facility=HOUSE),), 0, evolve, int)
    before = fingerprint(fold)
    source.cache_clear()
    assert fingerprint(fold) == before
    (room / "helper.py").write_text("def more(held): return held + 2\n")
    source.cache_clear()
    assert fingerprint(fold) != before


def test_what_every_domain_leans_on_counts_too() -> None:
    files = {file.name for package in snapshots.LEANED_ON for file in snapshots.files(package)}
    assert {"decider.py", "placement.py", "person_month.py"} <= files


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
        await runner.run(SAY, story(EVERY), provenance())
        with pytest.raises(NotImplementedError, match="object"):
            await runner.state(fold)
    finally:
        await runner.stop()
