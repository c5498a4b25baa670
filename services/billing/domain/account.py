"""The account of an agreement: each signed component, and what it has borne so far.

A component has one name and one tally, whichever version of the agreement carries it. The tally
follows from the facts that were charged: charging them again, in their order, comes to every amount
that should have been recorded, and what the open months should come to is kept beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.contracts.billing import (
    FeeAccrued,
    FeeEntry,
    FeeRecounted,
    FeeReversed,
    PrepaymentReceived,
    TermsActivated,
)
from shared.contracts.invoice import PeriodClosed
from shared.kernel.decider import Fold, on
from shared.kernel.ids import AgreementId
from shared.tariff.fact import MonthEnd, Occurred, PersonsCounted
from shared.tariff.registry import AnyTally, Component

if TYPE_CHECKING:
    from shared.kernel.event import Event
    from shared.tariff.component import Charge


class Standing(msgspec.Struct, frozen=True):
    """A component as it was signed, and what it has borne."""

    component: Component
    tally: AnyTally
    paid_ahead: bool = False


class AccountState(msgspec.Struct, frozen=True):
    """An agreement's components. Its size follows what their tallies keep, not the entries."""

    standings: dict[str, Standing] = {}
    expected: dict[str, int] = {}
    """What the facts of each open month come to when they are charged again, in minor units."""

    def of(self, component: str) -> Standing:
        """A signed component's standing; `LookupError` if the log contradicts itself."""
        standing = self.standings.get(component)
        if standing is None:
            message = f"a fact was charged with {component!r}, which nobody signed"
            raise LookupError(message)
        return standing

    def tally(self, component: Component) -> AnyTally:
        """What a component has borne."""
        return self.of(component.id).tally


def fold(agreement: AgreementId) -> Fold[AccountState]:
    """The account of one agreement."""
    others = (PrepaymentReceived, PeriodClosed)
    return Fold(
        f"account/{agreement}",
        (on(TermsActivated, FeeAccrued, FeeReversed, FeeRecounted, *others, agreement=agreement),),
        AccountState(),
        evolve,
        AccountState,
    )


def evolve(state: AccountState, event: Event) -> AccountState:
    """Take in what was signed, charged, taken back, paid ahead or closed."""
    match event:
        case TermsActivated():
            return _signed(state, event)
        case FeeAccrued() | FeeReversed() | FeeRecounted():
            return _borne(state, event)
        case PrepaymentReceived():
            paid = msgspec.structs.replace(state.of(event.component), paid_ahead=True)
            return AccountState({**state.standings, event.component: paid}, state.expected)
        case PeriodClosed():
            open_months = {
                period: minor for period, minor in state.expected.items() if period != event.period
            }
            return AccountState(state.standings, open_months)
        case _:
            return state


def _signed(state: AccountState, event: TermsActivated) -> AccountState:
    begun = {
        component.id: Standing(component, component.empty) for component in event.tariff.components
    }
    return AccountState({**begun, **state.standings}, state.expected)


def _borne(state: AccountState, entry: FeeEntry) -> AccountState:
    standing = state.of(entry.component)
    charge = _again(entry, standing)
    borne = msgspec.structs.replace(standing, tally=charge.tally)
    expected = state.expected.get(entry.period, 0) + charge.amount.minor
    return AccountState(
        {**state.standings, entry.component: borne}, {**state.expected, entry.period: expected}
    )


def _again(entry: FeeEntry, standing: Standing) -> Charge[Any]:
    """What the entry's fact comes to under the signed terms, whatever amount it says."""
    fact, component = entry.fact, standing.component
    charge: Charge[Any] | None
    if isinstance(fact, MonthEnd):
        charge = component.close(fact, standing.tally)
    elif isinstance(fact, PersonsCounted):
        charge = component.recount(fact, standing.tally)
    elif isinstance(fact, Occurred):
        withdrawn = isinstance(entry, FeeReversed)
        charge = (component.withdraw if withdrawn else component.serve)(fact, standing.tally)
    elif isinstance(entry, FeeReversed):
        charge = component.reverse(fact, standing.tally)
    else:
        charge = component.charge(fact, standing.tally)
    if charge is None:
        message = f"{component.id!r} was charged with a fact that it does not charge for"
        raise LookupError(message)
    return charge
