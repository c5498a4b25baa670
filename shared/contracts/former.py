"""Earlier versions of event types, as entries of them stay for ever. Nobody records one any more.

What they are read as, `shared.contracts.upcasting` says.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.intake import CaseFact
from shared.kernel.bounds import DaysRemaining
from shared.kernel.codes import Code, OffenceCode


class LegalBasisRecordedV1(CaseFact, frozen=True):
    """A judgment that was final or not, and days that remained on a day which nobody wrote down."""

    TYPE: ClassVar[str] = "intake.LegalBasisRecorded.v1"
    court: Code
    reference: Code
    judged_on: date
    final: bool
    offence: OffenceCode
    days_remaining: DaysRemaining
