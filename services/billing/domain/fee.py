"""Money entries: what one component charges for one fact, or takes back, as it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.contracts.billing import FeeAccrued, FeeReversed
from shared.tariff.fact import MonthEnd, PersonNight

if TYPE_CHECKING:
    from shared.contracts.billing import TermsActivated
    from shared.kernel.ids import EntryRef
    from shared.tariff.component import Charge
    from shared.tariff.pricing import Price


def night_accrued(
    signed: TermsActivated, price: Price, fact: PersonNight, period: str, attested_by: str
) -> FeeAccrued:
    """A person's attested night, charged under a component."""
    return FeeAccrued(
        **_entry(signed, price, period),
        custody=fact.custody,
        person=fact.person,
        night=fact.night,
        attested_by=attested_by,
    )


def night_reversed(
    signed: TermsActivated, price: Price, fact: PersonNight, period: str, because: EntryRef
) -> FeeReversed:
    """The charge of a night, taken back in the period that is open."""
    return FeeReversed(
        **_entry(signed, price, period),
        custody=fact.custody,
        person=fact.person,
        night=fact.night,
        because=because,
    )


def month_ended(signed: TermsActivated, price: Price, fact: MonthEnd) -> FeeAccrued:
    """What the end of a month adds, in that month."""
    return FeeAccrued(**_entry(signed, price, fact.month))


def _entry(signed: TermsActivated, price: Price, period: str) -> dict[str, Any]:
    charge: Charge[Any] = price.charge
    parties = signed.parties
    return {
        "agreement": signed.agreement,
        "component": price.component.id,
        "period": period,
        "unit": charge.unit,
        "quantity": charge.quantity,
        "amount": charge.amount,
        "postings": price.component.postings(charge.amount, parties.receiving, parties.sending),
        "evidence": charge.evidence,
        "reason": charge.reason,
    }
