"""In whatever order holds, lifts, clearances and boardings come: nobody passes a hold (G1, G4)."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.intake.domain.clearance.state import Traveller
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldAsserted, HoldLifted
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDeparted, LegDepartureAuthorised, PersonBoarded
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.kernel.rejected import Rejected
from tests.support.intake_log import (
    RECEIVER,
    cleared_again,
    hold,
    lifted,
    on_class,
    on_country,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

PEOPLE = (traveller(1), traveller(2))
SCOPES = (
    on_person(PEOPLE[0]),
    on_person(PEOPLE[0], RECEIVER),
    on_person(PEOPLE[1], "DDD"),
    on_country(),
    on_country("DDD"),
    on_class(),
)
Step = Callable[[Journey], object]


def asserts(index: int) -> Step:
    return lambda journey: journey.log.events.append(hold(SCOPES[index], f"hold-{index}"))


def lifts(index: int) -> Step:
    return lambda journey: journey.log.events.append(lifted(SCOPES[index], f"hold-{index}"))


def clears(one: Traveller) -> Step:
    # Clearance is asked for as often as anyone likes; while a hold stands it is not granted.
    def step(journey: Journey) -> None:
        if not standing(journey.log.events, one.case):
            journey.log.events.append(cleared_again(one, journey.log.events))

    return step


def boards(one: Traveller) -> Step:
    return lambda journey: journey.board(one)


def removes(one: Traveller) -> Step:
    return lambda journey: journey.remove(one)


STEPS: dict[str, Step] = {
    **{f"assert {index}": asserts(index) for index in range(len(SCOPES))},
    **{f"lift {index}": lifts(index) for index in range(len(SCOPES))},
    **{f"clear {passenger.case}": clears(passenger) for passenger in PEOPLE},
    **{f"board {passenger.case}": boards(passenger) for passenger in PEOPLE},
    **{f"remove {passenger.case}": removes(passenger) for passenger in PEOPLE},
    "authorise both": lambda journey: journey.authorise(),
    "authorise 1": lambda journey: journey.authorise(),
    "authorise 2": lambda journey: journey.authorise(),
    "depart both": lambda journey: journey.depart(),
    "depart 1": lambda journey: journey.depart(),
    "depart 2": lambda journey: journey.depart(),
}


def matches(asserted: HoldAsserted | HoldLifted, case: CaseId) -> bool:
    """The rule in its plainest form, apart from the code under test."""
    if isinstance(asserted.scope, ClassScope):
        return asserted.scope == on_class()
    if isinstance(asserted.scope, CountryScope):
        return asserted.scope.country == RECEIVER
    person = next(passenger.person for passenger in PEOPLE if passenger.case == case)
    scope = asserted.scope
    return scope.named_person == person and scope.named_country in (None, RECEIVER)


def standing(events: list[Event], case: CaseId) -> set[str]:
    holds: set[str] = set()
    for recorded in events:
        if isinstance(recorded, HoldAsserted) and matches(recorded, case):
            holds.add(recorded.hold)
        elif isinstance(recorded, HoldLifted):
            holds.discard(recorded.hold)
    return holds


def cleared_since(events: list[Event], case: CaseId) -> bool:
    """Whether the last clearance is later than every order that matches."""
    cleared = False
    for recorded in events:
        if isinstance(recorded, HoldAsserted) and matches(recorded, case):
            cleared = False
        elif isinstance(recorded, ClearanceGranted) and recorded.case == case:
            cleared = True
    return cleared


def passed(one: Event) -> tuple[CaseId, ...]:
    """Who passed a gate with this event."""
    match one:
        case PersonBoarded():
            return (one.case,)
        case LegDepartureAuthorised() | LegDeparted():
            return one.cases
        case _:
            return ()


@given(names=st.lists(st.sampled_from(sorted(STEPS)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_in_any_interleaving_nobody_boards_or_departs_while_a_matching_hold_stands(
    names: list[str],
) -> None:
    journey = Journey(1, 2).sealed()
    for name in names:
        with suppress(Rejected):
            STEPS[name](journey)
    for index, recorded in enumerate(journey.log.events):
        before = journey.log.events[:index]
        for case in passed(recorded):
            event(type(recorded).__name__)
            assert standing(before, case) == set()
            assert cleared_since(before, case)


def test_the_oracle_sees_a_boarding_that_follows_a_hold() -> None:
    journey = Journey(1, 2).sealed()
    journey.log.events.append(hold(SCOPES[0]))
    assert standing(journey.log.events, PEOPLE[0].case) == {"hold-1"}
    assert not cleared_since(journey.log.events, PEOPLE[0].case)
    assert standing(journey.log.events, PEOPLE[1].case) == set()
