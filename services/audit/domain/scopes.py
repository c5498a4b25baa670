"""The scopes of holds: whom an order means, and which departures it forbids (G3).

A scope type stands here once: how orders of it are found, and whether one covers a departure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

import msgspec

from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.kernel.codes import CaseKind, Country
from shared.kernel.ids import AgreementId, ManifestId, PersonId

Shelf = tuple[str, str]
"""Where orders of a scope are kept: what kind of thing they are about, and which."""
DIGITS = 4
"""An ICCS code has so many at least; one that is longer lies within its beginnings."""


class Travel(msgspec.Struct, frozen=True):
    """All of one person's departure that an order may be about, as it is on record."""

    pseudonyms: frozenset[PersonId]
    kind: CaseKind
    nationalities: frozenset[str]
    """In whichever case; the sending state's too, where one is unknown or disputed (G7)."""
    offences: frozenset[str]
    """Of every judgment that an office names; none, and no court, as long as there is none."""
    courts: frozenset[str]
    """Without regard to case."""
    agreement: AgreementId
    destination: Country
    stopovers: tuple[Country, ...] = ()
    """Those that are still ahead: each counts like the destination."""
    manifest: ManifestId | None = None
    legs: tuple[int, ...] = ()
    """The numbers of the journey's legs that are still ahead."""

    @property
    def places(self) -> tuple[Country, ...]:
        """Everywhere that it leads to."""
        return (*self.stopovers, self.destination)

    @property
    def without_journey(self) -> Travel:
        """The same, as a clearance sees it: of a journey it knows the destination."""
        return msgspec.structs.replace(self, stopovers=(), manifest=None, legs=())


def shelf_of(scope: HoldScope) -> Shelf:
    """Where an order is found again; one on a class under the most telling thing that it names."""
    match scope:
        case PersonScope():
            return ("person", scope.person)
        case CountryScope():
            return ("country", scope.country)
        case ClassScope():
            return _most_telling(scope)
        case FlightScope():
            return ("flight", scope.manifest)
        case AgreementScope():
            return ("agreement", scope.agreement)
        case _:
            assert_never(scope)


def _most_telling(scope: ClassScope) -> Shelf:
    if scope.court is not None:
        return ("court", scope.court.casefold())
    kinds = ("offence", "nationality", "stopover", "destination", "case_kind")
    first, *_ = [(kind, named) for kind in kinds if (named := getattr(scope, kind)) is not None]
    return first


def shelves_of(travel: Travel) -> Iterator[Shelf]:
    """Wherever an order against this departure may be found, each once."""
    for pseudonym in sorted(travel.pseudonyms):
        yield ("person", pseudonym)
    for place in sorted({*travel.places}):
        yield ("country", place)
        yield ("destination", place)
    for stopover in sorted({*travel.stopovers}):
        yield ("stopover", stopover)
    for nationality in sorted(travel.nationalities):
        yield ("nationality", nationality)
    yield from sorted({("offence", within) for within in _containing(travel.offences)})
    for court in sorted(travel.courts):
        yield ("court", court)
    yield ("case_kind", travel.kind)
    yield ("agreement", travel.agreement)
    if travel.manifest is not None:
        yield ("flight", travel.manifest)


def _containing(offences: frozenset[str]) -> set[str]:
    """Each offence, and whichever contains it."""
    return {code[:digits] for code in offences for digits in range(DIGITS, len(code) + 1)}


def covers(scope: HoldScope, travel: Travel) -> bool:
    """Whether an order forbids this departure."""
    match scope:
        case PersonScope():
            there = scope.destination is None or scope.destination in travel.places
            return there and scope.person in travel.pseudonyms
        case CountryScope():
            return scope.country in travel.places
        case ClassScope():
            return _fits(scope, travel)
        case FlightScope():
            leg = scope.leg is None or scope.leg in travel.legs
            return leg and scope.manifest == travel.manifest
        case AgreementScope():
            return scope.agreement == travel.agreement
        case _:
            assert_never(scope)


def _fits(scope: ClassScope, travel: Travel) -> bool:
    """Whether everything that a class names is so of this departure."""
    return (
        scope.case_kind in (None, travel.kind)
        and (scope.nationality is None or scope.nationality in travel.nationalities)
        and (scope.offence is None or scope.offence in _containing(travel.offences))
        and (scope.court is None or scope.court.casefold() in travel.courts)
        and (scope.destination is None or scope.destination in travel.places)
        and (scope.stopover is None or scope.stopover in travel.stopovers)
    )


def person_of(scope: HoldScope) -> PersonId | None:
    """The one person that an order is about, if it is about one."""
    return scope.person if isinstance(scope, PersonScope) else None
