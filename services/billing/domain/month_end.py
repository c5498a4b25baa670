"""What the end of a month adds to it under the terms in force: a minimum, a fixed period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.fee import month_ended
from shared.kernel.dates import month
from shared.tariff.fact import MonthEnd
from shared.tariff.pricing import Price

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.billing.domain.account import AccountState
    from services.billing.domain.terms import TermsState
    from shared.contracts.billing import FeeAccrued


def closing_fees(
    period: str, currency: str, terms: TermsState, account: AccountState
) -> Iterator[FeeAccrued]:
    """What each component of the version in force adds; one that an amendment left out does not."""
    signed = terms.in_force(month(period), currency)
    if signed is None:
        return
    fact = MonthEnd(period, signed.signed)
    for component in signed.tariff.components:
        charge = component.close(fact, account.tally(component))
        if charge is not None:
            yield month_ended(signed, Price(component, charge), fact)
