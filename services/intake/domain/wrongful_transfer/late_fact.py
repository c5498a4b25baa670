"""What is told of a person who has departed and would have closed the gate: they come back (D7).

A fact, an exclusion, or who they are, which says whose orders bind them. The gate is computed again
for the day of the departure, from what is on record by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from services.intake.domain import identity_match
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import ClearanceState
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.identity_match import Likenesses
from services.intake.domain.wrongful_transfer import departure, under_way
from services.intake.domain.wrongful_transfer.departure import Closing, Departed
from services.intake.domain.wrongful_transfer.late_order import (
    NobodyIsWithinReach,
    closed_by,
    forbade,
)
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    NoticeServed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import PersonId


class FindLateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Find whether a person's departure would have been stopped by what is told of them since."""

    person: PersonId
    found_at: datetime
    """When it came onto the record."""


def _boundary(command: FindLateFacts) -> Reading[tuple[Departed, ...]]:
    alike = yield from identity_match.alike(command.person)
    persons = (command.person, *alike.aliases(command.person))
    listed = (yield from under_way.journeys_of(*persons)).journeys
    return (yield from departure.read(listed))


def _find(command: FindLateFacts, state: tuple[Departed, ...]) -> tuple[Event, ...]:
    events = tuple(event for departed in state for event in _of_journey(command, departed))
    if not events:
        raise NobodyIsWithinReach(
            f"nothing that is told of person {command.person} would have stopped a departure"
        )
    return events


def _of_journey(command: FindLateFacts, departed: Departed) -> Iterator[Event]:
    for case, passenger, cleared in departed.each():
        found = [*_by_orders(departed, cleared), *_by_facts(departed, cleared)]
        new = [closing for closing in found if closing.finding not in passenger.wrongful]
        yield from departure.wrongful(departed, case, passenger, new, command.found_at)


def _by_orders(departed: Departed, cleared: ClearanceState) -> Iterator[Closing]:
    """Those that name the person by whichever pseudonym: what names nobody was looked at (G9)."""
    holds = cleared.holds
    for order in (*holds.standing, *(lifted.order for lifted in holds.lifted)):
        if order.scope.named_person is not None and forbade(order, cleared, departed.last):
            yield closed_by(order, cleared)


def _by_facts(departed: Departed, cleared: ClearanceState) -> Iterator[Closing]:
    """What the gate finds on the day of the departure, but for orders and who is who."""
    left_at = departed.last.departed_at
    day, document = utc_date(left_at), departed.document(left_at)
    facts = tuple(_as_of(fact, day, document) for fact in cleared.case.facts)
    told = msgspec.structs.replace(
        cleared,
        case=msgspec.structs.replace(cleared.case, facts=facts),
        holds=HoldsState(),
        likenesses=Likenesses(),
        assurances=(),
    )
    offices = {f"exclusion/{each.exclusion}": each.recorded_by for each in cleared.exclusions}
    for finding in clearance.findings(document, told, day):
        yield Closing(finding, left_at, offices.get(finding.evidence or ""))


def _as_of(fact: CaseFact, day: date, document: AgreementDocument) -> CaseFact:
    """A fact as it bears on a day: the days of a sentence as they were then, whenever they were
    counted; and what was done again after it takes nothing from what was done before.
    """
    match fact:
        case LegalBasisRecorded(counted_on=date() as counted_on) if counted_on > day:
            remained = fact.days_remaining + (counted_on - day).days
            return msgspec.structs.replace(fact, counted_on=day, days_remaining=remained)
        case CaseFact(after_departure=False):
            return fact
        case NoticeServed():
            contested = day - timedelta(days=document.contest_days)
            return msgspec.structs.replace(fact, served_on=min(fact.served_on, contested))
        case CounselAccessRecorded():
            return msgspec.structs.replace(fact, accessed_on=min(fact.accessed_on, day))
        case ConsularNoticeRecorded():
            return msgspec.structs.replace(fact, offered_on=min(fact.offered_on, day))
        case FitnessToTravelAssessed(assessed_on=date() as made_on) if made_on > day:
            return msgspec.structs.replace(fact, fit=True, assessed_on=day)
        case _:
            return fact


FIND_LATE_FACTS = Decider(boundary=_boundary, decide=_find)
