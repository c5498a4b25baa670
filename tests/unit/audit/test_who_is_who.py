"""Who is who is decided by somebody else, and an order binds every pseudonym (G9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.intake.domain.case import fact
from shared.contracts.added_document import DocumentAdded
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import HoldLifted
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import ClearanceGranted, IdentityConfirmed
from shared.contracts.manifest import PersonManifested
from tests.unit.audit.cases_told import PASSPORT
from tests.unit.audit.names import AGENCY, OTHER_STATE, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import who_is_who

STRANGER = person(99)


ROWS: dict[str, Row] = {
    "a near match is its registrar's": (NearMatchFound, {"registrar": "USA:ops:x"}, broken("G9")),
    "a near match is of two persons": (NearMatchFound, {"other": person(2)}, broken("G9")),
    "a near match is of the registered": (NearMatchFound, {"other": STRANGER}, missing("G9")),
    "who merges says so": (PersonsMerged, {"decided_by": "USA:ops:x"}, broken("G9")),
    "one pseudonym of a state gives way": (PersonsMerged, {"set_aside": False}, broken("G9")),
    "who tells apart says so": (PersonsToldApart, {"decided_by": "USA:ops:x"}, broken("G9")),
    "who is told apart is another": (PersonsToldApart, {"other": person(3)}, broken("G9")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_who_is_who_is_decided_by_somebody_else(row: Row) -> None:
    assert breaks(who_is_who(), row)


def test_who_registered_somebody_does_not_say_who_they_are() -> None:
    facts = who_is_who()
    registrar = Tampering(facts, NearMatchFound).fact.actor
    for event in (PersonsMerged, PersonsToldApart):
        same = Tampering(facts, event).event(decided_by=registrar).envelope(actor=registrar)
        assert broken("G9") in same.here()


def test_what_is_merged_is_not_merged_again_and_goes_on_as_one() -> None:
    facts = who_is_who()
    merged = Tampering(facts, PersonsMerged)
    apart = Tampering(facts, PersonsToldApart)
    again = apart.instead(merged.words).envelope(actor="USA:intake-agency:third")
    again.event(decided_by="USA:intake-agency:third")
    assert broken("G9") in again.here()
    into_who_gave_way = again.event(person=person(3), other=person(2))
    assert broken("G9") in into_who_gave_way.here()


def test_whose_state_registered_the_one_who_waits_decides() -> None:
    facts = who_is_who()
    apart = Tampering(facts, PersonsToldApart).event(person=person(1), other=person(3))
    assert broken("G9") in apart.here()


def test_g9_whom_the_index_alone_shows_is_told_apart_once_and_not_who_is_one_by_way_of_others() -> (
    None
):
    story = Story().agreed()
    for number in (1, 2, 3, 4):
        story.registered(number)
    story.same_as(1, 2)
    story.same_as(2, 3)
    story.different_from(4, 1)
    story.different_from(4, 2)
    assert story.audited()[1] == []
    facts = story.facts()
    assert broken("G9") in Tampering(facts, PersonsToldApart, 1).event(other=person(1)).here()
    both = {"person": person(1), "other": person(3)}
    assert broken("G9") in Tampering(facts, PersonsToldApart).event(**both).here()


def test_g9_who_was_told_apart_and_merged_is_told_apart_again() -> None:
    story = Story().agreed()
    for number in (1, 2):
        story.registered(number)
    story.different_from(1, 2)
    story.same_as(1, 2)
    story.different_from(1, 2, by=AGENCY)
    assert story.audited()[1] == []


def test_g3_g9_a_clearance_does_not_outlive_that_its_person_was_told_apart() -> None:
    """An order on a class, about the other's nationality, took it: it stands, and binds both."""
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.same_as(2, 1)
    story.cleared(1)
    story.fact(2, fact.Nationality(("COL",), disputed=False))
    story.held(1, ClassScope(nationality="COL"))
    story.different_from(2, 1, by=AGENCY)
    story.cleared(1)
    story.on(date(2025, 3, 16)).opened(1)
    story.listed(1, 1)
    assert story.audited()[1] == []
    facts = Tampering(story.facts(), ClearanceGranted, 3).gone().facts
    assert broken("G4") in Tampering(facts, PersonManifested).here()


def test_g9_a_document_that_was_never_added_confirms_nobody_and_is_added_once() -> None:
    never = Tampering(who_is_who(), DocumentAdded).gone().facts
    assert broken("G9") in Tampering(never, IdentityConfirmed, 1).here()
    added = Tampering(who_is_who(), DocumentAdded)
    assert broken("G9") in added.event(document=PASSPORT).here()


def test_nobody_who_waits_or_gave_way_is_cleared() -> None:
    facts = Tampering(who_is_who(), PersonsToldApart).gone().facts
    assert broken("G9") in Tampering(facts, ClearanceGranted).here()
    merged = Tampering(who_is_who(), PersonsToldApart)
    words: dict[str, Any] = msgspec.structs.asdict(merged.words)
    merged.instead(PersonsMerged(**words, set_aside=True))
    assert broken("G9") in Tampering(merged.facts, ClearanceGranted).here()


def test_an_order_about_one_pseudonym_binds_all_and_is_taken_off_none() -> None:
    facts = Tampering(who_is_who(), HoldLifted).gone().facts
    assert broken("G2") in Tampering(facts, PersonsToldApart).here()
    waits = Tampering(facts, PersonsToldApart).gone().facts
    assert broken("G3") in Tampering(waits, ClearanceGranted).here()


def test_pseudonyms_that_two_states_gave_both_stand_once_they_are_merged() -> None:
    story = Story().agreed().facility()
    story.registered(1, by=OTHER_STATE)
    story.registered(2, like=1)
    story.same_as(2, 1)
    story.proposed(2)
    story.cleared(2)
    assert story.audited()[1] == []
