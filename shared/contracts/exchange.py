"""What billing records of exchange rates: for reports alone, never for the ledger (F3)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from shared.contracts.intake import AgreementTag
from shared.contracts.laws import Laws, Past, Says, Signed
from shared.kernel.codes import Code
from shared.kernel.event import Event, Tag

Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z", description="ISO 4217")]
Rate = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?\Z")]
"""How many of the one currency are one of the other, as it was published: `8.5`."""


class ExchangeRateFixed(Event, frozen=True, kw_only=True):
    """What an agreement's currency was worth in another one on a day, for reports in that one."""

    TYPE: ClassVar[str] = "billing.ExchangeRateFixed.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Signed("parties.sending", ("treasury",), of="TermsActivated", by="agreement", rule="F3"),
        Past("on", "F3"),
        Says("fixed_by", "actor", "F3"),
    )
    agreement: AgreementTag
    base: Currency
    """The currency of the terms."""
    quote: Annotated[Currency, Tag("quote")]
    """The currency of the reports."""
    rate: Rate
    """So many of it for one of the base."""
    on: Annotated[date, Tag("fixed-on")]
    """The day that it is of: one rate a day."""
    source: Code
    """Where it was published."""
    fixed_by: str
