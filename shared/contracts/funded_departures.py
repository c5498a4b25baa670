"""What intake records of an agreement whose money has run out: nobody departs under it (D12)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.intake import AgreementTag
from shared.contracts.laws import Copied, Laws, Says
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef


class DeparturesUnfunded(Event, frozen=True):
    """From here no journey is planned under the agreement and nobody departs on one."""

    TYPE: ClassVar[str] = "intake.DeparturesUnfunded.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Says("exhausted", "causation", "D12"),
        Copied("agreement", of="FundingExhausted", by="exhausted=ref", rule="D12", required=True),
    )
    agreement: AgreementTag
    exhausted: EntryRef


class DeparturesFunded(Event, frozen=True):
    """There is money again: the gate is as open as any."""

    TYPE: ClassVar[str] = "intake.DeparturesFunded.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Says("restored", "causation", "D12"),
        Copied("agreement", of="FundingRestored", by="restored=ref", rule="D12", required=True),
    )
    agreement: AgreementTag
    restored: EntryRef
