"""Who has departed and may be reached by an order that comes now (D7)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain import identity_match
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.contracts.hold import HoldAsserted
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import LegDeparted, PersonManifested, PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.dates import ONE_DAY, utc_date
from shared.kernel.decider import Fold, Reading, on, together
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId, PersonId

Journeys = dict[CaseId, ManifestId]
"""Cases, each with the journey that it is or was on."""


class UnderWay(msgspec.Struct, frozen=True):
    """Everybody who has departed and whom nobody has taken over: as many as are in the air."""

    journeys: Journeys = {}


def evolve(state: UnderWay, event: Event) -> UnderWay:
    """Who is under way after one more departure, or of whom it is over."""
    match event:
        case LegDeparted():
            return UnderWay({**state.journeys, **dict.fromkeys(event.cases, event.manifest)})
        case CaseTransferred() | CaseRefusedAtArrival() | RecallCompleted() | PersonRemoved():
            rest = {case: on for case, on in state.journeys.items() if case != event.case}
            return UnderWay(rest)
        case _:
            return state


FOLD: Fold[UnderWay] = Fold(
    name="under-way",
    alternatives=(
        on(
            LegDeparted,
            CaseTransferred,
            CaseRefusedAtArrival,
            RecallCompleted,
            PersonRemoved,
            under_way="changed",
        ),
    ),
    initial=UnderWay(),
    evolve=evolve,
    snapshot=UnderWay,
)


def _manifested(state: UnderWay, event: Event) -> UnderWay:
    match event:
        case PersonManifested():
            return UnderWay({**state.journeys, event.case: event.manifest})
        case PersonRemoved() | CaseReturned():
            rest = {case: on for case, on in state.journeys.items() if case != event.case}
            return UnderWay(rest)
        case _:
            return state


def journeys_of(*persons: PersonId) -> Fold[UnderWay]:
    """Every journey that any of these pseudonyms was put on, and not taken off nor is back from."""
    return Fold(
        name=f"journeys/{'/'.join(persons)}",
        alternatives=tuple(
            on(PersonManifested, PersonRemoved, CaseReturned, person=person) for person in persons
        ),
        initial=UnderWay(),
        evolve=_manifested,
    )


def departed_since(received_at: datetime, found_at: datetime) -> Fold[UnderWay]:
    """Everybody who departed under an order, told late, that is about nobody by name: since its
    receipt, and before it was on the record. As many as departed on those days (G3).
    """

    def departed(state: UnderWay, event: Event) -> UnderWay:
        if not isinstance(event, LegDeparted) or event.departed_at < received_at:
            return state
        return UnderWay({**state.journeys, **dict.fromkeys(event.cases, event.manifest)})

    first, last = utc_date(received_at), utc_date(max(received_at, found_at))
    days = (first + number * ONE_DAY for number in range((last - first).days + 1))
    return Fold(
        name=f"departed/{received_at.isoformat()}/{last}",
        alternatives=tuple(on(LegDeparted, departed_on=day) for day in days),
        initial=UnderWay(),
        evolve=departed,
    )


def within_reach(order: HoldAsserted, found_at: datetime) -> Reading[Journeys]:
    """Whom an order may reach: whoever is under way or has departed since its receipt; of one on a
    person, whom they may be, whenever they departed (G9).
    """
    person = order.scope.named_person
    if person is None:
        since = departed_since(order.received_at, found_at)
        in_the_air, departed = yield from together(FOLD, since)
        return {**departed.journeys, **in_the_air.journeys}
    alike = yield from identity_match.alike(person)
    return (yield from journeys_of(person, *alike.aliases(person))).journeys
