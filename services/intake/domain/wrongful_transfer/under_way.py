"""Who has departed and may be reached by an order that comes now (D7)."""

from __future__ import annotations

import msgspec

from services.intake.domain import identity_match
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.contracts.hold import HoldScope
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import LegDeparted, PersonManifested, PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.decider import Fold, Reading, on
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
        case CaseTransferred() | CaseRefusedAtArrival() | RecallCompleted():
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


def within_reach(scope: HoldScope) -> Reading[Journeys]:
    """Whom an order may reach: whoever is under way; of one on a person, whom they may be, and who
    was taken over too (G9).
    """
    if scope.named_person is None:
        return (yield from FOLD).journeys
    alike = yield from identity_match.alike(scope.named_person)
    persons = (scope.named_person, *alike.aliases(scope.named_person))
    return (yield from journeys_of(*persons)).journeys
