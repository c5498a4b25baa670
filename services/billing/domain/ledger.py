"""An agreement's ledger: what was signed, what its components have borne, which months are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from services.billing.domain import account, accounting_periods, terms
from services.billing.domain.account import AccountState
from services.billing.domain.accounting_periods import PeriodsState
from services.billing.domain.terms import TermsState
from shared.kernel.dates import month_of

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.decider import Fold
    from shared.kernel.event import Event
    from shared.kernel.ids import AgreementId


class Ledger(msgspec.Struct, frozen=True):
    """Everything about one agreement that decides what a night under it costs, and when."""

    account: AccountState
    terms: TermsState
    periods: PeriodsState

    def bearing(self, night: date) -> str:
        """The month that bears a night: its own, or the next one that is open."""
        return self.periods.bearing(month_of(night))

    def after(self, event: Event) -> Ledger:
        """The same once a charge of this agreement was recorded, or taken back."""
        return msgspec.structs.replace(self, account=account.evolve(self.account, event))


def folds(agreement: AgreementId) -> tuple[Fold[Any], ...]:
    """The folds of one agreement's ledger, in the order of its fields."""
    return account.fold(agreement), terms.fold(agreement), accounting_periods.fold(agreement)
