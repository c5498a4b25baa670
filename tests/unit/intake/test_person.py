"""A person is a pseudonym with a commitment; a state registers it."""

from services.intake.domain.person import (
    REGISTER_PERSON,
    DocumentRegistered,
    OnlyStatesRegister,
    RegisteredAlready,
    RegisterPerson,
    fold,
)
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import CaseWithdrawn, HeldDocument, PersonRegistered
from shared.kernel.actor import Actor
from shared.kernel.ids import CaseId, PersonId
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import CASE, PERSON, SENDER

REGISTER = RegisterPerson(
    person=PERSON, commitment="cd" * 32, documents=(made_events.PASSPORT,), actor=SENDER
)


def test_the_entry_carries_the_pseudonym_and_commitments_and_nothing_else() -> None:
    (registered,) = given().when(REGISTER_PERSON, REGISTER).events
    assert registered == made_events.REGISTERED
    assert PersonRegistered.__struct_fields__ == (
        "person",
        "registered_by",
        "commitment",
        "documents",
        "meant_by",
    )
    assert HeldDocument.__struct_fields__ == ("kind", "paper")


def test_a_pseudonym_belongs_to_one_person() -> None:
    given(made_events.REGISTERED).when(REGISTER_PERSON, REGISTER).refused(RegisteredAlready)


NEW = PersonId("01955e3a-0000-7000-8000-000000000002")


def test_g9_one_document_is_one_person_of_the_state_that_registered_it() -> None:
    again = made_events.replaced(REGISTER, person=NEW, same_document=(PERSON,), alike=(PERSON,))
    refusal = (
        given(made_events.REGISTERED)
        .when(REGISTER_PERSON, again)
        .refused(DocumentRegistered, PERSON)
    )
    assert refusal.rule == "G9"


def test_g9_a_document_that_another_state_registered_is_a_near_match_and_blocks_nobody() -> None:
    theirs = made_events.replaced(made_events.REGISTERED, registered_by="VEN")
    command = made_events.replaced(REGISTER, person=NEW, same_document=(PERSON,))
    registered, near = given(theirs).when(REGISTER_PERSON, command).events
    assert isinstance(registered, PersonRegistered)
    assert near == NearMatchFound(person=NEW, other=PERSON, registrar=str(SENDER))


def test_g9_a_near_match_registers_and_each_one_is_on_record_once() -> None:
    namesake = PersonId("01955e3a-0000-7000-8000-000000000003")
    theirs = made_events.replaced(made_events.REGISTERED, registered_by="VEN")
    command = made_events.replaced(
        REGISTER, person=NEW, same_document=(PERSON,), alike=(namesake, PERSON)
    )
    _, *near = given(theirs).when(REGISTER_PERSON, command).events
    assert [event.other for event in near if isinstance(event, NearMatchFound)] == [
        PERSON,
        namesake,
    ]


def test_an_independent_office_registers_nobody() -> None:
    actor = Actor("XX", "intake-agency", "a")
    given().when(
        REGISTER_PERSON, RegisterPerson(person=PERSON, commitment="cd" * 32, actor=actor)
    ).refused(OnlyStatesRegister)


def test_a_case_is_open_until_it_is_withdrawn_or_transferred() -> None:
    begun = (made_events.REGISTERED, made_events.case_proposed())
    assert folded(fold(PERSON), begun).open_case == CASE
    for end in (made_events.withdrawn(), made_events.transferred()):
        assert folded(fold(PERSON), (*begun, end)).open_case is None


def test_the_end_of_an_earlier_case_does_not_close_the_open_one() -> None:
    earlier = CaseWithdrawn(
        case=CaseId("earlier"), person=PERSON, agreement=made_events.document().ref
    )
    log = (made_events.REGISTERED, made_events.case_proposed(), earlier)
    assert folded(fold(PERSON), log).open_case == CASE
