"""Which orders on a class a case comes to match, at whichever gate it stands (G3).

A class names any combination of attributes, so its orders are found by the whole combination. What
combinations there ever were is read first (there are as many as subsets of the attributes at most),
then the orders of those that the case fits: never a list of all orders, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import msgspec

from services.intake.domain.class_fit import Fitting
from shared.contracts.class_scope import ClassScope, Shape, tag_of
from shared.contracts.hold import HoldAsserted
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event


class Shapes(msgspec.Struct, frozen=True):
    """Every combination of attributes that an order on a class ever named, sorted."""

    named: tuple[Shape, ...] = ()


def evolve(state: Shapes, event: Event) -> Shapes:
    """They only grow: an order that was lifted has undone clearances too (G3)."""
    if not isinstance(event, HoldAsserted) or not isinstance(event.scope, ClassScope):
        return state
    named = {*state.named, event.scope.shape}
    return state if len(named) == len(state.named) else Shapes(tuple(sorted(named)))


FOLD: Fold[Shapes] = Fold(
    name="class-holds/shapes",
    alternatives=(on(HoldAsserted, hold_nature="class"),),
    initial=Shapes(),
    evolve=evolve,
    snapshot=Shapes,
)


def covering(shapes: Shapes, fitting: Fitting) -> list[str]:
    """What the orders on every class are found by that a case fits, sorted."""
    fits = fitting.attributes
    return sorted(tag for shape in shapes.named for tag in _classes(shape, fits))


def _classes(shape: Shape, fits: Mapping[str, set[str]]) -> Iterator[str]:
    for values in product(*(sorted(fits.get(name, ())) for name in shape)):
        yield tag_of(zip(shape, values, strict=True))
