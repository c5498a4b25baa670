"""Steps of a story: what becomes of an agreement that both states have signed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from services.intake.domain.agreement.record_return_drill import (
    RECORD_RETURN_DRILL,
    RecordReturnDrill,
)
from services.intake.domain.agreement.resume_agreement import RESUME_AGREEMENT, ResumeAgreement
from services.intake.domain.agreement.suspend_agreement import SUSPEND_AGREEMENT, SuspendAgreement
from services.intake.domain.agreement.terminate_agreement import (
    TERMINATE_AGREEMENT,
    TerminateAgreement,
)
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import AGREEMENT, AUTHORITY, suspension

if TYPE_CHECKING:
    from shared.kernel.actor import Actor

WORDS: dict[str, Any] = {"agreement": AGREEMENT, "reference": "note-7"}


class Agreements(Asking):
    """Its return drill, suspended, resumed, terminated."""

    def suspended(self, number: int, by: Actor) -> None:
        of = {**WORDS, "suspension": suspension(number)}
        self.act("intake", SUSPEND_AGREEMENT, SuspendAgreement, by, **of)

    def resumed(self, by: Actor) -> None:
        self.act("intake", RESUME_AGREEMENT, ResumeAgreement, by, **WORDS)

    def terminated(self, by: Actor) -> None:
        self.act("intake", TERMINATE_AGREEMENT, TerminateAgreement, by, **WORDS)

    def drilled(self) -> None:
        drill = {**WORDS, "held_on": date(2025, 3, 10)}
        self.act("intake", RECORD_RETURN_DRILL, RecordReturnDrill, AUTHORITY, **drill)
