"""A departure that is told late is bound by what was in force at its own minute (G3, G17, G23)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from services.intake.domain.holds_in_force import HoldsState, evolve
from services.intake.domain.manifest.departures import (
    RESUME_DEPARTURES,
    STOP_DEPARTURES,
    ResumeDepartures,
    StopDepartures,
)
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.assurance import AssuranceExpired, AssuranceGiven
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldScope, OrdersSeen, PersonScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDepartureRefused
from shared.kernel.event import Event
from shared.kernel.ids import AssuranceId, EntryRef, SuspensionId
from shared.kernel.rejected import RuleBroken
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DEPARTURE,
    DOCUMENT,
    FACILITY,
    MANIFEST,
    OTHER,
    RECEIVER,
    cleared_again,
    hold,
    lifted,
    traveller,
)
from tests.support.journeys import Journey

ONE = traveller(1)
BEFORE, AFTERWARDS = DEPARTURE - timedelta(hours=1), DEPARTURE + timedelta(hours=1)
Between = Callable[[Journey, datetime, datetime], None]


def an_order_on(scope: HoldScope) -> Between:
    def between(journey: Journey, received_at: datetime, lifted_at: datetime) -> None:
        order = msgspec.structs.replace(hold(scope), received_at=received_at)
        seen = () if isinstance(scope, PersonScope | FlightScope) else (OrdersSeen(scope.tag, 1),)
        about = {"case": ONE.case, "person": ONE.person, "agreement": DOCUMENT.ref}
        journey.log.events += [order, lifted(scope, at=lifted_at)]
        journey.log.events.append(ClearanceGranted(**about, orders=seen))  # type: ignore[arg-type]  # names of it

    return between


def a_suspension(journey: Journey, since: datetime, until: datetime) -> None:
    what = {"agreement": DOCUMENT.ref, "suspension": SuspensionId("s-1"), "reference": "note-7"}
    by = str(AUTHORITY)
    events: list[Event] = [
        AgreementSuspended(**what, suspended_at=since, suspended_by=by),  # type: ignore[arg-type]  # names of it
        AgreementResumed(**what, resumed_at=until, resumed_by=by),  # type: ignore[arg-type]  # names of it
    ]
    journey.log.events += events


def a_stop(journey: Journey, since: datetime, until: datetime) -> None:
    of = {"facility": FACILITY, "because": EntryRef("accord.example/placement/0#9")}
    journey.log.decide(STOP_DEPARTURES, StopDepartures(**of, at=since))  # type: ignore[arg-type]  # names of it
    journey.log.decide(RESUME_DEPARTURES, ResumeDepartures(**of, at=until))  # type: ignore[arg-type]  # names of it


def an_assurance(journey: Journey, since: datetime, until: datetime) -> None:
    of = {"assurance": AssuranceId("assurance-1"), "person": ONE.person}
    to = {"giver": "USA", "to_party": "XX", "to_office": "court", "to_body": "district-court-9"}
    when = {"given_at": since, "until": until, "reference": "25-cv-766"}
    journey.log.events += [
        AssuranceGiven(**of, **to, **when, given_by=str(AUTHORITY)),  # type: ignore[arg-type]  # names of it
        AssuranceExpired(**of, expired_at=until),  # type: ignore[arg-type]  # names of it
        cleared_again(ONE, journey.log.events),
    ]


ENDED: dict[str, tuple[Between, str]] = {
    "an order on the person": (an_order_on(PersonScope(ONE.person)), "G3"),
    "on the country": (an_order_on(CountryScope(RECEIVER)), "G3"),
    "on a class": (an_order_on(ClassScope(nationality=OTHER)), "G3"),
    "on the agreement": (an_order_on(AgreementScope(AGREEMENT)), "G3"),
    "on the flight": (an_order_on(FlightScope(MANIFEST)), "G3"),
    "a suspension": (a_suspension, "G23"),
    "a stop of the facility": (a_stop, "G17"),
    "an assurance": (an_assurance, "D5"),
}


@pytest.mark.parametrize(("between", "rule"), ENDED.values(), ids=ENDED)
def test_g3_g17_g23_a_departure_under_what_has_ended_since_is_refused_when_it_is_told_late(
    between: Between, rule: str
) -> None:
    """It left at two, the order was lifted at three, and at noon somebody says so."""
    journey = Journey(1).boarded()
    journey.authorise()
    between(journey, BEFORE, AFTERWARDS)
    with pytest.raises(RuleBroken) as refused:
        journey.depart()
    assert refused.value.rule == rule
    assert journey.log.last(LegDepartureRefused).refusal.rule == rule


@pytest.mark.parametrize(("between", "_rule"), ENDED.values(), ids=ENDED)
def test_what_had_ended_by_the_minute_of_the_departure_binds_it_no_more(
    between: Between, _rule: str
) -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    between(journey, BEFORE, DEPARTURE)
    assert journey.depart()


@pytest.mark.parametrize("between", [a_suspension, a_stop, an_assurance])
def test_nor_does_what_began_and_ended_after_it(between: Between) -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    between(journey, AFTERWARDS, AFTERWARDS + timedelta(hours=1))
    assert journey.depart()


def test_what_is_no_order_changes_no_orders() -> None:
    nothing = HoldsState()
    assert evolve(nothing, lifted(CountryScope(RECEIVER))) == nothing
    assert evolve(nothing, Journey(1).log.events[0]) is nothing
