"""Each side acts only for itself, and one person is one subject whatever the office."""

import pytest

from services.intake.domain.agreement import state as agreement
from services.intake.domain.hold import state as hold
from services.intake.domain.parties import (
    ActsOnlyForItself,
    office_of,
    only_for,
    read_by_both,
    same_subject,
)
from shared.kernel.actor import Actor
from tests.unit.intake import made_events


def test_a_party_acts_only_for_itself() -> None:
    only_for(made_events.SENDER, "USA", "propose")
    with pytest.raises(ActsOnlyForItself, match="only SLV may accept; this token is from USA"):
        only_for(made_events.SENDER, "SLV", "accept")


@pytest.mark.parametrize("party", ["USA", "SLV", "XX"])
def test_both_states_and_independent_offices_read(party: str) -> None:
    read_by_both(Actor(party, "auditor", "one"), "USA", "SLV", "case 1")


def test_a_third_state_does_not_read() -> None:
    with pytest.raises(ActsOnlyForItself, match="case 1 is read by its two states"):
        read_by_both(Actor("VEN", "consulate", "one"), "USA", "SLV", "case 1")


def test_an_office_that_nobody_agreed_on_writes_nothing() -> None:
    assert office_of(made_events.COURT) == "court"
    with pytest.raises(ValueError, match="no office 'janitor'"):
        office_of(Actor("USA", "janitor", "one"))


def test_the_alike_in_another_party_is_somebody_else() -> None:
    one, subject = str(made_events.COURT), made_events.COURT.subject
    assert same_subject(one, Actor("USA", "counsel", subject))
    assert not same_subject(one, Actor("SLV", "court", subject))
    assert not same_subject(one, made_events.OTHER_CLERK)


def test_a_fold_is_not_changed_by_what_it_does_not_know() -> None:
    state = agreement.AgreementState()
    assert agreement.evolve(state, made_events.hold()) == state
    assert hold.evolve(hold.HoldState(), made_events.REGISTERED) == hold.HoldState()
