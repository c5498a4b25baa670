"""What intake records of a case whose person placement does not have, or has no longer (D2)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from shared.contracts.intake import UNDER_WAY, CaseEvent, ManifestTag
from shared.contracts.laws import Copied, Laws, Names, Says
from shared.kernel.ids import CustodyId, EntryRef


class CaseRefusedAtArrival(CaseEvent, frozen=True):
    """The receiving state did not take the person over: the sending state has them, and takes them
    back. The case stays open until it has (G13; T4).
    """

    TYPE: ClassVar[str] = "intake.CaseRefusedAtArrival.v1"
    LAWS: ClassVar[Laws] = (
        Says("refused", "causation", "G13"),
        Names("refused", of="ArrivalRefused", by="custody", rule="G13"),
        Copied("person agreement", of="ArrivalRefused", by="custody", rule="ledger"),
        Copied("manifest", of="PersonManifested", by="case", rule="G13"),
    )
    manifest: ManifestTag
    custody: Annotated[CustodyId, UNDER_WAY]
    refused: EntryRef


class CaseReturned(CaseEvent, frozen=True):
    """The sending state has the person back, and may propose them in a new case (D2)."""

    TYPE: ClassVar[str] = "intake.CaseReturned.v1"
    LAWS: ClassVar[Laws] = (
        Says("completed", "causation", "D2"),
        Names("completed", of="ReturnCompleted", by="custody", rule="D2"),
        Copied("person agreement", of="ReturnCompleted", by="custody", rule="ledger"),
        Copied("returned_at=ended_at", of="ReturnCompleted", by="custody", rule="D2"),
    )
    custody: CustodyId
    completed: EntryRef
    returned_at: datetime | None = None
    """When the sending state had the person: how long it is kept who they are counts from it, and
    has no end where it is not said.
    """
