"""D9: whoever asserts a hold registers whom it means, and nobody else says who is not meant."""

from __future__ import annotations

import pytest

from services.intake.domain.add_document import ADD_DOCUMENT, AddDocument
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.designate_person import (
    DESIGNATE_PERSON,
    OnlyWhoAssertsHoldsDesignates,
    WhoeverMeantDecides,
)
from services.intake.domain.identity_merge import (
    MERGE_PERSONS,
    TELL_PERSONS_APART,
    HoldStandsOnOneOfThem,
    MergePersons,
    NothingToTellApart,
    SomebodyElseDecides,
    TellPersonsApart,
)
from services.intake.domain.person import (
    REGISTER_PERSON,
    PersonIsUnknown,
    RegisteredAlready,
    RegisterPerson,
)
from shared.contracts.hold import PersonScope
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import PersonRegistered
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from tests.support.decider_specification import given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import AGREEMENT, CASE, NOW, PASSPORT, PERSON, SENDER

MEANT = PersonId("01955e3a-0000-7000-8000-000000000002")
CLERK = Actor("XX", "court", "district-court-9/clerk-1")
OTHER_CLERK = Actor("XX", "court", "district-court-9/clerk-2")
ALONE = Actor("XX", "court", "clerk")
AUTHORITY = Actor("USA", "central-authority", "unit/a")
COLLEAGUE = Actor("USA", "intake-agency", "intake-desk-2")
DESIGNATE = RegisterPerson(
    person=MEANT, commitment="cd" * 32, documents=(), actor=CLERK, alike=(PERSON,)
)
FOUND_LATER = NearMatchFound(person=PERSON, other=MEANT, registrar=str(SENDER))


def meant(by: Actor = CLERK) -> PersonRegistered:
    """Whom an order means, registered by an office for it."""
    return PersonRegistered(
        person=MEANT, registered_by=by.party, commitment="cd" * 32, meant_by=str(by)
    )


def apart(by: Actor, person: PersonId = MEANT) -> TellPersonsApart:
    """The word that the person meant and the agency's are two."""
    other = PERSON if person == MEANT else MEANT
    return TellPersonsApart(person=person, other=other, actor=by)


def known(*events: Event, by: Actor = CLERK) -> tuple[Event, ...]:
    """The order's pseudonym came first, the agency's is a near match of it."""
    return (meant(by), made_events.REGISTERED, FOUND_LATER, *events)


def order(by: Actor = CLERK) -> Event:
    """An order on the pseudonym of whom it means."""
    return made_events.hold(PersonScope(MEANT), by)


def test_d9_a_court_registers_somebody_unknown_by_what_it_knows() -> None:
    """D9: a court may register someone unknown and hold them at once."""
    registered, near = given().when(DESIGNATE_PERSON, DESIGNATE).events
    assert registered == meant()
    assert near == NearMatchFound(person=MEANT, other=PERSON, registrar=str(CLERK))


def test_d9_an_office_that_asserts_no_holds_registers_nobody_for_one() -> None:
    for actor in (SENDER, Actor("XX", "monitor", "inspection/a")):
        command = made_events.replaced(DESIGNATE, actor=actor)
        given().when(DESIGNATE_PERSON, command).refused(OnlyWhoAssertsHoldsDesignates)


def test_a_pseudonym_is_designated_once() -> None:
    given(meant()).when(DESIGNATE_PERSON, DESIGNATE).refused(RegisteredAlready)


def test_d9_a_document_that_an_office_registered_for_its_order_stops_no_registration() -> None:
    """The agency's person waits by it: it does not take over a pseudonym that an order is on."""
    theirs = made_events.replaced(meant(AUTHORITY), documents=(PASSPORT,))
    command = RegisterPerson(
        person=PERSON,
        commitment="cd" * 32,
        documents=(PASSPORT,),
        actor=SENDER,
        same_document=(MEANT,),
    )
    registered, near = given(theirs).when(REGISTER_PERSON, command).events
    assert isinstance(registered, PersonRegistered)
    assert near == FOUND_LATER
    addition = AddDocument(
        person=PERSON,
        read="cd" * 32,
        commitment="ef" * 32,
        document=made_events.replaced(PASSPORT, kind="national-id"),
        actor=SENDER,
        same_document=(MEANT,),
    )
    _, near = given(theirs, made_events.REGISTERED).when(ADD_DOCUMENT, addition).events
    assert near == FOUND_LATER


def test_d9_nobody_is_proposed_by_the_pseudonym_that_an_office_gave_for_its_order() -> None:
    command = ProposeCase(
        case=CASE,
        person=MEANT,
        agreement=AGREEMENT,
        kind="third-country",
        proposed_at=NOW,
        now=NOW,
        actor=SENDER,
    )
    log = (*made_events.in_force(), meant(AUTHORITY))
    given(*log).when(PROPOSE_CASE, command).refused(PersonIsUnknown, "register")


@pytest.mark.parametrize("by", [SENDER, COLLEAGUE], ids=str)
@pytest.mark.parametrize("person", [PERSON, MEANT])
def test_d9_an_agency_tells_nobody_apart_from_whom_a_body_meant(
    by: Actor, person: PersonId
) -> None:
    """Neither before the order is asserted nor after: that would take it off (G2)."""
    log = known(by=AUTHORITY)
    given(*log).when(TELL_PERSONS_APART, apart(by, person)).refused(WhoeverMeantDecides)


def test_d9_an_agency_parts_nobody_by_merging_first_nor_before_they_are_found_alike() -> None:
    merge = MergePersons(person=PERSON, other=MEANT, actor=COLLEAGUE)
    (merged,) = given(*known()).when(MERGE_PERSONS, merge).events
    assert isinstance(merged, PersonsMerged)
    assert not merged.set_aside
    third = Actor("USA", "intake-agency", "supervisor-1")
    command = apart(third, PERSON)
    given(*known(merged)).when(TELL_PERSONS_APART, command).refused(WhoeverMeantDecides)
    unknown = (meant(), made_events.REGISTERED)
    given(*unknown).when(TELL_PERSONS_APART, command).refused(WhoeverMeantDecides)


def test_d9_an_agency_parts_nobody_through_a_middle_pseudonym() -> None:
    """The order's pseudonym is alike to the middle one, and the middle one to the third."""
    third = PersonId("01955e3a-0000-7000-8000-000000000003")
    registered = made_events.replaced(made_events.REGISTERED, person=third)
    near = NearMatchFound(person=third, other=PERSON, registrar=str(SENDER))
    command = TellPersonsApart(person=third, other=PERSON, actor=COLLEAGUE)
    log = known(registered, near)
    given(*log).when(TELL_PERSONS_APART, command).refused(WhoeverMeantDecides, "ask there")
    (told,) = given(*log).when(TELL_PERSONS_APART, apart(OTHER_CLERK)).events
    assert given(*log, told).when(TELL_PERSONS_APART, command).events
    of_nobody = (meant(ALONE), made_events.REGISTERED, FOUND_LATER, registered, near)
    assert given(*of_nobody).when(TELL_PERSONS_APART, command).events


def test_d9_of_an_agency_and_an_office_of_one_state_neither_gives_way() -> None:
    merge = MergePersons(person=PERSON, other=MEANT, actor=COLLEAGUE)
    (merged,) = given(*known(by=AUTHORITY)).when(MERGE_PERSONS, merge).events
    assert isinstance(merged, PersonsMerged)
    assert not merged.set_aside


def test_d9_another_subject_of_the_body_says_who_is_not_meant_and_its_order_stands() -> None:
    log = known(order())
    (told,) = given(*log).when(TELL_PERSONS_APART, apart(OTHER_CLERK)).events
    assert told == PersonsToldApart(person=MEANT, other=PERSON, decided_by=str(OTHER_CLERK))
    given(*log).when(TELL_PERSONS_APART, apart(CLERK)).refused(WhoeverMeantDecides, "another")
    another = Actor("XX", "court", "supreme-court/clerk-1")
    given(*log).when(TELL_PERSONS_APART, apart(another)).refused(WhoeverMeantDecides, "that body")


@pytest.mark.parametrize(
    "other",
    [
        order(Actor("XX", "court", "supreme-court/clerk-1")),
        order(OTHER_CLERK),
        made_events.hold(PersonScope(PERSON), Actor("USA", "counsel", "firm/a")),
    ],
)
def test_d9_nobody_takes_off_an_order_of_others_or_of_their_own_alone(other: Event) -> None:
    command = apart(OTHER_CLERK)
    given(*known(other)).when(TELL_PERSONS_APART, command).refused(HoldStandsOnOneOfThem)


def test_d9_two_whom_nobody_said_to_be_alike_are_told_apart_by_the_body_once() -> None:
    log = (meant(), made_events.REGISTERED)
    (told,) = given(*log).when(TELL_PERSONS_APART, apart(OTHER_CLERK)).events
    again = given(*log, told).when(TELL_PERSONS_APART, apart(OTHER_CLERK))
    again.refused(NothingToTellApart)


def test_d9_who_found_them_alike_by_another_office_does_not_decide() -> None:
    found = made_events.replaced(FOUND_LATER, registrar=str(OTHER_CLERK))
    log = (meant(), made_events.REGISTERED, found)
    given(*log).when(TELL_PERSONS_APART, apart(OTHER_CLERK)).refused(SomebodyElseDecides)


def test_d9_of_whom_somebody_without_a_body_meant_the_agency_decides_and_no_other_office() -> None:
    """As their registration has warned at once; an order on them binds it all the same."""
    log = known(by=ALONE)
    (told,) = given(*log).when(TELL_PERSONS_APART, apart(COLLEAGUE, PERSON)).events
    assert isinstance(told, PersonsToldApart)
    given(*log).when(TELL_PERSONS_APART, apart(ALONE)).refused(WhoeverMeantDecides)
    held = given(*log, order(ALONE)).when(TELL_PERSONS_APART, apart(COLLEAGUE, PERSON))
    held.refused(HoldStandsOnOneOfThem)
