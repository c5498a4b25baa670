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
from tests.unit.intake import given
from tests.unit.intake.given import PERSON, SENDER, when

SEARCH = SearchPersons(
    search=SearchId("01955e3a-0000-7000-8000-0000000000d1"),
    by="name",
    persons=(PERSON,),
    actor=SENDER,
    purpose="identification",
)
READ = ReadVault(person=PERSON, actor=SENDER, purpose="transfer-proceedings")


def test_a_search_says_who_asked_in_which_office_for_what_and_not_who_was_looked_for() -> None:
    (searched,) = when(SEARCH_PERSONS, SEARCH, given.REGISTERED)
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
    (searched,) = when(SEARCH_PERSONS, given.replaced(SEARCH, persons=()))
    assert isinstance(searched, PersonSearched)
    assert searched.persons == ()


def test_a_search_tells_of_nobody_who_is_not_registered() -> None:
    with pytest.raises(PersonIsUnknown):
        when(SEARCH_PERSONS, SEARCH)


def test_an_independent_office_looks_for_nobody_by_who_they_are() -> None:
    outside = given.replaced(SEARCH, actor=Actor("XX", "intake-agency", "a"))
    with pytest.raises(ActsOnlyForItself):
        when(SEARCH_PERSONS, outside, given.REGISTERED)


def test_the_state_that_registered_a_person_reads_who_they_are_and_it_is_on_record() -> None:
    (read,) = when(READ_VAULT, READ, given.REGISTERED)
    assert read == VaultRead(
        asked_by="USA:intake-agency:intake-desk-1",
        party="USA",
        office="intake-agency",
        purpose="transfer-proceedings",
        person=PERSON,
    )


def test_the_other_state_reads_nobody_whom_it_has_not_registered() -> None:
    theirs = given.replaced(READ, actor=Actor("SLV", "intake-agency", "mesa-1"))
    with pytest.raises(ActsOnlyForItself):
        when(READ_VAULT, theirs, given.REGISTERED)


def test_nobody_reads_who_an_unknown_pseudonym_is() -> None:
    with pytest.raises(PersonIsUnknown):
        when(READ_VAULT, given.replaced(READ, person=PersonId("nobody")), given.REGISTERED)


def test_an_export_for_a_subject_is_on_record_and_only_for_the_state_that_registered_them() -> None:
    export = ExportSubject(person=PERSON, actor=SENDER, purpose="subject-access")
    (exported,) = when(EXPORT_SUBJECT, export, given.REGISTERED)
    assert exported == SubjectExported(
        asked_by="USA:intake-agency:intake-desk-1",
        party="USA",
        office="intake-agency",
        purpose="subject-access",
        person=PERSON,
    )
    theirs = given.replaced(export, actor=Actor("SLV", "intake-agency", "mesa-1"))
    with pytest.raises(ActsOnlyForItself):
        when(EXPORT_SUBJECT, theirs, given.REGISTERED)
