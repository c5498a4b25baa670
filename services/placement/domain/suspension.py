"""Placement follows the suspensions of an agreement: none stands, or no place is reserved (D12)."""

from __future__ import annotations

import msgspec

from shared.contracts.reservations import ReservationsResumed, ReservationsSuspended
from shared.kernel.decider import Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, AgreementRef, SuspensionId, agreement_of
from shared.kernel.rejected import Conflict, RuleBroken


class NoPlacesWhileSuspended(RuleBroken):
    """Nobody is to depart under a suspended agreement, so no place is held for anybody (G23)."""

    RULE = "G23"


class FollowedAlready(Conflict):
    """This suspension, or its end, is recorded already."""


class SuspendReservations(msgspec.Struct, frozen=True, kw_only=True):
    """Intake recorded that an agreement is suspended."""

    agreement: AgreementRef
    suspension: SuspensionId
    suspended_by: str


class ResumeReservations(msgspec.Struct, frozen=True, kw_only=True):
    """Intake recorded that whoever suspended an agreement has resumed it."""

    agreement: AgreementRef
    suspension: SuspensionId


class Suspensions(msgspec.Struct, frozen=True):
    """The suspensions of one agreement that stand, the oldest first."""

    standing: tuple[ReservationsSuspended, ...] = ()

    def named(self, suspension: SuspensionId) -> ReservationsSuspended | None:
        """The one of that name, while it stands."""
        return next((each for each in self.standing if each.suspension == suspension), None)


def evolve(state: Suspensions, event: Event) -> Suspensions:
    """What stands after one more event."""
    match event:
        case ReservationsSuspended():
            return Suspensions((*state.standing, event))
        case ReservationsResumed():
            stand = (each for each in state.standing if each.suspension != event.suspension)
            return Suspensions(tuple(stand))
        case _:
            return state


def fold(agreement: AgreementId) -> Fold[Suspensions]:
    """Every suspension of one agreement, whichever version it names."""
    return Fold(
        name=f"suspensions/{agreement}",
        alternatives=(on(ReservationsSuspended, ReservationsResumed, agreement=agreement),),
        initial=Suspensions(),
        evolve=evolve,
    )


def while_suspended(agreement: AgreementRef, state: Suspensions) -> NoPlacesWhileSuspended | None:
    """Why no place is reserved under an agreement; nothing where none of it is suspended."""
    if not state.standing:
        return None
    by = ", ".join(each.suspended_by for each in state.standing)
    return NoPlacesWhileSuspended(
        f"{agreement_of(agreement)} is suspended by {by}: put the person on a journey once each of"
        " them has resumed it"
    )


def _suspend(command: SuspendReservations, state: Suspensions) -> tuple[Event, ...]:
    if state.named(command.suspension):
        raise FollowedAlready(f"suspension {command.suspension} is recorded: nothing is left to do")
    return (ReservationsSuspended(**msgspec.structs.asdict(command)),)


def _resume(command: ResumeReservations, state: Suspensions) -> tuple[Event, ...]:
    if state.named(command.suspension) is None:
        raise FollowedAlready(f"suspension {command.suspension} does not stand: nothing to resume")
    return (ReservationsResumed(**msgspec.structs.asdict(command)),)


SUSPEND_RESERVATIONS = Decider(
    boundary=lambda command: only(fold(agreement_of(command.agreement))), decide=_suspend
)
RESUME_RESERVATIONS = Decider(
    boundary=lambda command: only(fold(agreement_of(command.agreement))), decide=_resume
)
