"""A departure that is told late: behind the doors that closed behind whoever was on board (G3)."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.leg.authorise_leg import AuthorisedBeforeBoarding
from services.intake.domain.leg.depart_leg import DepartedBeforeAuthorisation
from shared.contracts.assurance import AssuranceEnded, AssuranceGiven
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.manifest import LegDeparted, LegDepartureAuthorised, PersonBoarded
from shared.kernel.ids import AssuranceId, ExclusionId
from shared.kernel.rejected import RuleBroken
from tests.support.intake_log import (
    AUTHORITY,
    DEPARTURE,
    NOW,
    SENDER,
    SHA,
    cleared_again,
    hold,
    lifted,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
MINUTE = timedelta(minutes=1)


def test_g3_no_departure_is_told_to_have_been_before_an_order_that_its_doors_closed_after() -> None:
    """An oral order binds from the minute it was received; lifted since, it still stood then."""
    journey = Journey(1).sealed()
    journey.log.events.append(hold(on_person(ONE)))
    over = NOW + timedelta(hours=2)
    journey.log.events.append(lifted(on_person(ONE), at=over))
    journey.log.events.append(cleared_again(ONE, journey.log.events))
    journey.board(ONE, done_at=over)
    journey.authorise(done_at=over + MINUTE)
    with pytest.raises(DepartedBeforeAuthorisation, match="give that minute, or a later one"):
        journey.depart(departed_at=NOW - MINUTE)
    with pytest.raises(DepartedBeforeAuthorisation):
        journey.depart(departed_at=over)
    journey.depart(departed_at=over + MINUTE)
    assert journey.log.last(LegDeparted).departed_at == over + MINUTE


def test_g4_the_doors_close_behind_the_last_who_boards() -> None:
    """So that telling an early minute for the doors does not go round it either."""
    journey = Journey(1, 2).sealed()
    journey.board(ONE, done_at=DEPARTURE - 3 * MINUTE)
    journey.board(TWO, done_at=DEPARTURE - 2 * MINUTE)
    with pytest.raises(AuthorisedBeforeBoarding, match="give that minute, or a later one"):
        journey.authorise(done_at=DEPARTURE - 3 * MINUTE)
    journey.authorise(done_at=DEPARTURE - 2 * MINUTE)
    assert journey.log.last(LegDepartureAuthorised).authorised_at == DEPARTURE - 2 * MINUTE


GIVEN_AT, OVER_AT = DEPARTURE - timedelta(hours=2), DEPARTURE + timedelta(hours=2)
CLERK = "XX:court:court-1/clerk-2"
ABOUT: dict[str, Any] = {"person": ONE.person}
ASSURED = AssuranceGiven(
    **ABOUT,
    assurance=AssuranceId("assurance-1"),
    giver=SENDER,
    given_by=str(AUTHORITY),
    given_at=GIVEN_AT,
    until=OVER_AT + timedelta(days=1),
    to_party="XX",
    to_office="court",
    to_body="court-1",
    reference="assurance-1",
)
EXCLUDED = ExclusionMatched(
    **ABOUT,
    exclusion=ExclusionId("exclusion-1"),
    document=SHA,
    matched="minor",
    signed_by="XX",
    office="court",
    recorded_by="XX:court:court-1/clerk-1",
    matched_at=GIVEN_AT,
)
ENDED = AssuranceEnded(
    **ABOUT, assurance=ASSURED.assurance, instrument="i-1", agreed_by=CLERK, ended_at=OVER_AT
)
WITHDRAWN = ExclusionWithdrawn(
    **ABOUT,
    exclusion=EXCLUDED.exclusion,
    document=SHA,
    withdrawn_by=CLERK,
    withdrawn_at=OVER_AT,
)


def test_d5_and_g8_a_departure_told_late_is_under_what_has_ended_since() -> None:
    """An assurance that both ended, or an exclusion that was withdrawn, stood at its minute."""
    for before, after, rule in ((ASSURED, ENDED, "D5"), (EXCLUDED, WITHDRAWN, "G8")):
        journey = Journey(1).sealed()
        journey.board(ONE)
        journey.log.events += [before, after, cleared_again(ONE)]
        journey.authorise()
        for at in (GIVEN_AT, OVER_AT - MINUTE):
            with pytest.raises(RuleBroken) as refused:
                journey.depart(departed_at=at)
            assert refused.value.rule == rule
        journey.depart(departed_at=OVER_AT)
        assert journey.log.last(LegDeparted).departed_at == OVER_AT


def test_who_boards_and_who_closes_the_doors_without_a_word_do_it_now() -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    assert journey.log.last(PersonBoarded).boarded_at == NOW
    assert journey.log.last(LegDepartureAuthorised).authorised_at == NOW
