"""What intake records of judgments now: what remains of a sentence has a date."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.intake import LegalBasisRecorded


class DatedLegalBasisRecorded(LegalBasisRecorded, frozen=True):
    """The judgment that the transfer rests on, and the day that its remaining days count from (G6).

    A `LegalBasisRecorded` without a date is read as it was written: its days remain.
    """

    TYPE: ClassVar[str] = "intake.DatedLegalBasisRecorded.v1"
    as_of: date
