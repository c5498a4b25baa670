"""What billing records of the money behind an agreement: appropriated, obligated, used up (D12).

Money runs out for departures alone: no accrual, return, release or care ever waits for it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from shared.contracts.intake import AgreementTag
from shared.contracts.laws import Copied, Laws, Past, Says, Signed
from shared.kernel.codes import Code
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event, Tag
from shared.kernel.ids import AppropriationId
from shared.kernel.money import Money

BY_THE_PAYERS_TREASURY = Signed(
    "parties.sending", ("treasury",), of="TermsActivated", by="agreement", rule="D12"
)
AppropriationTag = Annotated[AppropriationId, Tag("appropriation")]
Share = Annotated[int, Meta(ge=1, le=99)]
"""A share in per cent."""


class FundingEvent(Event, frozen=True, kw_only=True):
    """A fact about the money that an agreement has."""

    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag


class FundingAppropriated(FundingEvent, frozen=True, kw_only=True):
    """The paying state's budget has so much for an agreement, over whole months."""

    TYPE: ClassVar[str] = "billing.FundingAppropriated.v1"
    LAWS: ClassVar[Laws] = (BY_THE_PAYERS_TREASURY, Says("appropriated_by", "actor", "D12"))
    appropriation: AppropriationTag
    amount: Money
    period: DatePeriod
    """The months whose charges it pays; another one has the same months, or others."""
    instrument: Code
    """The law or the order that appropriates it."""
    warn_at: Annotated[tuple[Share, ...], Meta(max_length=10)]
    """At which shares of what is obligated it is said that so much is used, in order."""
    appropriated_by: str


class FundingObligated(FundingEvent, frozen=True, kw_only=True):
    """So much of an appropriation is committed to the agreement, by a second subject."""

    TYPE: ClassVar[str] = "billing.FundingObligated.v1"
    LAWS: ClassVar[Laws] = (
        BY_THE_PAYERS_TREASURY,
        Copied("agreement", of="FundingAppropriated", by="appropriation", rule="D12"),
        Says("obligated_by", "actor", "D12"),
    )
    appropriation: AppropriationTag
    amount: Money
    reference: Code
    obligated_by: str


class FundingPosition(FundingEvent, frozen=True, kw_only=True):
    """How the charges of the months stand against what is obligated for them on a day."""

    LAWS: ClassVar[Laws] = (Past("on", "D12"),)
    on: date
    """The day whose appropriations these are, in UTC."""
    period: DatePeriod
    """Their months."""
    obligated: Money
    spent: Money
    """What was charged and paid ahead in their months, less what was taken back."""


class FundingThresholdCrossed(FundingPosition, frozen=True, kw_only=True):
    """So great a share of what is obligated is used: a warning, and nothing stops."""

    TYPE: ClassVar[str] = "billing.FundingThresholdCrossed.v1"
    share: Share
    """The highest of the thresholds that is reached."""


class FundingExhausted(FundingPosition, frozen=True, kw_only=True):
    """Everything that is obligated is used: intake, which follows, lets nobody depart any more."""

    TYPE: ClassVar[str] = "billing.FundingExhausted.v1"


class FundingRestored(FundingPosition, frozen=True, kw_only=True):
    """There is money again, obligated or given back: departures may begin again."""

    TYPE: ClassVar[str] = "billing.FundingRestored.v1"
