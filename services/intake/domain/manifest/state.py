"""A manifest: a journey of legs, and all the persons on it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec

from services.intake.domain.manifest import journey, passenger
from services.intake.domain.manifest.journey import Journey, LegFact
from services.intake.domain.manifest.passenger import Passenger, PassengerFact
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    HandoverOffered,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
    PlaceConfirmed,
)
from shared.contracts.wrongful_transfer import (
    RecallCompleted,
    RecallOrdered,
    RecallOverdue,
    WrongfulTransferFound,
)
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict

Progress = ManifestSealed | PassengerFact | LegFact


class HasNotHappenedYet(Conflict):
    """A fact of the world is recorded once it is one."""


class ManifestState(Journey, frozen=True, kw_only=True):
    """What the log says of one journey and of everybody who is or was on it."""

    passengers: FrozenMap[Passenger] = FrozenMap()

    def passenger(self, case: CaseId) -> Passenger:
        """The person of a case, on the list or taken off it; raises `PersonNotOnManifest`."""
        return passenger.known(self.passengers.get(case), self.manifest, case)

    def cases(self, status: str) -> tuple[CaseId, ...]:
        """The cases with a status, sorted."""
        return tuple(
            CaseId(case)
            for case, traveller in self.passengers.items()
            if traveller.status == status
        )


def evolve(state: ManifestState | None, event: Event) -> ManifestState | None:
    """The journey after one more fact."""
    if isinstance(event, ManifestOpened):
        return ManifestState(**msgspec.structs.asdict(journey.opened(event)))
    if state is None or not isinstance(event, Progress):
        return state
    match event:
        case PersonRemoved():
            return journey.moved(_with_passenger(state, event), event)
        case (
            PersonManifested()
            | PlaceConfirmed()
            | PersonBoarded()
            | HandoverOffered()
            | CaseTransferred()
            | CaseRefusedAtArrival()
            | RecallOrdered()
            | RecallCompleted()
            | RecallOverdue()
            | WrongfulTransferFound()
        ):
            return _with_passenger(state, event)
        case ManifestSealed() | LegDepartureAuthorised() | LegDeparted() | LegArrived():
            return journey.moved(state, event)
        case _:
            assert_never(event)


def _with_passenger(state: ManifestState, event: PassengerFact) -> ManifestState:
    now = passenger.after(state.passengers.get(event.case), event)
    return msgspec.structs.replace(state, passengers=state.passengers.put(event.case, now))


def fold(manifest: ManifestId) -> Fold[ManifestState | None]:
    """Everything that was recorded of one journey."""
    return Fold(
        f"manifest/{manifest}", (on(ManifestOpened, Progress, manifest=manifest),), None, evolve
    )


def next_departure(state: Journey) -> datetime:
    """When the first leg that has not departed is planned to; the last one's plan after that."""
    ahead = (
        leg.planned_departure
        for leg, progress in zip(state.legs, state.progress, strict=True)
        if progress.departed is None
    )
    return next(ahead, state.legs[-1].planned_departure)


def has_happened(instant: datetime, now: datetime) -> None:
    """Raise `HasNotHappenedYet` for an event of the world that is reported before its time."""
    if instant > now + MAX_CLOCK_SKEW:
        raise HasNotHappenedYet(
            f"{instant.isoformat()} is in the future: report it when it is past"
        )
