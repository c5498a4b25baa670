"""Whoever looks for a person, or reads who they are, is on record: who, in which office, why."""

import pytest

from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import PersonIsUnknown
from services.intake.domain.person_reads import (
    EXPORT_SUBJECT,
    READ_VAULT,
    SEARCH_PERSONS,
    ExportSubject,
    ReadVault,
    SearchPersons,
)
from shared.contracts.recorded_read import PersonSearched, SubjectExported, VaultRead
from shared.kernel.actor import Actor
from shared.kernel.event import tags_of
from shared.kernel.ids import PersonId, SearchId
from tests.support.decider_specification import given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import PERSON, SENDER

SEARCH = SearchPersons(
    search=SearchId("01955e3a-0000-7000-8000-0000000000d1"),
    by="name",
    persons=(PERSON,),
    actor=SENDER,
    purpose="identification",
)
READ = ReadVault(person=PERSON, actor=SENDER, purpose="transfer-proceedings")


def test_a_search_says_who_asked_in_which_office_for_what_and_not_who_was_looked_for() -> None:
    (searched,) = given(made_events.REGISTERED).when(SEARCH_PERSONS, SEARCH).events
    assert searched == PersonSearched(
        asked_by="USA:intake-agency:intake-desk-1",
        party="USA",
        office="intake-agency",
        purpose="identification",
        search=SEARCH.search,
        by="name",
        persons=(PERSON,),
    )
    assert tags_of(searched) == {f"search:{SEARCH.search}", f"person:{PERSON}"}


def test_a_search_that_finds_nobody_is_on_record_too() -> None:
    (searched,) = given().when(SEARCH_PERSONS, made_events.replaced(SEARCH, persons=())).events
    assert isinstance(searched, PersonSearched)
    assert searched.persons == ()


def test_a_search_tells_of_nobody_who_is_not_registered() -> None:
    given().when(SEARCH_PERSONS, SEARCH).refused(PersonIsUnknown)


@pytest.mark.parametrize("office", ["court", "counsel", "consulate", "central-authority"])
def test_d9_whoever_asserts_holds_looks_for_a_person_by_name_or_document(office: str) -> None:
    """D9: a court, counsel or consulate searches for whom its order means."""
    looks = made_events.replaced(SEARCH, actor=Actor("XX", office, "body/a"))
    (searched,) = given(made_events.REGISTERED).when(SEARCH_PERSONS, looks).events
    assert isinstance(searched, PersonSearched)
    assert (searched.party, searched.office) == ("XX", office)


def test_an_office_that_asserts_no_hold_looks_for_nobody_by_who_they_are() -> None:
    outside = made_events.replaced(SEARCH, actor=Actor("XX", "monitor", "a/b"))
    given(made_events.REGISTERED).when(SEARCH_PERSONS, outside).refused(ActsOnlyForItself)


def test_the_state_that_registered_a_person_reads_who_they_are_and_it_is_on_record() -> None:
    (read,) = given(made_events.REGISTERED).when(READ_VAULT, READ).events
    assert read == VaultRead(
        asked_by="USA:intake-agency:intake-desk-1",
        party="USA",
        office="intake-agency",
        purpose="transfer-proceedings",
        person=PERSON,
    )


def test_the_other_state_reads_nobody_whom_it_has_not_registered() -> None:
    theirs = made_events.replaced(READ, actor=Actor("SLV", "intake-agency", "mesa-1"))
    given(made_events.REGISTERED).when(READ_VAULT, theirs).refused(ActsOnlyForItself)


def test_nobody_reads_who_an_unknown_pseudonym_is() -> None:
    given().beside(made_events.REGISTERED).when(
        READ_VAULT, made_events.replaced(READ, person=PersonId("nobody"))
    ).refused(PersonIsUnknown)


def test_an_export_for_a_subject_is_on_record_and_only_for_the_state_that_registered_them() -> None:
    export = ExportSubject(person=PERSON, actor=SENDER, purpose="subject-access")
    (exported,) = given(made_events.REGISTERED).when(EXPORT_SUBJECT, export).events
    assert exported == SubjectExported(
        asked_by="USA:intake-agency:intake-desk-1",
        party="USA",
        office="intake-agency",
        purpose="subject-access",
        person=PERSON,
    )
    theirs = made_events.replaced(export, actor=Actor("SLV", "intake-agency", "mesa-1"))
    given(made_events.REGISTERED).when(EXPORT_SUBJECT, theirs).refused(ActsOnlyForItself)
