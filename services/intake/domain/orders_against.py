"""The orders that are about nobody by name and cover a case, or the journey that it is on (G3).

Those on the case itself (its destination, its class) undo a clearance that had not seen them. What
a journey adds by where it stops over closes its gates while it stands, and leaves the clearance: it
was given for the destination.
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
from shared.contracts.hold import CountryScope, HoldAsserted
from shared.kernel.codes import Country
from shared.kernel.decider import Reading, together
from shared.kernel.ids import PersonId


class Covered(msgspec.Struct, frozen=True):
    """A case and every pseudonym that may be its person's: what orders are looked up for."""

    case: CaseState
    persons: tuple[PersonId, ...]


class OrdersAgainst(msgspec.Struct, frozen=True):
    """What covers one case, by what it is found by, and what stands against its journey alone."""

    case: dict[str, HoldsState]
    journey: tuple[HoldAsserted, ...] = ()


def read(
    shapes: Shapes,
    destination: Country,
    covered: Sequence[Covered],
    stopovers: tuple[Country, ...] = (),
) -> Reading[tuple[OrdersAgainst, ...]]:
    """Of each case the orders on its country and on every class that it fits, and those on where
    its journey stops over, its person's among them. Orders that nobody here fits are not read.
    """
    known = yield from _determined(shapes, covered)
    fitting = [
        Fitting(each.case, nationalities)
        for each, nationalities in zip(covered, known, strict=True)
    ]
    of_cases = [
        [CountryScope(destination).tag, *class_holds.covering(shapes, fits)] for fits in fitting
    ]
    of_journeys = [_along(shapes, fits, stopovers) for fits in fitting]
    orders = yield from _asserted(chain(*of_cases, *of_journeys))
    on_persons = yield from _on_persons(covered, stopovers)
    return tuple(
        OrdersAgainst(
            {tag: orders[tag] for tag in of_case},
            (*_standing(orders, of_journey, of_case), *theirs),
        )
        for of_case, of_journey, theirs in zip(of_cases, of_journeys, on_persons, strict=True)
    )


def _determined(shapes: Shapes, covered: Sequence[Covered]) -> Reading[tuple[Determined, ...]]:
    """Whose nationals they count as, where an order on a class asks for that."""
    if not any("nationality" in shape for shape in shapes.named):
        return tuple(Determined() for _ in covered)
    return (yield from together(*(class_fit.determinations(*each.persons) for each in covered)))


def _along(shapes: Shapes, fitting: Fitting, stopovers: tuple[Country, ...]) -> list[str]:
    on_the_way = msgspec.structs.replace(fitting, stopovers=stopovers)
    countries = (CountryScope(country).tag for country in stopovers)
    return [*countries, *(class_holds.covering(shapes, on_the_way) if stopovers else ())]


def _asserted(tags: Iterable[str]) -> Reading[dict[str, HoldsState]]:
    scopes = tuple(dict.fromkeys(tags))
    states = yield from together(*map(holds_in_force.of_scope, scopes))
    return dict(zip(scopes, states, strict=True))


def _on_persons(
    covered: Sequence[Covered], stopovers: tuple[Country, ...]
) -> Reading[tuple[tuple[HoldAsserted, ...], ...]]:
    """The orders on a person that are against where the journey stops over, and nowhere else."""
    if not stopovers:
        return tuple(() for _ in covered)
    asserted = yield from together(*(holds_in_force.on_persons(*each.persons) for each in covered))
    return tuple(
        tuple(hold for hold in theirs.standing if hold.scope.named_country in stopovers)
        for theirs in asserted
    )


def _standing(
    orders: dict[str, HoldsState], of_journey: list[str], of_case: list[str]
) -> tuple[HoldAsserted, ...]:
    """What stands against the journey and does not already stand against the case."""
    added = (tag for tag in of_journey if tag not in of_case)
    return tuple(chain.from_iterable(orders[tag].standing for tag in added))
