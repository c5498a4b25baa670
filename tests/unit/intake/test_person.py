"""A person is a pseudonym with a commitment; a state registers it."""

import pytest

from services.intake.domain.person import (
    REGISTER_PERSON,
    OnlyStatesRegister,
    RegisteredAlready,
    RegisterPerson,
    fold,
)
from shared.contracts.intake import CaseWithdrawn, PersonRegistered
from shared.kernel.actor import Actor
from shared.kernel.ids import CaseId
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
