"""A person is a pseudonym with a commitment; a state registers it."""

import pytest

from services.intake.domain.person import (
    REGISTER_PERSON,
    DocumentRegistered,
    OnlyStatesRegister,
    RegisteredAlready,
    RegisterPerson,
    fold,
)
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import CaseWithdrawn, PersonRegistered
from shared.kernel.actor import Actor
from shared.kernel.ids import CaseId, PersonId
from tests.unit.intake import given
from tests.unit.intake.given import CASE, PERSON, SENDER, when

REGISTER = RegisterPerson(person=PERSON, commitment="cd" * 32, actor=SENDER)


def test_the_entry_carries_the_pseudonym_and_the_commitment_and_nothing_else() -> None:
    (registered,) = when(REGISTER_PERSON, REGISTER)
    assert registered == given.REGISTERED
    assert PersonRegistered.__struct_fields__ == ("person", "registered_by", "commitment")


def test_a_pseudonym_belongs_to_one_person() -> None:
    with pytest.raises(RegisteredAlready):
        when(REGISTER_PERSON, REGISTER, given.REGISTERED)


NEW = PersonId("01955e3a-0000-7000-8000-000000000002")


def test_g9_one_document_is_one_person_of_the_state_that_registered_it() -> None:
    again = given.replaced(REGISTER, person=NEW, same_document=(PERSON,), same_name=(PERSON,))
    with pytest.raises(DocumentRegistered, match=PERSON) as caught:
        when(REGISTER_PERSON, again, given.REGISTERED)
    assert caught.value.refusal.rule == "G9"


def test_g9_a_document_that_another_state_registered_is_a_near_match_and_blocks_nobody() -> None:
    theirs = given.replaced(given.REGISTERED, registered_by="VEN")
    command = given.replaced(REGISTER, person=NEW, same_document=(PERSON,))
    registered, near = when(REGISTER_PERSON, command, theirs)
    assert isinstance(registered, PersonRegistered)
    assert near == NearMatchFound(person=NEW, other=PERSON, registrar=str(SENDER))


def test_g9_a_near_match_registers_and_each_one_is_on_record_once() -> None:
    namesake = PersonId("01955e3a-0000-7000-8000-000000000003")
    theirs = given.replaced(given.REGISTERED, registered_by="VEN")
    command = given.replaced(
        REGISTER, person=NEW, same_document=(PERSON,), same_name=(namesake, PERSON)
    )
    _, *near = when(REGISTER_PERSON, command, theirs)
    assert [one.other for one in near if isinstance(one, NearMatchFound)] == [PERSON, namesake]


def test_an_independent_office_registers_nobody() -> None:
    actor = Actor("XX", "intake-agency", "a")
    with pytest.raises(OnlyStatesRegister):
        when(REGISTER_PERSON, RegisterPerson(person=PERSON, commitment="cd" * 32, actor=actor))


def test_a_case_is_open_until_it_is_withdrawn_or_transferred() -> None:
    begun = (given.REGISTERED, given.case_proposed())
    assert given.folded(fold(PERSON), begun).open_case == CASE
    for end in (given.withdrawn(), given.transferred()):
        assert given.folded(fold(PERSON), (*begun, end)).open_case is None


def test_the_end_of_an_earlier_case_does_not_close_the_open_one() -> None:
    earlier = CaseWithdrawn(case=CaseId("earlier"), person=PERSON, agreement=given.document().ref)
    log = (given.REGISTERED, given.case_proposed(), earlier)
    assert given.folded(fold(PERSON), log).open_case == CASE
