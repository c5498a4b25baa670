"""G9: a document that comes later confirms from then on, and is one person's."""

from __future__ import annotations

import msgspec
import pytest

from services.intake.domain import person as persons
from services.intake.domain.add_document import (
    ADD_DOCUMENT,
    AddDocument,
    DocumentHeldAlready,
    VaultReadTooEarly,
)
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import DocumentRegistered, PersonIsUnknown
from shared.contracts.added_document import DocumentAdded
from shared.contracts.identity import NearMatchFound, PersonsMerged
from shared.contracts.intake import HeldDocument
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.rejected import Rejected
from tests.support.decider_specification import folded, given
from tests.unit.intake.made_events import PASSPORT, PERSON, REGISTERED, SENDER, replaced

OTHER = PersonId("01955e3a-0000-7000-8000-000000000002")
NATIONAL_ID = HeldDocument("national-id", "12" * 32)
ADD = AddDocument(
    person=PERSON, read="cd" * 32, commitment="ef" * 32, document=NATIONAL_ID, actor=SENDER
)
ADDED = DocumentAdded(person=PERSON, document=NATIONAL_ID, commitment="ef" * 32)
OURS = replaced(REGISTERED, person=OTHER)
THEIRS = replaced(OURS, registered_by="VEN")
MERGED = PersonsMerged(person=OTHER, other=PERSON, set_aside=True, decided_by="USA:ops:x")
THIRD = PersonId("01955e3a-0000-7000-8000-000000000003")
BY_WAY = replaced(MERGED, person=THIRD, other=OTHER)
NEAR = NearMatchFound(person=PERSON, other=OTHER, registrar=str(SENDER))


def test_g9_the_vault_holds_one_more_document_from_then_on() -> None:
    assert given(REGISTERED).when(ADD_DOCUMENT, ADD).events == (ADDED,)
    state = folded(persons.fold(PERSON), (REGISTERED, ADDED))
    registered = persons.registration(state, PERSON)
    assert (registered.documents, registered.commitment) == ((PASSPORT, NATIONAL_ID), "ef" * 32)
    assert folded(persons.fold(PERSON), (ADDED,)).registered is None


@pytest.mark.parametrize(
    ("log", "changed", "refusal"),
    [
        ((), {}, PersonIsUnknown),
        ((REGISTERED,), {"actor": Actor("VEN", "intake-agency", "desk")}, ActsOnlyForItself),
        ((REGISTERED,), {"document": PASSPORT}, DocumentHeldAlready),
        ((REGISTERED, ADDED), {}, DocumentHeldAlready),
        ((REGISTERED,), {"read": "00" * 32}, VaultReadTooEarly),
        ((REGISTERED, OURS), {"same_document": (PERSON, OTHER)}, DocumentRegistered),
        ((REGISTERED, OURS, NEAR), {"same_document": (OTHER,)}, DocumentRegistered),
    ],
)
def test_g9_a_document_is_added_once_by_whoever_registered_the_person_and_is_nobody_elses(
    log: tuple[Event, ...], changed: dict[str, object], refusal: type[Rejected]
) -> None:
    command = msgspec.structs.replace(ADD, **changed)
    given(*log).when(ADD_DOCUMENT, command).refused(refusal)


@pytest.mark.parametrize(
    ("log", "changed", "near"),
    [
        ((REGISTERED, THEIRS), {"same_document": (OTHER,), "alike": (OTHER,)}, (NEAR,)),
        ((OURS, REGISTERED), {"alike": (PERSON, OTHER)}, (NEAR,)),
        ((REGISTERED, THEIRS, NEAR), {"same_document": (OTHER,)}, ()),
        ((REGISTERED, OURS, MERGED), {"same_document": (OTHER,)}, ()),
        ((REGISTERED,), {"same_document": (OTHER,)}, (NEAR,)),
        ((REGISTERED, OURS, MERGED, BY_WAY), {"same_document": (THIRD,)}, ()),
    ],
)
def test_g9_whoever_has_the_document_too_is_a_near_match_unless_that_was_said_already(
    log: tuple[Event, ...], changed: dict[str, object], near: tuple[Event, ...]
) -> None:
    command = msgspec.structs.replace(ADD, **changed)
    assert given(*log).when(ADD_DOCUMENT, command).events == (ADDED, *near)
