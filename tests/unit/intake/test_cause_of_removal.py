"""Why somebody is taken off: what stood in the way, whoever asked and whatever for (F13, G3)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from services.intake.domain.manifest import put_on
from services.intake.domain.manifest.remove_person import REMOVE_PERSON, RemovePerson
from services.intake.domain.withdraw_case import WITHDRAW_CASE, WithdrawCase
from shared.contracts.departures import DeparturesStopped
from shared.contracts.intake import CaseWithdrawn, FitnessToTravelAssessed, NoticeServed
from shared.contracts.manifest import PersonRemoved
from shared.contracts.removal import RemovalCause
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef
from shared.kernel.rejected import Refusal
from tests.support.intake_log import (
    AUTHORITY,
    FACILITY,
    MANIFEST,
    NOW,
    SENDER,
    hold,
    lifted,
    on_country,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
STOPPED = DeparturesStopped(
    facility=FACILITY, suspension=EntryRef("accord.example/placement/0#9"), stopped_at=NOW
)


def removed(journey: Journey) -> PersonRemoved:
    """What is recorded of the first person, who is taken off as the sending state asks."""
    (event,) = journey.remove(ONE)
    assert isinstance(event, PersonRemoved)
    return event


@pytest.mark.parametrize(
    ("stands", "cause", "rules"),
    [
        ((), "requested", []),
        ((STOPPED,), "stopped", ["G17"]),
        ((hold(on_person(ONE)),), "order", ["G3"]),
        ((hold(on_country()), STOPPED), "order", ["G3"]),
        ((hold(on_person(ONE)), lifted(on_person(ONE))), "not-cleared", ["G4"]),
    ],
)
def test_f13_the_cause_is_what_stood_in_the_way_and_nobody_types_it(
    stands: tuple[Event, ...], cause: RemovalCause, rules: list[str]
) -> None:
    journey = Journey(1, 2).boarded()
    journey.log.events.extend(stands)
    event = removed(journey)
    assert event.cause == cause
    assert [finding.rule for finding in event.because] == rules


def test_an_order_is_named_by_the_removal_that_it_caused() -> None:
    journey = Journey(1).manifested()
    journey.log.events.append(hold(on_person(ONE)))
    (finding,) = removed(journey).because
    assert finding.evidence == "hold/hold-1"


def test_who_has_fallen_ill_is_taken_off_as_not_admitted() -> None:
    journey = Journey(1).manifested()
    fit = journey.log.last(FitnessToTravelAssessed)
    journey.log.exchange(fit, msgspec.structs.replace(fit, fit=False))
    assert removed(journey).cause == "not-admitted"


def test_whose_facts_are_not_in_force_is_taken_off_as_not_cleared() -> None:
    journey = Journey(1).manifested()
    served = journey.log.last(NoticeServed)
    late = msgspec.structs.replace(served, served_on=NOW.date() + timedelta(days=9))
    journey.log.exchange(served, late)
    event = removed(journey)
    assert (event.cause, [finding.rule for finding in event.because]) == ("not-cleared", ["G10"])


def test_f13_a_sender_that_leaves_somebody_behind_or_withdraws_them_says_nothing_of_the_order() -> (
    None
):
    journey = Journey(1, 2, 3).sealed()
    journey.board(traveller(3))
    journey.authorise()
    journey.log.events.append(hold(on_person(ONE)))
    of_one, of_two, _departed = journey.depart()
    assert isinstance(of_one, PersonRemoved)
    assert isinstance(of_two, PersonRemoved)
    assert (of_one.cause, of_two.cause) == ("order", "left-behind")


@pytest.mark.parametrize(("order", "cause"), [((), "withdrawn"), ((hold(on_country()),), "order")])
def test_f13_a_case_that_is_taken_back_under_an_order_is_off_because_of_the_order(
    order: tuple[Event, ...], cause: RemovalCause
) -> None:
    journey = Journey(1).boarded()
    journey.log.events.extend(order)
    agency = Actor(SENDER, "intake-agency", "agency-1")
    taken_off, withdrawn = journey.log.decide(
        WITHDRAW_CASE, WithdrawCase(case=ONE.case, now=NOW, actor=agency)
    )
    assert isinstance(taken_off, PersonRemoved)
    assert isinstance(withdrawn, CaseWithdrawn)
    assert taken_off.cause == cause


def test_g19_who_gets_no_place_is_taken_off_in_placements_words_and_no_offices() -> None:
    journey = Journey(1).manifested()
    full = Refusal(rule="G19", reason="NoPlaceLeft", detail="every place is taken")
    (off,) = journey.log.decide(
        REMOVE_PERSON,
        RemovePerson(manifest=MANIFEST, case=ONE.case, no_place=full, now=NOW, actor=AUTHORITY),
    )
    assert isinstance(off, PersonRemoved)
    assert (off.cause, off.no_place, off.because) == ("no-place", full, ())


def test_a_person_is_on_the_same_journeys_after_what_is_not_about_them() -> None:
    listed = put_on.ListingState()
    assert put_on.evolve(listed, STOPPED) is listed
