"""Money entries: what one component charges for one fact, or takes back, as it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.contracts.billing import FeeAccrued, FeeRecounted, FeeReversed
from shared.tariff.fact import MonthEnd, Occurred, PersonNight, PersonsCounted

if TYPE_CHECKING:
    from services.billing.domain.charged_nights import ChargedNight
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
        pseudonyms=fact.pseudonyms,
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


def persons_counted(
    signed: TermsActivated, price: Price, fact: PersonsCounted, period: str, last: ChargedNight
) -> FeeRecounted:
    """What it changes of a month that two were merged or told apart, for the last one's custody."""
    return FeeRecounted(
        **_entry(signed, price, period),
        custody=last.custody,
        person=last.person,
        counted=fact.month,
        persons=fact.persons,
    )


def occasion_charged(
    signed: TermsActivated, price: Price, fact: Occurred, period: str, recorded_by: str
) -> FeeAccrued:
    """A service or a cancellation, charged under a component once it is approved."""
    return FeeAccrued(**_entry(signed, price, period), occasion=fact.what, attested_by=recorded_by)


def occasion_withdrawn(
    signed: TermsActivated, price: Price, fact: Occurred, period: str, approved: EntryRef
) -> FeeReversed:
    """The charge of a service or a cancellation, taken back: `approved` is what charged it."""
    return FeeReversed(**_entry(signed, price, period), occasion=fact.what, because=approved)


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
