"""G15: every custody has a lawful end date and a return margin; past it an alarm, daily."""

from __future__ import annotations

import msgspec
import pytest

from services.placement.domain.custody.state import CustodyIsUnknown, NotInCustody
from services.placement.domain.lawful_end.set_lawful_end import (
    DecidedInTheFuture,
    DecisionSaysOtherwise,
    LawfulEndAlreadySet,
    NothingToReplace,
    NotTheirsToReplace,
    SetsNoLawfulEnd,
)
from services.placement.domain.lawful_end.state import fold
from shared.contracts.lawful_end import DecisionName
from shared.contracts.overstay import (
    LawfulEndRefused,
)
from shared.kernel.actor import Actor
from tests.unit.placement.ends import (
    COURT,
    DAY,
    END,
    ENDS,
    JUDGMENT,
    NAME,
    RECEIVING,
    RECEIVING_COURT,
    SENDING,
    SENDING_COURT,
    TERM,
    decision,
    held,
    say,
    until,
)
from tests.unit.placement.story import NOW, REGISTRY, Story, custody


def test_g15_the_lawful_end_comes_with_the_handover_and_both_signatures_are_on_it(
    story: Story,
) -> None:
    held(story)
    state = story.fold(fold(custody(1)))
    assert (state.binding, state.margin) == (JUDGMENT, 30)


def test_g15_of_two_sources_that_disagree_the_earliest_end_binds(story: Story) -> None:
    """Whoever says a later day beside an earlier one puts nothing off."""
    held(story)
    later = say(story, decision(ENDS + 90 * DAY), RECEIVING)
    assert (later.binding, later.latest_end) == (JUDGMENT, ENDS + 90 * DAY)
    earlier = say(story, decision(ENDS - 60 * DAY, "25-cv-801"), RECEIVING_COURT)
    assert (earlier.binding.reference, until(story)) == ("25-cv-801", ENDS - 60 * DAY)


def test_g15_an_end_is_put_off_by_name_alone_with_the_paper_that_says_so(story: Story) -> None:
    held(story)
    event = say(story, decision(ENDS + 90 * DAY), SENDING_COURT, NAME)
    assert event.replaces == NAME
    assert (until(story), event.latest_end) == (ENDS + 90 * DAY, ENDS + 90 * DAY)
    with pytest.raises(NothingToReplace):
        say(story, decision(ENDS, "25-cv-900"), COURT, NAME)
    assert story.last(LawfulEndRefused).refusal.rule == "G15"


@pytest.mark.parametrize("actor", [SENDING, RECEIVING, RECEIVING_COURT])
def test_g15_no_authority_and_no_court_of_the_other_state_puts_off_what_a_court_said(
    story: Story, actor: Actor
) -> None:
    held(story)
    with pytest.raises(NotTheirsToReplace, match="the earlier of both binds"):
        say(story, decision(ENDS + 90 * DAY), actor, NAME)
    refused = story.last(LawfulEndRefused)
    assert (refused.refusal.reason, refused.lawful_end.ends_on) == (
        "NotTheirsToReplace",
        ENDS + 90 * DAY,
    )
    assert until(story) == ENDS


def test_an_authority_replaces_its_own_word_and_not_the_other_states(story: Story) -> None:
    held(story, None)
    own = say(story, decision(ENDS), RECEIVING).lawful_end
    name = DecisionName(issued_by=own.issued_by, reference=own.reference)
    with pytest.raises(NotTheirsToReplace):
        say(story, decision(ENDS + DAY, "25-cv-801"), SENDING, name)
    assert say(story, decision(ENDS + DAY), RECEIVING, name).replaces == name, "of its own name"
    assert until(story) == ENDS + DAY
    assert say(story, decision(ENDS, "25-cv-802"), COURT, name).binding.ends_on == ENDS


def test_a_decision_that_stands_is_said_once_and_never_with_another_day(story: Story) -> None:
    held(story)
    say(story, decision(ENDS - DAY))
    with pytest.raises(LawfulEndAlreadySet):
        say(story, decision(ENDS - DAY))
    with pytest.raises(DecisionSaysOtherwise, match="stands with 2025-09-29"):
        say(story, decision(ENDS + 30 * DAY))
    assert until(story) == ENDS - DAY


def test_g15_the_name_of_a_decision_is_not_taken_by_another_offices_word(story: Story) -> None:
    """Going round it: the other state says a late day under the number of a court's paper."""
    held(story)
    say(story, decision(ENDS + 900 * DAY), RECEIVING)
    own = say(story, decision(ENDS - 60 * DAY), SENDING_COURT)
    assert (own.binding.ends_on, own.latest_end) == (ENDS - 60 * DAY, ENDS + 900 * DAY)
    name = DecisionName(issued_by=own.lawful_end.issued_by, reference=own.lawful_end.reference)
    later = say(story, decision(ENDS + 999 * DAY), RECEIVING, name)
    assert (later.replaced_of, until(story)) == (("SLV:central-authority",), ENDS - 60 * DAY)
    assert later.latest_end == ENDS + 999 * DAY
    both = say(story, decision(ENDS, "25-cv-801"), COURT, name)
    assert both.replaced_of == ("USA:court", "SLV:central-authority")


def test_g15_what_replaces_another_takes_no_name_that_stands_beside_it(story: Story) -> None:
    held(story)
    say(story, decision(ENDS - 60 * DAY), SENDING_COURT)
    with pytest.raises(DecisionSaysOtherwise):
        say(story, decision(ENDS + 90 * DAY), SENDING_COURT, NAME)
    assert until(story) == ENDS - 60 * DAY


def test_a_decision_was_made_before_it_is_recorded(story: Story) -> None:
    held(story)
    made = msgspec.structs.replace(decision(ENDS), decided_on=NOW.date() + 3 * DAY)
    with pytest.raises(DecidedInTheFuture):
        say(story, made)


@pytest.mark.parametrize(
    "actor",
    [
        REGISTRY,
        Actor("USA", "intake-agency", "agency"),
        Actor("VEN", "court", "tribunal-1/clerk"),
        Actor("VEN", "central-authority", "ven"),
    ],
)
def test_g15_who_holds_the_person_does_not_say_until_when_nor_does_a_third_state(
    story: Story, actor: Actor
) -> None:
    held(story)
    with pytest.raises(SetsNoLawfulEnd):
        say(story, decision(ENDS), actor)


def test_an_end_is_set_for_who_is_in_custody(story: Story) -> None:
    with pytest.raises(CustodyIsUnknown):
        say(story, decision(ENDS))
    story.facility(3).reserve(1)
    with pytest.raises(NotInCustody, match="goes with the handover"):
        say(story, decision(ENDS))
    story.offer(1, term=TERM)
    story.accept(1)
    story.end(1, END - DAY)
    with pytest.raises(NotInCustody, match="2025-09-29"):
        say(story, decision(ENDS))
