"""Who asks in a schedule, and what they remember of what was asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import Traveller
from services.intake.domain.leg.arrive_leg import ARRIVE_LEG, ArriveLeg
from services.intake.domain.leg.authorise_leg import AUTHORISE_LEG, AuthoriseLeg
from services.intake.domain.leg.depart_leg import DEPART_LEG, DepartLeg
from services.intake.domain.manifest.board_person import BOARD_PERSON, BoardPerson
from services.intake.domain.manifest.confirm_place import CONFIRM_PLACE, ConfirmPlace
from services.intake.domain.manifest.put_on import MANIFEST_PERSON, ManifestPerson
from services.intake.domain.manifest.remove_person import REMOVE_PERSON, RemovePerson
from services.intake.domain.manifest.seal_manifest import SEAL_MANIFEST, SealManifest
from shared.contracts.manifest import LegDeparted
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, ManifestId
from tests.simulation.prepared import LEGS, PASSENGERS, PEOPLE
from tests.support.intake_log import AUTHORITY, ESCORT, IN_STEP, NOW

SAY: Decider[tuple[Event, ...], None] = Decider(
    lambda _events: Boundary((), lambda: None), lambda events, _state: events
)
"""Records what is decided elsewhere."""
A_WHILE = timedelta(minutes=5)
RESERVATION = EntryRef("accord.example/placement/0#0")


@dataclass
class Ask:
    """One command, and who gives it."""

    decider: Decider[Any, Any]
    command: Any
    actor: Actor = AUTHORITY


@dataclass
class Desk:
    """The hour, and what was asked so far: not what came of it, which the log alone says."""

    now: datetime = NOW
    on: dict[str, Any] = field(default_factory=dict)
    """What was turned on and not off again, by its name."""
    departed: dict[ManifestId, int] = field(default_factory=lambda: dict.fromkeys(LEGS, 0))
    """How many legs of each journey have departed."""
    _named: int = 0

    def name(self, kind: str) -> str:
        """A name that nothing had before."""
        self._named += 1
        return f"{kind}-{self._named:03}"

    def leg(self, manifest: ManifestId, *, ahead: int) -> int:
        """The number of the next leg, or of the last that departed."""
        return min(max(self.departed[manifest] + ahead, 1), len(LEGS[manifest]))

    def saw(self, event: Event) -> None:
        """Take note of a departure."""
        if isinstance(event, LegDeparted):
            self.departed[event.manifest] = event.leg


Step = Callable[[Desk], list[Ask]]


def at_the_gate(
    desk: Desk, manifest: ManifestId, actor: Actor = AUTHORITY, ago: timedelta = timedelta(0)
) -> dict[str, Any]:
    """What every command at the gate brings."""
    about: dict[str, Any] = {"manifest": manifest, "clock_skew": IN_STEP, "actor": actor}
    return {**about, "now": desk.now, "done_at": desk.now - ago}


def put_on(manifest: ManifestId, passenger: Traveller) -> Step:
    """Somebody comes onto a list, and a place is held."""
    case = passenger.case
    return lambda desk: [
        Ask(MANIFEST_PERSON, ManifestPerson(case=case, **at_the_gate(desk, manifest))),
        Ask(CONFIRM_PLACE, ConfirmPlace(manifest=manifest, case=case, reservation=RESERVATION)),
    ]


def board(manifest: ManifestId, passenger: Traveller, ago: timedelta = timedelta(0)) -> Step:
    """Somebody boards, or it is told that they did a while ago."""
    case = passenger.case
    return lambda desk: [
        Ask(BOARD_PERSON, BoardPerson(case=case, **at_the_gate(desk, manifest, ago=ago)), ESCORT)
    ]


def leave(manifest: ManifestId, passenger: Traveller) -> Step:
    """Somebody is taken off."""
    case = passenger.case
    return lambda desk: [
        Ask(
            REMOVE_PERSON,
            RemovePerson(manifest=manifest, case=case, now=desk.now, actor=AUTHORITY),
        )
    ]


def clear(passenger: Traveller) -> Step:
    """Clearance is asked for."""
    return lambda desk: [
        Ask(
            CLEAR_CASE,
            ClearCase(case=passenger.case, on=desk.now.date(), now=desk.now, actor=AUTHORITY),
        )
    ]


def seal(manifest: ManifestId) -> Step:
    """The list is closed."""
    return lambda desk: [Ask(SEAL_MANIFEST, SealManifest(**at_the_gate(desk, manifest)))]


def authorise(manifest: ManifestId, ago: timedelta = timedelta(0)) -> Step:
    """The doors close, or did a while ago."""
    return lambda desk: [
        Ask(
            AUTHORISE_LEG,
            AuthoriseLeg(leg=desk.leg(manifest, ahead=1), **at_the_gate(desk, manifest, ago=ago)),
        )
    ]


def depart(manifest: ManifestId, ago: timedelta = timedelta(0)) -> Step:
    """A leg departs, or it is told that it did a while ago."""
    return lambda desk: [
        Ask(
            DEPART_LEG,
            DepartLeg(
                leg=desk.leg(manifest, ahead=1),
                departed_at=desk.now - ago,
                **at_the_gate(desk, manifest, ESCORT, ago),
            ),
            ESCORT,
        )
    ]


def arrive(manifest: ManifestId) -> Step:
    """A leg arrives."""
    return lambda desk: [
        Ask(
            ARRIVE_LEG,
            ArriveLeg(
                manifest=manifest,
                leg=desk.leg(manifest, ahead=0),
                arrived_at=desk.now,
                now=desk.now,
                actor=ESCORT,
            ),
            ESCORT,
        )
    ]


def go_on(manifest: ManifestId, ago: timedelta = timedelta(0)) -> Step:
    """Everybody on a journey is to be cleared, listed and boarded, and it is to depart, or is told
    to have departed a while ago: as far as that is let.
    """
    passengers = PASSENGERS[manifest]
    steps = (
        *map(clear, passengers),
        *(put_on(manifest, passenger) for passenger in passengers),
        seal(manifest),
        *(board(manifest, passenger, ago) for passenger in passengers),
        authorise(manifest, ago),
        depart(manifest, ago),
    )
    return lambda desk: [ask for step in steps for ask in step(desk)]


def wait(how_long: timedelta) -> Step:
    """Time passes."""

    def step(desk: Desk) -> list[Ask]:
        desk.now += how_long
        return []

    return step


def _of_people() -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for manifest, passengers in PASSENGERS.items():
        for passenger in passengers:
            steps[f"{passenger.case} comes onto {manifest}"] = put_on(manifest, passenger)
            steps[f"{passenger.case} boards {manifest}"] = board(manifest, passenger)
            steps[f"{passenger.case} leaves {manifest}"] = leave(manifest, passenger)
    for passenger in PEOPLE:
        steps[f"{passenger.case} is cleared"] = clear(passenger)
    return steps


def _of_journeys() -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for manifest in LEGS:
        steps[f"{manifest} is sealed"] = seal(manifest)
        steps[f"{manifest} closes its doors"] = authorise(manifest)
        steps[f"{manifest} departs"] = depart(manifest)
        steps[f"{manifest} arrives"] = arrive(manifest)
    return steps


ONWARD: dict[str, Step] = {f"{manifest} goes on": go_on(manifest) for manifest in LEGS}
"""Whole journeys."""
PASSING: dict[str, Step] = {**_of_people(), **_of_journeys(), **ONWARD}
"""What brings people through the gates."""
LATE: dict[str, Step] = {
    f"{manifest} goes on and is told late": go_on(manifest, A_WHILE) for manifest in LEGS
}
TIME: dict[str, Step] = {"a day passes": wait(timedelta(days=1))}
ELSEWHERE: dict[str, Step] = {
    f"{passenger.case} comes onto {manifest} too": put_on(manifest, passenger)
    for manifest in LEGS
    for passenger in PEOPLE
    if passenger not in PASSENGERS[manifest]
}
AT_THE_DOOR: dict[str, Step] = {
    name: step
    for name, step in PASSING.items()
    if " boards " in name or name.endswith(("its doors", "departs"))
}
"""Whoever comes while the doors of a journey close."""
