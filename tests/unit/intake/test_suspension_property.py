"""In whatever order suspensions, their ends, boardings and amendments come: nobody passes one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.intake.domain.agreement.resume_agreement import RESUME_AGREEMENT, ResumeAgreement
from services.intake.domain.agreement.suspend_agreement import SUSPEND_AGREEMENT, SuspendAgreement
from services.intake.domain.clearance.state import Traveller
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.manifest import LegDeparted, LegDepartureAuthorised, PersonBoarded
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import SuspensionId
from shared.kernel.rejected import Rejected
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DOCUMENT,
    NOW,
    RECEIVING_AUTHORITY,
    agreement_events,
    traveller,
)
from tests.support.journeys import Journey
from tests.unit.intake.made_events import replaced

COURT = Actor("XX", "court", "district-court-9/clerk-1")
SECOND_CLERK = Actor("XX", "court", "district-court-9/clerk-2")
SPEAKS_FOR = {
    "AAA": (AUTHORITY, replaced(AUTHORITY, subject="authority-2")),
    "BBB": (RECEIVING_AUTHORITY,),
    "court 9": (COURT, SECOND_CLERK),
    "court 8": (Actor("XX", "court", "district-court-8/clerk-1"),),
    "clerk": (Actor("XX", "court", "clerk-7"),),
}
"""Who suspends, and whoever speaks for them."""
ACTORS = tuple(actor for actors in SPEAKS_FOR.values() for actor in actors)
PEOPLE = (traveller(1), traveller(2))
PASSES = (PersonBoarded, LegDepartureAuthorised, LegDeparted)
Step = Callable[[Journey], object]


def suspends(actor: Actor) -> Step:
    def step(journey: Journey) -> None:
        name = SuspensionId(f"suspension-{len(journey.log.events)}")
        command = SuspendAgreement(
            agreement=AGREEMENT, suspension=name, reference="note-7", now=NOW, actor=actor
        )
        journey.log.decide(SUSPEND_AGREEMENT, command)

    return step


def resumes(actor: Actor) -> Step:
    command = ResumeAgreement(agreement=AGREEMENT, reference="note-8", now=NOW, actor=actor)
    return lambda journey: journey.log.decide(RESUME_AGREEMENT, command)


def amends(journey: Journey) -> None:
    for signed in agreement_events(replaced(DOCUMENT, version=2))[:-1]:
        journey.log.record(signed)


def boards(person: Traveller) -> Step:
    return lambda journey: journey.board(person)


def leaves(person: Traveller) -> Step:
    return lambda journey: journey.remove(person)


STEPS: dict[str, Step] = {
    **{f"{actor} suspends": suspends(actor) for actor in ACTORS},
    **{f"{actor} resumes": resumes(actor) for actor in ACTORS},
    **{f"{actor} resumes once more": resumes(actor) for actor in ACTORS},
    **{f"{person.case} boards": boards(person) for person in PEOPLE},
    **{f"{person.case} is taken off": leaves(person) for person in PEOPLE},
    **{f"authorise {number}": lambda journey: journey.authorise() for number in (1, 2)},
    **{f"depart {number}": lambda journey: journey.depart() for number in (1, 2)},
    "both sign version 2": amends,
}


def suspender_of(actor: str) -> str:
    return next(name for name, actors in SPEAKS_FOR.items() if actor in map(str, actors))


def standing(events: list[Event]) -> set[str]:
    """The rule in its plainest form: by whom it is suspended, apart from the code under test."""
    suspended: set[str] = set()
    for recorded in events:
        if isinstance(recorded, AgreementSuspended):
            assert suspender_of(recorded.suspended_by) not in suspended, "once by each"
            suspended.add(suspender_of(recorded.suspended_by))
        elif isinstance(recorded, AgreementResumed):
            suspended.remove(suspender_of(recorded.resumed_by))
    return suspended


@given(names=st.lists(st.sampled_from(sorted(STEPS)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_g23_in_any_interleaving_nobody_boards_or_departs_while_a_suspension_stands(
    names: list[str],
) -> None:
    journey = Journey(1, 2).sealed()
    for name in names:
        with suppress(Rejected):
            STEPS[name](journey)
    for index, recorded in enumerate(journey.log.events):
        if isinstance(recorded, PASSES):
            event(type(recorded).__name__)
            assert standing(journey.log.events[:index]) == set()
    standing(journey.log.events)
