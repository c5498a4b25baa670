"""The account of an agreement: how many person-nights each component has priced.

Person-nights of a component are alike: the n-th costs what the tariff says for number n, whoever
it belongs to. An accrual takes the next number and a reversal hands back the last one, so what a
component has earned follows from its count at every moment, and no rounding error is left over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.contracts.agreement import Component, Prepaid
from shared.contracts.billing import (
    AccrualReversed,
    NightsAccrued,
    Posting,
    PrepaymentReceived,
    TermsActivated,
)
from shared.kernel.decider import Fold, on
from shared.kernel.ids import AgreementId, AgreementRef

if TYPE_CHECKING:
    from shared.kernel.event import Event
    from shared.kernel.money import Money


class ComponentAccount(msgspec.Struct, frozen=True):
    """One component of one signed version."""

    agreement: AgreementRef
    component: str
    attested: int = 0
    """How many person-nights it has priced, less those that were reversed."""
    paid_ahead: bool = False


class AccountState(msgspec.Struct, frozen=True):
    """An agreement's components. Its size does not grow with the nights."""

    components: tuple[ComponentAccount, ...] = ()

    def of(self, agreement: AgreementRef, component: str) -> ComponentAccount:
        """The account of a component, an empty one when it has priced nothing so far."""
        for one in self.components:
            if one.agreement == agreement and one.component == component:
                return one
        return ComponentAccount(agreement, component)

    def including(self, changed: ComponentAccount) -> AccountState:
        """The account with this component as it is now."""
        others = (
            one
            for one in self.components
            if (one.agreement, one.component) != (changed.agreement, changed.component)
        )
        return AccountState((*others, changed))


def fold(agreement: AgreementId) -> Fold[AccountState]:
    """The account of one agreement."""
    return Fold(
        f"account/{agreement}",
        (on(NightsAccrued, AccrualReversed, PrepaymentReceived, agreement=agreement),),
        AccountState(),
        evolve,
        AccountState,
    )


def evolve(state: AccountState, event: Event) -> AccountState:
    """Count a person-night, hand one back, or note that a component was paid ahead."""
    replace = msgspec.structs.replace
    match event:
        case NightsAccrued():
            known = state.of(event.agreement, event.component)
            return state.including(replace(known, attested=known.attested + 1))
        case AccrualReversed():
            known = state.of(event.agreement, event.component)
            return state.including(replace(known, attested=known.attested - 1))
        case PrepaymentReceived():
            known = state.of(event.agreement, event.component)
            return state.including(replace(known, paid_ahead=True))
        case _:
            return state


def accrual_postings(
    terms: TermsActivated, component: Component, amount: Money
) -> tuple[Posting, ...]:
    """A night earned: drawn from the prepayment, or owed by the sending state for itself.

    A prepaid night is never owed for itself: before the prepayment is received, `unearned` shows
    as a debit how much of it was earned. A negative amount is the same the other way round.
    """
    prepaid = isinstance(component, Prepaid)
    source = _unearned(component.id) if prepaid else _receivable(terms)
    return (Posting(source, amount), Posting(f"earned-{component.id}", -amount))


def prepayment_postings(terms: TermsActivated, component: Prepaid) -> tuple[Posting, ...]:
    """Money in, whole, and owed back as far as nights have not earned it."""
    return (
        Posting(f"cash-{terms.parties.receiving.lower()}", component.amount),
        Posting(_unearned(component.id), -component.amount),
    )


def _unearned(component: str) -> str:
    return f"unearned-{component}"


def _receivable(terms: TermsActivated) -> str:
    return f"receivable-{terms.parties.sending.lower()}"
