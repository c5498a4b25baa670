"""G22: nothing is done about who was erased, and nobody is taken for them."""

from __future__ import annotations

from typing import Any

from services.intake.domain import person as persons
from services.intake.domain.add_document import ADD_DOCUMENT, AddDocument
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.person import REGISTER_PERSON, PersonIsErased, RegisterPerson
from services.intake.domain.person_reads import (
    EXPORT_SUBJECT,
    READ_VAULT,
    SEARCH_PERSONS,
    ExportSubject,
    ReadVault,
    SearchPersons,
)
from shared.contracts.intake import HeldDocument, PersonRegistered
from shared.contracts.recorded_read import PersonSearched
from shared.kernel.ids import SearchId
from tests.support.decider_specification import folded, given
from tests.unit.intake.made_events import AGREEMENT, CASE, NOW, PERSON, REGISTERED, SENDER, replaced
from tests.unit.intake.test_erasure import AGREED, ASKED, ERASED, OTHER, TWIN

GONE = (REGISTERED, ASKED, ERASED)
PURPOSE: dict[str, Any] = {"actor": SENDER, "purpose": "correction"}


def test_g22_who_was_erased_is_read_no_more_and_the_record_is_still_handed_out() -> None:
    read = ReadVault(person=PERSON, **PURPOSE)
    given(*GONE).when(READ_VAULT, read).refused(PersonIsErased, "register whoever it is anew")
    assert given(*GONE).when(EXPORT_SUBJECT, ExportSubject(person=PERSON, **PURPOSE)).events


def test_g22_a_search_that_looked_before_the_erasure_names_nobody_afterwards() -> None:
    search = SearchPersons(search=SearchId("s"), by="name", persons=(PERSON, OTHER), **PURPOSE)
    (searched,) = given(*GONE, TWIN).when(SEARCH_PERSONS, search).events
    assert isinstance(searched, PersonSearched)
    assert searched.persons == (OTHER,)


def test_g22_nobody_who_was_erased_is_proposed_or_gets_another_document() -> None:
    propose = ProposeCase(
        case=CASE,
        person=PERSON,
        agreement=AGREEMENT,
        kind="third-country",
        proposed_at=NOW,
        now=NOW,
        actor=SENDER,
    )
    given(*AGREED, *GONE).when(PROPOSE_CASE, propose).refused(PersonIsErased)
    paper = HeldDocument("national-id", "12" * 32)
    add = AddDocument(
        person=PERSON, read="cd" * 32, commitment="ef" * 32, document=paper, actor=SENDER
    )
    given(*GONE).when(ADD_DOCUMENT, add).refused(PersonIsErased)
    another = replaced(add, person=OTHER, same_document=(PERSON,), alike=(PERSON,))
    assert len(given(*GONE, TWIN).when(ADD_DOCUMENT, another).events) == 1


def test_g9_whoever_registers_meanwhile_is_taken_for_nobody_who_was_erased() -> None:
    register = RegisterPerson(
        person=OTHER,
        commitment="cd" * 32,
        actor=SENDER,
        same_document=(PERSON,),
        alike=(PERSON,),
    )
    (registered,) = given(*GONE).when(REGISTER_PERSON, register).events
    assert isinstance(registered, PersonRegistered)


def test_a_person_who_was_erased_was_somebody() -> None:
    state = folded(persons.fold(PERSON), GONE)
    assert persons.on_record(state, PERSON) == REGISTERED
    assert state.erased == ERASED
