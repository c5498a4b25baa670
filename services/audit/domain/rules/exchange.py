"""Exchange rates: more than nothing, in another currency than the terms; they post nothing (F3)."""

from __future__ import annotations

from services.audit.domain.state import Rules, State
from shared.contracts.exchange import ExchangeRateFixed
from shared.kernel.reference.currency import MINOR_DIGITS


def rate(state: State, event: ExchangeRateFixed) -> None:
    """A rate for reports; the table says that there is one a day."""
    findings, signed = state.findings, state.terms.signed.get(event.agreement)
    own = signed.tariff.currency if signed else None
    findings.same("F3", "the currency of the terms", own, event.base)
    if event.quote not in MINOR_DIGITS or event.quote == own:
        findings.broken("F3", f"another currency of ISO 4217 than {own}", event.quote)
    if not event.rate.strip("0."):
        findings.broken("F3", "a rate above zero", event.rate)


RULES: Rules = {ExchangeRateFixed: rate}
