"""D3: a stranger on a list stays open until another subject says who that was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.placement.domain.facility.state import FacilityIsUnknown, NotThisFacilitysState
from services.placement.domain.unknown_person import (
    SETTLE_UNKNOWN_PERSON,
    NobodyUnknownCounted,
    NotByWhoSettles,
    SettledByAttestor,
    SettleUnknownPerson,
    fold,
)
from shared.contracts.unknown_person import UnknownPersonCounted, UnknownPersonSettled
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from tests.support.two_subjects import spelt_otherwise
from tests.unit.placement.story import (
    AUTHORITY,
    CECOT,
    NIGHT,
    NOW,
    REGISTRY,
    SENDER,
    Story,
    custody,
)

STRANGER = custody(7)
NEXT = NIGHT + timedelta(days=1)


def settle(story: Story, actor: Actor = AUTHORITY, night: object = NIGHT) -> tuple[Event, ...]:
    command = SettleUnknownPerson(
        facility=CECOT,
        actor=actor,
        now=NOW,
        night=night,  # type: ignore[arg-type]  # a date
        counted=STRANGER,
        explanation="listed-by-mistake",
        reference="NOTE-7",
    )
    return story.decide(SETTLE_UNKNOWN_PERSON, command)


@pytest.fixture
def counted(story: Story) -> Story:
    """A list of one who is known and one who is not."""
    story.facility(3).hold(1).attest(NIGHT, 1, 7)
    return story


def test_d3_each_stranger_is_an_unknown_person_counted_that_stays_open(counted: Story) -> None:
    assert counted.events[-1] == UnknownPersonCounted(
        facility=CECOT,
        night=NIGHT,
        counted=STRANGER,
        reason="no-custody-here",
        attested_by=str(REGISTRY),
    )
    counted.attest(NEXT, 1, 7)
    assert set(counted.fold(fold(CECOT, STRANGER)).attested_by) == {NIGHT, NEXT}


def test_d3_another_subject_says_who_it_was(counted: Story) -> None:
    counted.attest(NEXT, 1, 7)
    (settled,) = settle(counted)
    assert settled == UnknownPersonSettled(
        facility=CECOT,
        night=NIGHT,
        counted=STRANGER,
        attested_by=str(REGISTRY),
        explanation="listed-by-mistake",
        settled_by=str(AUTHORITY),
        reference="NOTE-7",
    )
    with pytest.raises(NobodyUnknownCounted):
        settle(counted)
    settle(counted, Actor("SLV", "facility-registry", "another-registrar"), NEXT)


@pytest.mark.parametrize("by", [REGISTRY, spelt_otherwise(REGISTRY, "central-authority")])
def test_d3_who_attested_the_list_does_not_settle_it(counted: Story, by: Actor) -> None:
    """Going round it: the same subject, also in another office and another spelling."""
    with pytest.raises(SettledByAttestor):
        settle(counted, by)


def test_d3_nobody_else_settles_and_nothing_that_is_not_open(counted: Story) -> None:
    with pytest.raises(NotThisFacilitysState):
        settle(counted, SENDER)
    with pytest.raises(NotByWhoSettles):
        settle(counted, Actor("SLV", "treasury", "hacienda/una"))
    with pytest.raises(NobodyUnknownCounted):
        settle(counted, AUTHORITY, NEXT)
    with pytest.raises(FacilityIsUnknown):
        settle(Story())


def test_the_fold_ignores_what_is_not_about_it(counted: Story) -> None:
    before = counted.fold(fold(CECOT, STRANGER))
    assert fold(CECOT, STRANGER).evolve(before, counted.events[0]) is before
