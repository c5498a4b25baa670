"""The categories that were determined of a person, the latest of each aspect (G8)."""

from __future__ import annotations

from shared.contracts.category import CategoryDetermined
from shared.kernel.codes import ASPECT_OF, Category
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.query import Alternative

Categories = tuple[CategoryDetermined, ...]


def determined(categories: Categories, event: CategoryDetermined) -> Categories:
    """What is known after one more: the latest of each pseudonym and aspect."""
    aspect = ASPECT_OF[event.category]
    others = (
        each
        for each in categories
        if each.person != event.person or ASPECT_OF[each.category] != aspect
    )
    return (*others, event)


def of_aspect(categories: Categories, category: Category) -> CategoryDetermined | None:
    """What was determined last of the aspect that a category is of."""
    aspect = ASPECT_OF[category]
    return next((each for each in categories if ASPECT_OF[each.category] == aspect), None)


def alternatives(*persons: PersonId) -> tuple[Alternative, ...]:
    """What says of which categories these pseudonyms' persons are."""
    return tuple(on(CategoryDetermined, person=person) for person in persons)


def _evolve(categories: Categories, event: Event) -> Categories:
    return determined(categories, event) if isinstance(event, CategoryDetermined) else categories


def fold(person: PersonId) -> Fold[Categories]:
    """What was determined of one pseudonym."""
    return Fold(
        name=f"categories/{person}",
        alternatives=alternatives(person),
        initial=(),
        evolve=_evolve,
    )
