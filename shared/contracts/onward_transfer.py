"""What is recorded before a person in custody is sent on to a third country (G5; T10).

The state that holds them asks, with the person's consent; the sending state agrees in intake, where
assessments and orders are; placement follows that, and the person may leave for a day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from shared.contracts.intake import CaseEvent
from shared.contracts.laws import Copied, Happened, Laws, Past, Says, Signed
from shared.contracts.placement import BY_WHO_HOLDS_THEM, CustodyEnded, CustodyEvent
from shared.kernel.codes import Country, Sha256
from shared.kernel.ids import CustodyId, EntryRef
from shared.kernel.rejected import Refusal

AGREED = "custody person onward consent agreed_at ends_at"


class OnwardTransferEvent(CustodyEvent, frozen=True):
    """A fact about sending a person on. A family."""

    LAWS: ClassVar[Laws] = (Copied("facility", of="CustodyAccepted", by="custody", rule="G5"),)
    onward: Country
    """Where the person is to be sent on to: neither of the two states."""


class OnwardTransferRequested(OnwardTransferEvent, frozen=True):
    """The state that holds a person asks to send them on, with their consent (G5)."""

    TYPE: ClassVar[str] = "placement.OnwardTransferRequested.v1"
    LAWS: ClassVar[Laws] = (
        BY_WHO_HOLDS_THEM,
        Says("requested_by", "actor", "G5"),
        Past("consented_on", "G5"),
    )
    consent: Sha256
    """Hash of the document in the vault in which the person consents to this country."""
    consented_on: date
    requested_by: str


class OnwardTransferAgreed(CaseEvent, frozen=True):
    """The sending state agrees that a person is sent on: a risk assessment in force covers that
    country, and no order stands (G5, G3). It is computed, and it is for a day.
    """

    TYPE: ClassVar[str] = "intake.OnwardTransferAgreed.v1"
    LAWS: ClassVar[Laws] = (
        Signed("sending", ("central-authority",), of="CustodyAccepted", by="custody", rule="G5"),
        Copied("person", of="CustodyAccepted", by="custody", rule="G5", required=True),
        Says("agreed_by", "actor", "G5"),
        Happened("agreed_at", "G5"),
    )
    custody: CustodyId
    onward: Country
    consent: Sha256
    """Hash of the consent that was asked with: it is agreed for no other."""
    assessment: Sha256
    """Hash of the risk assessment that covers the country."""
    agreed_at: datetime
    ends_at: datetime
    """Until when the person may leave: a day at most, and not after the assessment expires."""
    agreed_by: str


class OnwardAgreementRefused(CaseEvent, frozen=True):
    """The sending state would have agreed and a rule said no (G5, G3)."""

    TYPE: ClassVar[str] = "intake.OnwardAgreementRefused.v1"
    refusal: Refusal


class OnwardTransferAuthorised(OnwardTransferEvent, frozen=True):
    """Placement has followed the sending state's agreement to exactly what was asked (D12)."""

    TYPE: ClassVar[str] = "placement.OnwardTransferAuthorised.v1"
    LAWS: ClassVar[Laws] = (
        Says("agreed", "causation", "G5"),
        Copied(AGREED, of="OnwardTransferAgreed", by="agreed=ref", rule="G5", required=True),
        Copied(
            "onward consent", of="OnwardTransferRequested", by="custody", rule="G5", required=True
        ),
    )
    consent: Sha256
    agreed: EntryRef
    agreed_at: datetime
    ends_at: datetime


class OnwardTransferRefused(CustodyEvent, frozen=True):
    """Somebody would have sent a person on and a rule said no (G5; T10)."""

    TYPE: ClassVar[str] = "placement.OnwardTransferRefused.v1"
    refusal: Refusal


class OnwardTransferCompleted(CustodyEnded, frozen=True):
    """The person was sent on, while the sending state's agreement lasted: custody is over (G5)."""

    TYPE: ClassVar[str] = "placement.OnwardTransferCompleted.v1"
    EXIT: ClassVar[str] = "onward-transferred"
    LAWS: ClassVar[Laws] = (
        BY_WHO_HOLDS_THEM,
        Copied(
            "onward agreed", of="OnwardTransferAuthorised", by="custody", rule="G5", required=True
        ),
    )
    onward: Country
    """The state that is responsible from here on."""
    agreed: EntryRef
