"""The state that registered a person says of which category they are (G8)."""

from __future__ import annotations

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.category import state as categories
from services.intake.domain.category.state import Categories
from services.intake.domain.parties import only_for
from services.intake.domain.person import PersonState
from shared.contracts.category import CategoryDetermined
from shared.kernel.actor import Actor
from shared.kernel.codes import Category, Sha256
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.rejected import Conflict, NotAllowed


class CategoryDeterminedAlready(Conflict):
    """It was determined so before, and nothing else since."""


class AnotherSubjectChangesIt(NotAllowed):
    """What one subject determined, a colleague says otherwise: nobody turns it round alone (G8)."""

    RULE = "G8"


class DetermineCategory(msgspec.Struct, frozen=True, kw_only=True):
    """Say of which category a person is; `document` is the signed paper's digest."""

    person: PersonId
    category: Category
    document: Sha256
    actor: Actor


class CategoryState(msgspec.Struct, frozen=True):
    """The person, and what was determined of them."""

    person: PersonState
    categories: Categories


def _boundary(command: DetermineCategory) -> Boundary[CategoryState]:
    return Boundary((persons.fold(command.person), categories.fold(command.person)), CategoryState)


def _determine(command: DetermineCategory, state: CategoryState) -> tuple[Event, ...]:
    registered = persons.registration(state.person, command.person)
    only_for(command.actor, registered.registered_by, "say of which category this person is")
    known = categories.of_aspect(state.categories, command.category)
    if known is not None and known.category == command.category:
        raise CategoryDeterminedAlready(f"person {command.person} is {known.category} already")
    if known is not None and Actor.read(known.determined_by).is_same_subject(command.actor):
        raise AnotherSubjectChangesIt(
            f"you determined {known.category}: a colleague says that it is {command.category}"
        )
    determined = CategoryDetermined(
        person=command.person,
        category=command.category,
        document=command.document,
        determined_by=str(command.actor),
    )
    return (determined,)


DETERMINE_CATEGORY = Decider(boundary=_boundary, decide=_determine)
