"""The scopes of holds: whom an order means, and which departures it forbids (G3).

A scope type stands here once: how orders of it are found, and whether one covers a departure.
"""

from __future__ import annotations

from typing import assert_never

from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.kernel.codes import Country
from shared.kernel.ids import PersonId

Shelf = tuple[str, str]
"""Where orders of a scope are kept: what kind of thing they are about, and which."""


def shelf_of(scope: HoldScope) -> Shelf:
    """Where an order is found again."""
    match scope:
        case PersonScope():
            return ("person", scope.person)
        case CountryScope():
            return ("country", scope.country)
        case _:
            assert_never(scope)


def shelves_of(pseudonyms: set[PersonId], destination: Country) -> list[Shelf]:
    """Wherever an order against this departure may be found."""
    return [*(("person", pseudonym) for pseudonym in sorted(pseudonyms)), ("country", destination)]


def covers(scope: HoldScope, pseudonyms: set[PersonId], destination: Country) -> bool:
    """Whether an order forbids this person's departure to this country."""
    match scope:
        case PersonScope():
            return scope.person in pseudonyms and scope.destination in (None, destination)
        case CountryScope():
            return scope.country == destination
        case _:
            assert_never(scope)


def person_of(scope: HoldScope) -> PersonId | None:
    """The one person that an order is about, if it is about one."""
    return scope.person if isinstance(scope, PersonScope) else None
