"""A departure under what has ended since, told late: the audit asks what was in force (G3)."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.leg.arrive_leg import ARRIVE_LEG, ArriveLeg
from services.intake.domain.leg.authorise_leg import AUTHORISE_LEG, AuthoriseLeg
from services.intake.domain.leg.depart_leg import DEPART_LEG, DepartLeg
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from shared.contracts.departures import DeparturesResumed, DeparturesStopped
from shared.contracts.hold import HoldAsserted, HoldLifted, PersonScope
from shared.contracts.manifest import (
    Leg,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    PersonBoarded,
)
from tests.unit.audit.fitness_told import suspended, taken_back
from tests.unit.audit.names import AGREEMENT, AUTHORITY, CECOT, ESCORT, journey, person
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT
from tests.unit.audit.told_suspended import suspended_and_terminated

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry


@cache
def lifted_then_departed() -> list[Entry]:
    """An order and a suspension of the facility stand from noon until one; at three they leave."""
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    story.on(FIRST_NIGHT).held(1, PersonScope(person(1)))
    story.inspected(good_for=5)
    suspended(story)
    story.on(story.now + timedelta(hours=1)).lifted(1)
    taken_back(story)
    story.cleared(1)
    story.opened(1)
    story.listed(1, 1)
    story.sealed(1)
    story.boarded(1, 1)
    story.on(story.now + timedelta(hours=2))
    aboard = {**story.gate(1), "leg": 1}
    story.act("intake", AUTHORISE_LEG, AuthoriseLeg, AUTHORITY, **aboard)
    at = story.now
    story.act("intake", DEPART_LEG, DepartLeg, ESCORT, time=at, **aboard, departed_at=at)
    return story.facts()


def test_who_departs_after_the_order_was_lifted_is_under_none() -> None:
    assert audited(lifted_then_departed())[1] == []


def test_g3_a_departure_told_late_under_an_order_that_was_lifted_since_is_found() -> None:
    """The decision was gone round: the departure says a minute at which the order stood."""
    facts = lifted_then_departed()
    received_at = Tampering(facts, HoldAsserted).words.received_at
    at = received_at + timedelta(minutes=30)
    departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
    assert broken("G3") in departed.here()
    earlier = received_at - timedelta(minutes=30)
    assert broken("G3") not in (
        Tampering(facts, LegDeparted).event(departed_at=earlier).envelope(time=earlier).here()
    )
    until = Tampering(facts, HoldLifted).words.lifted_at
    last = Tampering(facts, LegDeparted).event(departed_at=until).envelope(time=until)
    assert broken("G3") not in last.here()


def test_g4_no_departure_is_told_to_have_been_before_its_doors_closed() -> None:
    """G3: a minute before an order that stood meanwhile goes round that order."""
    facts = lifted_then_departed()
    closed_at = Tampering(facts, LegDepartureAuthorised).words.authorised_at
    at = closed_at - timedelta(seconds=1)
    departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
    assert broken("G4") in departed.here()
    before = Tampering(facts, PersonBoarded).words.boarded_at - timedelta(seconds=1)
    doors = Tampering(facts, LegDepartureAuthorised)
    assert broken("G4") in doors.event(authorised_at=before).envelope(time=before).here()
    assert doors.event(authorised_at=closed_at).envelope(time=closed_at).here() == set()


def test_g23_and_one_under_a_suspension_that_was_resumed_since() -> None:
    facts = suspended_and_terminated()
    stood = next(fact for fact in facts if type(fact.event).__name__ == "AgreementSuspended")
    at = stood.time
    departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
    assert broken("G23") in departed.here()


def test_g17_and_one_to_a_facility_that_was_suspended_then() -> None:
    facts = lifted_then_departed()
    at = Tampering(facts, DeparturesStopped).words.stopped_at
    departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
    assert broken("G17") in departed.here()
    until = Tampering(facts, DeparturesResumed).words.resumed_at
    departed = Tampering(facts, LegDeparted).event(departed_at=until).envelope(time=until)
    assert broken("G17") not in departed.here()


def test_a_facility_that_is_opened_again_without_a_stop_has_no_span() -> None:
    facts = Tampering(lifted_then_departed(), DeparturesStopped).gone().facts
    assert missing("G17") in Tampering(facts, DeparturesResumed).here()


@cache
def over_a_stopover() -> list[Entry]:
    """They leave, arrive at the stopover four hours later, and leave it an hour after that."""
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    story.on(FIRST_NIGHT).inspected(good_for=5)
    story.cleared(1)
    first, second = (story.now + timedelta(hours=hours) for hours in (2, 7))
    legs = (Leg("USA", "HND", first), Leg("HND", "SLV", second))
    plan = {"manifest": journey(1), "agreement": AGREEMENT, "facility": CECOT, "legs": legs}
    story.act("intake", OPEN_MANIFEST, OpenManifest, AUTHORITY, **plan)
    story.listed(1, 1)
    story.sealed(1)
    story.boarded(1, 1)
    story.on(first).departed(1)
    story.arrived(1)
    at = story.on(second).now
    aboard = {**story.gate(1), "leg": 2}
    story.act("intake", AUTHORISE_LEG, AuthoriseLeg, AUTHORITY, **aboard)
    story.act("intake", DEPART_LEG, DepartLeg, ESCORT, time=at, **aboard, departed_at=at)
    at = story.on(at + timedelta(hours=1)).now
    there = {"manifest": journey(1), "leg": 2, "arrived_at": at}
    story.act("intake", ARRIVE_LEG, ArriveLeg, ESCORT, time=at, **there)
    return story.facts()


def test_g4_a_leg_departs_after_the_one_before_it_arrived() -> None:
    facts = over_a_stopover()
    assert audited(facts)[1] == []
    there_at = Tampering(facts, LegArrived).words.arrived_at
    for at in (there_at, there_at - timedelta(hours=1)):
        departed = Tampering(facts, LegDeparted, 1).event(departed_at=at).envelope(time=at)
        assert broken("G4") in departed.here()
