"""What intake records of judgments: the legal basis of a transfer (G6)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.intake import CaseFact
from shared.contracts.laws import Laws, Past
from shared.kernel.bounds import DaysRemaining
from shared.kernel.codes import Code, OffenceCode


class LegalBasisRecorded(CaseFact, frozen=True):
    """The judgment that the transfer rests on (G6)."""

    TYPE: ClassVar[str] = "intake.LegalBasisRecorded.v2"
    FORMERLY: ClassVar[tuple[str, ...]] = ("intake.LegalBasisRecorded.v1",)
    LAWS: ClassVar[Laws] = (Past("judged_on counted_on", "G6"),)
    court: Code
    reference: Code
    judged_on: date
    final_on: date | None
    """The day from which nobody can appeal; without one the judgment is not final."""
    offence: OffenceCode
    days_remaining: DaysRemaining
    counted_on: date | None
    """The day on which so many days remained; where none was said, that of the judgment: from there
    they run out soonest, so that a sentence which ended is ended.
    """
