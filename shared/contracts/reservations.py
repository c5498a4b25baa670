"""What placement records of an agreement that intake says is suspended: it reserves no place."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.agreement_course import SuspensionTag
from shared.contracts.intake import AgreementTag
from shared.contracts.laws import Copied, Laws, Names
from shared.kernel.event import Event


class ReservationsSuspended(Event, frozen=True):
    """No new place is reserved under an agreement that is suspended; those that are held stay."""

    TYPE: ClassVar[str] = "placement.ReservationsSuspended.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Names("causation", of="AgreementSuspended", by="suspension", rule="D12"),
        Copied("agreement suspended_by", of="AgreementSuspended", by="suspension", rule="D12"),
    )
    agreement: AgreementTag
    suspension: SuspensionTag
    suspended_by: str


class ReservationsResumed(Event, frozen=True):
    """That suspension was lifted. Another one stands as before."""

    TYPE: ClassVar[str] = "placement.ReservationsResumed.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Names("causation", of="AgreementResumed", by="suspension", rule="D12"),
        Copied("agreement", of="AgreementResumed", by="suspension", rule="D12"),
    )
    agreement: AgreementTag
    suspension: SuspensionTag
