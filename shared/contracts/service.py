"""What billing records of services and late cancellations: one state says so, the other approves.

Nothing is charged that one state alone has recorded (F11, F13; G20).
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from shared.contracts.billing import Month
from shared.contracts.intake import AgreementTag, CaseTag, FacilityTag, ManifestTag
from shared.contracts.laws import Copied, Laws, Names, Says, Signed
from shared.kernel.codes import Code, Sha256, Slug
from shared.kernel.event import Event, Tag
from shared.kernel.ids import EntryRef, ServiceId
from shared.tariff.fact import Cancellation, Occasion, Service

BY_THE_PROVIDER = Signed(
    "parties.receiving", ("facility-registry",), of="TermsActivated", by="agreement", rule="F11"
)
BY_THE_PAYER = Signed(
    "parties.sending", ("central-authority",), of="TermsActivated", by="agreement", rule="F11"
)


class ServiceEvent(Event, frozen=True, kw_only=True):
    """A fact about one service or cancellation that somebody wants to be paid for."""

    SUBJECT: ClassVar[str] = "service"
    service: Annotated[ServiceId, Tag("service")]
    agreement: AgreementTag


class OccasionRecorded(ServiceEvent, frozen=True, kw_only=True):
    """The receiving state says what happened and which paper says so: nothing is owed yet."""

    LAWS: ClassVar[Laws] = (BY_THE_PROVIDER, Says("recorded_by", "actor", "G20"))
    reference: Annotated[Code, Tag("reference")]
    """The paper's own number: under one agreement it is recorded once."""
    document: Sha256
    """Of the paper, so that nobody can show another one later."""
    recorded_by: str

    @property
    def occasion(self) -> Occasion:
        """What is charged for, once it is approved."""
        raise NotImplementedError


class ServiceRecorded(OccasionRecorded, frozen=True, kw_only=True):
    """A service was given, so many units of it (F11)."""

    TYPE: ClassVar[str] = "billing.ServiceRecorded.v1"
    given: Service

    @property
    def occasion(self) -> Occasion:
        """The service."""
        return self.given


class CancellationRecorded(OccasionRecorded, frozen=True, kw_only=True):
    """Somebody for whom a place was held was taken off the manifest late (F13)."""

    TYPE: ClassVar[str] = "billing.CancellationRecorded.v1"
    LAWS: ClassVar[Laws] = (
        Names("removed", of="PersonRemoved", by="manifest case", rule="F13"),
        Copied("facility", of="PersonRemoved", by="manifest case", rule="F13"),
    )
    manifest: ManifestTag
    case: CaseTag
    facility: FacilityTag
    removed: EntryRef
    """The entry of intake's that took them off."""
    cancelled: Cancellation

    @property
    def occasion(self) -> Occasion:
        """The cancellation."""
        return self.cancelled


class OccasionSettled(ServiceEvent, frozen=True, kw_only=True):
    """The sending state has looked at what was recorded."""

    LAWS: ClassVar[Laws] = (
        BY_THE_PAYER,
        Names("recorded", of="OccasionRecorded", by="service", rule="F11"),
        Copied("agreement", of="OccasionRecorded", by="service", rule="F11"),
        Says("settled_by", "actor", "G20"),
    )
    recorded: EntryRef
    settled_by: str


class ServiceApproved(OccasionSettled, frozen=True, kw_only=True):
    """It happened as it was recorded: it is charged, in the same decision (F11, F13)."""

    TYPE: ClassVar[str] = "billing.ServiceApproved.v1"
    LAWS: ClassVar[Laws] = (Copied("recorded_by", of="OccasionRecorded", by="service", rule="G20"),)
    period: Annotated[Month, Tag("period")]
    """The month that bears it."""
    recorded_by: str


class ServiceWithdrawn(ServiceEvent, frozen=True, kw_only=True):
    """The state that recorded an approved service takes it back: what was charged for it is given
    back in the same decision, in the month that is open (F11).
    """

    TYPE: ClassVar[str] = "billing.ServiceWithdrawn.v1"
    LAWS: ClassVar[Laws] = (
        BY_THE_PROVIDER,
        Names("approved", of="ServiceApproved", by="service", rule="F11"),
        Copied("agreement", of="OccasionRecorded", by="service", rule="F11"),
        Says("withdrawn_by", "actor", "G20"),
    )
    approved: EntryRef
    """The entry that approved it: each reversal of what was charged then names it."""
    period: Month
    """The month that bears what is given back."""
    reason: Annotated[Slug, msgspec.Meta(description="Why, as a code of the receiving state")]
    withdrawn_by: str


class ServiceDenied(OccasionSettled, frozen=True, kw_only=True):
    """It is not charged: the paper does not say so, or not this."""

    TYPE: ClassVar[str] = "billing.ServiceDenied.v1"
    reason: Annotated[Slug, msgspec.Meta(description="Why, as a code of the sending state")]
