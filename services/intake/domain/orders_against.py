"""The orders that are about nobody by name and cover a case, or the journey that it is on (G3).

Those on the case itself (its agreement, its destination, its class) undo a clearance that had not
seen them. What is against the journey, or where it stops over, closes its gates while it stands,
and leaves the clearance: it was given for the destination, by whichever journey.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from services.intake.domain import class_fit, class_holds, holds_in_force
from services.intake.domain.case.state import CaseState
from services.intake.domain.class_fit import Determined, Fitting
from services.intake.domain.class_holds import Shapes
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.way import Way
from shared.contracts.hold import CountryScope, HoldScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.kernel.codes import Country
from shared.kernel.decider import Reading, together
from shared.kernel.ids import PersonId, agreement_of


class Covered(msgspec.Struct, frozen=True):
    """A case and every pseudonym that may be its person's: what orders are looked up for."""

    case: CaseState
    persons: tuple[PersonId, ...]


class OrdersAgainst(msgspec.Struct, frozen=True):
    """What covers one case, by what it is found by, and what is against its journey alone."""

    case: dict[str, HoldsState]
    journey: HoldsState = HoldsState()


def read(
    shapes: Shapes,
    destination: Country,
    covered: Sequence[Covered],
    way: Way | None = None,
) -> Reading[tuple[OrdersAgainst, ...]]:
    """Of each case the orders on its agreement, its country and every class that it fits, and those
    on its journey and where that stops over, its person's among them. No others are read.
    """
    known = yield from _determined(shapes, covered)
    fitting = [
        Fitting(each.case, nationalities)
        for each, nationalities in zip(covered, known, strict=True)
    ]
    of_cases = [
        [
            *_agreement(fits.case),
            CountryScope(destination).tag,
            *class_holds.covering(shapes, fits),
        ]
        for fits in fitting
    ]
    of_journeys = [_along(shapes, fits, way) if way else [] for fits in fitting]
    orders = yield from _asserted(chain(*of_cases, *of_journeys))
    on_persons = yield from _on_persons(covered, way.stopovers if way else ())
    return tuple(
        OrdersAgainst(
            {tag: orders[tag] for tag in of_case},
            _along_the_way(orders, of_journey, of_case, way) + theirs,
        )
        for of_case, of_journey, theirs in zip(of_cases, of_journeys, on_persons, strict=True)
    )


def _determined(shapes: Shapes, covered: Sequence[Covered]) -> Reading[tuple[Determined, ...]]:
    """Whose nationals they count as, where an order on a class asks for that."""
    if not any("nationality" in shape for shape in shapes.named):
        return tuple(Determined() for _ in covered)
    return (yield from together(*(class_fit.determinations(*each.persons) for each in covered)))


def _agreement(case: CaseState) -> list[str]:
    return [AgreementScope(agreement_of(case.proposed.agreement)).tag] if case.proposed else []


def _along(shapes: Shapes, fitting: Fitting, way: Way) -> list[str]:
    tags = [FlightScope(way.manifest).tag]
    if way.stopovers:
        tags += [CountryScope(country).tag for country in way.stopovers]
        on_the_way = msgspec.structs.replace(fitting, stopovers=way.stopovers)
        tags += class_holds.covering(shapes, on_the_way)
    return tags


def _asserted(tags: Iterable[str]) -> Reading[dict[str, HoldsState]]:
    scopes = tuple(dict.fromkeys(tags))
    states = yield from together(*map(holds_in_force.of_scope, scopes))
    return dict(zip(scopes, states, strict=True))


def _on_persons(
    covered: Sequence[Covered], stopovers: tuple[Country, ...]
) -> Reading[tuple[HoldsState, ...]]:
    """The orders on a person that are against where the journey stops over, and nowhere else."""
    if not stopovers:
        return tuple(HoldsState() for _ in covered)
    asserted = yield from together(*(holds_in_force.on_persons(*each.persons) for each in covered))
    return tuple(theirs.only(lambda scope: scope.named_country in stopovers) for theirs in asserted)


def _along_the_way(
    orders: dict[str, HoldsState], of_journey: list[str], of_case: list[str], way: Way | None
) -> HoldsState:
    """What is against what is ahead of the journey, and not already against the case."""
    added = (orders[tag] for tag in of_journey if tag not in of_case)
    return sum(added, HoldsState()).only(lambda scope: _is_ahead(scope, way))


def _is_ahead(scope: HoldScope, way: Way | None) -> bool:
    """An order on one leg closes the gates until that leg has departed (G3)."""
    if way is None or not isinstance(scope, FlightScope):
        return True
    return scope.leg is None or scope.leg in way.legs
