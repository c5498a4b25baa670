"""A stay: the nights between acceptance and exit, which alone can be charged (F10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import msgspec

from shared.contracts.billing import StayClosed, StayOpened
from shared.kernel.dates import ONE_DAY
from shared.kernel.decider import Decider, Fold, on, only
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, FacilityId, PersonId
from shared.kernel.rejected import Conflict

if TYPE_CHECKING:
    from datetime import date

    from shared.contracts.agreement import NightRule
    from shared.kernel.event import Event


class StayAlreadyOpen(Conflict):
    """A custody is accepted once."""


class StayState(msgspec.Struct, frozen=True):
    """One custody's nights."""

    opened: StayOpened | None = None
    closed: StayClosed | None = None

    def has(self, night: date) -> bool:
        """Whether the stay has this night: from the arrival on, until it was said to be over."""
        if self.opened is None or night < self.opened.arrived_on:
            return False
        return self.closed is None or night < self.closed.owed_until


def owed_until(arrived_on: date, departed_on: date, rule: NightRule) -> date:
    """The first day after the nights of a stay that has ended, by the signed night rule (F10).

    The rules differ in who leaves on the day of arrival, or earlier by a date told late.
    """
    match rule:
        case "arrival-counts-departure-does-not":
            return max(departed_on, arrived_on + ONE_DAY)
        case "midnight-census":
            return max(departed_on, arrived_on)
        case _:
            assert_never(rule)


class OpenStay(msgspec.Struct, frozen=True, kw_only=True):
    """Custody was accepted in placement: nights may be attested from here."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    facility: FacilityId
    arrived_on: date
    accepted: EntryRef


def fold(custody: CustodyId) -> Fold[StayState]:
    """The stay of one custody."""
    return Fold(
        f"stay/{custody}", (on(StayOpened, StayClosed, custody=custody),), StayState(), evolve
    )


def evolve(state: StayState, event: Event) -> StayState:
    """Open or close the stay."""
    match event:
        case StayOpened():
            return StayState(event)
        case StayClosed():
            return StayState(state.opened, event)
        case _:
            return state


def _decide(command: OpenStay, state: StayState) -> tuple[Event, ...]:
    if state.opened is not None:
        message = f"the stay of custody {command.custody} is open since {state.opened.arrived_on}"
        raise StayAlreadyOpen(message)
    opened = StayOpened(
        custody=command.custody,
        person=command.person,
        agreement=command.agreement,
        facility=command.facility,
        arrived_on=command.arrived_on,
        accepted=command.accepted,
    )
    return (opened,)


OPEN_STAY: Decider[OpenStay, StayState] = Decider(
    boundary=lambda command: only(fold(command.custody)), decide=_decide
)
