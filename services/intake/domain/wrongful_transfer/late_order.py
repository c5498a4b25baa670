"""An order that comes after a departure which it would have stopped: by rule they come back (D7).

It is decided once for every order, as soon as it is on the record. Whoever departs from then on has
met it at the gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.intake.domain import handover
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import ClearanceState, Traveller
from services.intake.domain.hold import state as holds
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest.journey import Journey
from services.intake.domain.manifest.passenger import Passenger
from services.intake.domain.wrongful_transfer import under_way
from shared.contracts.hold import HoldAsserted
from shared.contracts.manifest import LegDeparted
from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from shared.kernel.dates import last_second, utc_date
from shared.kernel.decider import Decider, Reading, side_by_side
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, HoldId, ManifestId, agreement_of, custody_of
from shared.kernel.rejected import Conflict, Finding

ON_BOARD = frozenset({"boarded", "offered", "transferred"})


class NobodyIsWithinReach(Conflict):
    """The order forbids no departure that has taken place."""


class FindWrongfulTransfers(msgspec.Struct, frozen=True, kw_only=True):
    """Find everybody whose departure an order that is on the record would have stopped."""

    hold: HoldId
    found_at: datetime
    """When the order came onto the record."""


class Departed(msgspec.Struct, frozen=True):
    """One journey that has begun, those on it whom the order may reach, and what stands by now."""

    journey: Journey
    last: LegDeparted
    people: tuple[tuple[CaseId, Passenger], ...]
    agreement: AgreementState
    clearances: tuple[ClearanceState, ...]
    """Of each of the people, in their order, as of the last departure of the journey."""


class Reached(msgspec.Struct, frozen=True):
    """The order, and every journey that it may reach."""

    order: HoldAsserted | None = None
    departed: tuple[Departed, ...] = ()


def _boundary(command: FindWrongfulTransfers) -> Reading[Reached]:
    hold = yield from holds.fold(command.hold)
    if hold.asserted is None:
        return Reached()
    listed = yield from under_way.within_reach(hold.asserted, command.found_at)
    if not listed:
        return Reached(hold.asserted)
    of_manifest: dict[ManifestId, list[CaseId]] = {}
    for case, manifest in sorted(listed.items()):
        of_manifest.setdefault(manifest, []).append(case)
    departed = yield from side_by_side(
        *(_departed(manifest, cases) for manifest, cases in of_manifest.items())
    )
    return Reached(hold.asserted, tuple(each for each in departed if each is not None))


def _departed(manifest: ManifestId, cases: list[CaseId]) -> Reading[Departed | None]:
    journey, *read = yield (
        journeys.fold(manifest),
        *(passengers.fold(manifest, case) for case in cases),
        *(handover.fold(case) for case in cases),
    )
    known: Journey = journeys.known(journey, manifest)
    listed, offers = read[: len(cases)], read[len(cases) :]
    on_board = [
        (case, passenger)
        for case, passenger, offer in zip(cases, listed, offers, strict=True)
        if passenger is not None and passenger.status in ON_BOARD and not offer.returned
    ]
    if known.under_way is None or not on_board:
        return None
    last, way = known.under_way
    travellers = (Traveller(case, passenger.person) for case, passenger in on_board)
    agreement, cleared = yield from clearance.read(
        agreement_of(known.agreement), known.receiving, *travellers, way=way
    )
    return Departed(known, last, tuple(on_board), agreement, cleared)


def _find(command: FindWrongfulTransfers, state: Reached) -> tuple[Event, ...]:
    order = state.order
    if order is None:
        raise NobodyIsWithinReach(f"there is no hold {command.hold}")
    events = tuple(
        event for departed in state.departed for event in _of_journey(command, order, departed)
    )
    if not events:
        raise NobodyIsWithinReach(f"hold {command.hold} forbids no departure that took place")
    return events


def _of_journey(
    command: FindWrongfulTransfers, order: HoldAsserted, departed: Departed
) -> Iterator[Event]:
    for (case, passenger), cleared in zip(departed.people, departed.clearances, strict=True):
        if not _forbade(order, cleared, departed.last):
            continue
        about = _about(departed.journey, case, passenger)
        yield _found(command, order, departed, about)
        if passenger.status != "transferred" and passenger.recalled is None:
            due_at = _due_at(departed, command.found_at)
            yield RecallOrdered(**about, ordered_at=command.found_at, due_at=due_at)


def _forbade(order: HoldAsserted, cleared: ClearanceState, last: LegDeparted) -> bool:
    """Whether the order is against a departure: while it stands, and of one that was lifted since,
    whether it bound at the minute of it (G3).
    """
    if any(standing.hold == order.hold for standing in cleared.holds.standing):
        return True
    ended = (lifted for lifted in cleared.holds.lifted if lifted.order.hold == order.hold)
    return any(lifted.was_in_force(last.departed_at) for lifted in ended)


def _about(journey: Journey, case: CaseId, passenger: Passenger) -> dict[str, Any]:
    return {
        "manifest": journey.manifest,
        "agreement": journey.agreement,
        "case": case,
        "person": passenger.person,
    }


def _found(
    command: FindWrongfulTransfers, order: HoldAsserted, departed: Departed, about: dict[str, Any]
) -> WrongfulTransferFound:
    journey = departed.journey
    return WrongfulTransferFound(
        **about,
        facility=journey.facility,
        custody=custody_of(about["case"]),
        sending=journey.sending,
        receiving=journey.receiving,
        closes=Finding(
            rule="G3",
            missing=f"the {order.form} order {order.reference} stands until its issuer lifts it",
            evidence=f"hold/{order.hold}",
        ),
        since=order.received_at,
        departed_at=departed.last.departed_at,
        found_at=command.found_at,
    )


def _due_at(departed: Departed, ordered_at: datetime) -> datetime:
    """When an ordered return is due, by the version of the day (D6): a recall is due then too."""
    day = utc_date(ordered_at)
    agreement = agreement_of(departed.journey.agreement)
    document = agreements.binding(departed.agreement, agreement, day)
    return last_second(day + timedelta(days=document.returns.days))


FIND_WRONGFUL_TRANSFERS = Decider(boundary=_boundary, decide=_find)
