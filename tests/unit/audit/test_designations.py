"""D9 as the audit checks it: who registers whom an order means, and who says who is not meant."""

from __future__ import annotations

from services.intake.domain.designate_person import DESIGNATE_PERSON
from services.intake.domain.person import RegisterPerson
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.intake import CaseProposed, PersonRegistered
from shared.kernel.actor import Actor
from tests.unit.audit.names import AGENCY, CLERK, COLLEAGUE, person
from tests.unit.audit.rules import broken
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering

OTHER_CLERK = Actor(CLERK.party, CLERK.office, f"{CLERK.body}/another-clerk")
ALONE = Actor("XX", "court", "clerk")
AUTHORITY = Actor("USA", "central-authority", "unit/a")
ELSEWHERE = Actor("XX", "court", "supreme-court/clerk")


def designated(story: Story, number: int, by: Actor = CLERK) -> None:
    """An office registers whom its order means."""
    story.act(
        "intake",
        DESIGNATE_PERSON,
        RegisterPerson,
        by,
        person=person(number),
        commitment="cd" * 32,
    )


def parted() -> Story:
    """An order made first, the agency's person a near match, and the court's word: not this one."""
    story = Story().agreed()
    designated(story, 1)
    story.held(1)
    story.registered(2, like=1)
    story.different_from(1, 2, by=OTHER_CLERK)
    return story


def test_d9_an_honest_order_about_somebody_unknown_has_no_finding() -> None:
    story = parted()
    story.proposed(2)
    assert story.audited()[1] == []


def test_d9_whoever_registers_for_an_order_says_so_and_can_assert_one() -> None:
    facts = parted().facts()
    registered = Tampering(facts, PersonRegistered)
    assert broken("D9") in registered.event(meant_by=str(ELSEWHERE)).here()
    unsaid = registered.event(meant_by=None)
    assert unsaid.here()
    monitor = "XX:monitor:inspection/a"
    as_monitor = Tampering(facts, PersonRegistered).event(meant_by=monitor)
    assert broken("D9") in as_monitor.envelope(actor=monitor).here()
    agency = Tampering(facts, PersonRegistered, 1)
    assert broken("D9") in agency.envelope(actor=str(AUTHORITY)).here()


def test_d9_only_another_subject_of_the_body_says_who_is_not_meant() -> None:
    facts = parted().facts()
    for by in (CLERK, ELSEWHERE, COLLEAGUE, AUTHORITY):
        apart = Tampering(facts, PersonsToldApart).event(decided_by=str(by))
        assert broken("D9") in apart.envelope(actor=str(by)).here(), by


def test_d9_an_agency_parts_nobody_through_a_middle_pseudonym() -> None:
    story = Story().agreed()
    designated(story, 1)
    story.registered(2, like=1)
    story.registered(3, like=2)
    story.different_from(1, 2, by=OTHER_CLERK)
    story.different_from(3, 2)
    facts = story.facts()
    assert story.audited()[1] == []
    kept = Tampering(facts, PersonsToldApart).gone().facts
    assert broken("D9") in Tampering(kept, PersonsToldApart).here()


def test_d9_nobody_takes_off_an_order_of_others() -> None:
    story = Story().agreed()
    designated(story, 1)
    story.registered(2, like=1)
    story.different_from(1, 2, by=OTHER_CLERK)
    held = Story().agreed()
    designated(held, 1)
    held.held(1, by=ELSEWHERE)
    held.registered(2, like=1)
    held.same_as(2, 1)
    words = Tampering(story.facts(), PersonsToldApart).words
    parted = Tampering(held.facts(), PersonsMerged).instead(words)
    assert broken("G2") in parted.envelope(actor=str(OTHER_CLERK)).here()


def test_d9_about_whom_no_body_meant_an_intake_agency_decides() -> None:
    story = Story().agreed()
    story.registered(1)
    story.registered(2, like=1)
    story.different_from(2, 1)
    by = str(AUTHORITY)
    apart = Tampering(story.facts(), PersonsToldApart).event(decided_by=by)
    assert broken("D9") in apart.envelope(actor=by).here()


def test_d9_whom_somebody_without_a_body_meant_is_told_apart_by_the_agency() -> None:
    story = Story().agreed()
    designated(story, 1, by=ALONE)
    story.registered(2, like=1)
    story.different_from(2, 1)
    assert story.audited()[1] == []


def test_d9_an_offices_pseudonym_gives_way_to_none_and_is_not_proposed() -> None:
    story = Story().agreed()
    designated(story, 1, by=AUTHORITY)
    story.registered(2, like=1, by=AGENCY)
    story.same_as(2, 1)
    story.proposed(2)
    assert story.audited()[1] == []
    facts = story.facts()
    assert broken("G9") in Tampering(facts, PersonsMerged).event(set_aside=True).here()
    assert broken("D9") in Tampering(facts, CaseProposed).event(person=person(1)).here()
