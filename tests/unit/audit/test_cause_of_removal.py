"""Why somebody was taken off, found again by an audit: no word of whoever profits (F13, G3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from services.intake.domain.case import fact
from shared.contracts.hold import PersonScope
from shared.contracts.intake import CaseProposed, CaseWithdrawn
from shared.contracts.manifest import LegDeparted, PersonRemoved
from shared.contracts.removal import RemovalCause
from shared.contracts.service import CancellationRecorded
from tests.unit.audit.assurances_told import FIRST, assured
from tests.unit.audit.fitness_told import suspended
from tests.unit.audit.names import AUTHORITY, THEIRS, person
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.services_told import TARIFF, gave_up
from tests.unit.audit.stopovers_told import THERE, at_the_stopover
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import night


def _listed(**terms: Any) -> Story:  # noqa: ANN401 - any field of the agreement
    """Three persons with places on a journey."""
    story = Story().agreed(**terms)
    story.facility(10)
    for number in (1, 2, 3):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.opened(1)
    story.listed(1, 1, 2, 3)
    return story


@pytest.mark.parametrize("said", ["requested", "withdrawn", "left-behind", "stopped", "no-place"])
def test_f13_an_order_that_stood_is_the_cause_whatever_the_entry_says(said: RemovalCause) -> None:
    story = _listed()
    story.held(1, PersonScope(person(1)))
    story.taken_off(1, 1)
    facts = story.facts()
    assert audited(facts)[1] == []
    assert broken("F13") in Tampering(facts, PersonRemoved).event(cause=said).here()
    assert broken("G3") in Tampering(facts, PersonRemoved).event(because=()).here()


def test_g3_of_more_orders_than_an_entry_holds_a_hundred_are_named() -> None:
    story = _listed()
    for number in range(1, 102):
        story.held(number, PersonScope(person(1)))
    story.taken_off(1, 1)
    facts = story.facts()
    assert audited(facts)[1] == []
    removed = Tampering(facts, PersonRemoved)
    named = removed.words.because
    assert named[-1].evidence is None
    fewer, another = named[1:], msgspec.structs.replace(named[0], evidence="hold/another")
    assert broken("G3") in removed.event(because=fewer).here()
    assert broken("G3") in removed.event(because=(another, *fewer)).here()


def test_f13_what_was_wished_is_no_order() -> None:
    story = _listed()
    story.taken_off(1, 1)
    facts = story.facts()
    assert audited(facts)[1] == []
    for said in ("order", "recall", "assurance", "not-admitted", "not-cleared", "stopped"):
        assert broken("F13") in Tampering(facts, PersonRemoved).event(cause=said).here()


def test_f13_who_is_said_to_be_left_behind_or_withdrawn_is() -> None:
    story = _listed()
    story.sealed(1)
    story.boarded(1, 1)
    story.departed(1)
    facts = story.facts()
    assert audited(facts)[1] == []
    assert any(isinstance(fact.event, LegDeparted) for fact in facts)
    withdrawn = Tampering(facts, PersonRemoved).event(cause="withdrawn")
    assert missing("F13") in withdrawn.here()


def test_f13_a_withdrawn_case_takes_its_person_off() -> None:
    story = _listed()
    story.withdrawn(1)
    story.registered(4)
    facts = story.facts()
    assert audited(facts)[1] == []
    assert missing("F13") in Tampering(facts, PersonRemoved).event(cause="left-behind").here()
    lost = Tampering(facts, CaseWithdrawn).gone().facts
    assert missing("F13") in {(finding.kind, finding.rule) for finding in audited(lost)[1]}


@pytest.mark.parametrize(("seconds", "either"), [(30, True), (121, False)])
def test_f13_around_midnight_the_cause_is_that_of_the_day_before_or_of_the_day_after(
    seconds: int, *, either: bool
) -> None:
    story = _listed()
    day = story.now.date()
    until = fact.RiskAssessment("SLV", (), substantial_grounds=False, valid_until=day)
    story.fact(1, until)
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    story.on(midnight + timedelta(seconds=seconds)).taken_off(1, 1)
    facts = story.facts()
    assert Tampering(facts, PersonRemoved).words.cause == "not-cleared"
    assert audited(facts)[1] == []
    wished = Tampering(facts, PersonRemoved).event(cause="requested", because=())
    assert (broken("F13") not in wished.here()) is either
    assert broken("F13") in Tampering(facts, PersonRemoved).event(cause="not-admitted").here()


def _declined(story: Story) -> None:
    story.declined(1)


def _agreement_suspended(story: Story) -> None:
    story.suspended(1, THEIRS)


def _facility_suspended(story: Story) -> None:
    story.inspected(good_for=5)
    suspended(story)


def _assured(story: Story) -> None:
    assured(story, 1, FIRST, story.now + timedelta(days=3))


def _suspended_by_the_sender(story: Story) -> None:
    story.suspended(1, AUTHORITY)


def _unfit(story: Story) -> None:
    until = story.now.date() + timedelta(days=80)
    story.fact(1, fact.Fitness(fit=False, valid_until=until))


CAUSED: dict[Callable[[Story], None], tuple[RemovalCause, bool]] = {
    _declined: ("not-admitted", True),
    _agreement_suspended: ("stopped", True),
    _facility_suspended: ("stopped", True),
    _assured: ("assurance", True),
    _suspended_by_the_sender: ("stopped", False),
    _unfit: ("not-admitted", False),
}
"""What stands in somebody's way, the cause that it is, and whether it costs nothing."""


@pytest.mark.parametrize(("stands", "cause"), CAUSED.items())
def test_f13_whoever_is_paid_makes_no_late_cancellation_by_its_own_act(
    stands: Callable[[Story], None], cause: tuple[RemovalCause, bool]
) -> None:
    """'Never because of a hold', nor by what the receiving state itself does."""
    story = _listed(tariff=TARIFF)
    stands(story)
    story.taken_off(1, 1)
    story.on(night(3))
    gave_up(story, 3, 1, 1)
    facts = story.facts()
    said, is_free = cause
    assert Tampering(facts, PersonRemoved).words.cause == said
    assert (broken("F13") in Tampering(facts, CancellationRecorded).here()) is is_free


def test_d7_who_is_recalled_is_taken_off_as_recalled_though_the_order_was_lifted() -> None:
    story = at_the_stopover()
    story.held(1, PersonScope(person(1)))
    story.registered(4)
    story.lifted(1)
    story.taken_off(1, 1, THERE)
    facts = story.facts()
    (off,) = (fact.event for fact in facts if isinstance(fact.event, PersonRemoved))
    assert (off.cause, audited(facts)[1]) == ("recall", [])
    assert broken("F13") in Tampering(facts, PersonRemoved).event(cause="requested").here()


def test_f13_who_is_taken_off_while_the_agreement_is_suspended_was_stopped() -> None:
    story = _listed()
    story.suspended(1, AUTHORITY)
    story.taken_off(1, 1)
    facts = story.facts()
    (off,) = (fact.event for fact in facts if isinstance(fact.event, PersonRemoved))
    assert (off.cause, audited(facts)[1]) == ("stopped", [])
    assert broken("F13") in Tampering(facts, PersonRemoved).event(cause="requested").here()


def test_f13_of_a_case_that_the_record_lacks_no_order_is_the_cause() -> None:
    story = _listed()
    story.held(1, PersonScope(person(1)))
    story.taken_off(1, 1)
    unproposed = Tampering(story.facts(), CaseProposed).gone().facts
    assert broken("F13") in Tampering(unproposed, PersonRemoved).here()
