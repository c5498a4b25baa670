"""Steps of a story: what becomes of an agreement that both states have signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.intake.domain.agreement.resume_agreement import RESUME_AGREEMENT, ResumeAgreement
from services.intake.domain.agreement.suspend_agreement import SUSPEND_AGREEMENT, SuspendAgreement
from services.intake.domain.agreement.terminate_agreement import (
    TERMINATE_AGREEMENT,
    TerminateAgreement,
)
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import AGREEMENT, suspension

if TYPE_CHECKING:
    from shared.kernel.actor import Actor

WORDS = {"agreement": AGREEMENT, "reference": "note-7"}


class Agreements(Asking):
    """Suspended, resumed, terminated."""

    def suspended(self, number: int, by: Actor) -> None:
        of = {**WORDS, "suspension": suspension(number)}
        self.act("intake", SUSPEND_AGREEMENT, SuspendAgreement, by, **of)

    def resumed(self, by: Actor) -> None:
        self.act("intake", RESUME_AGREEMENT, ResumeAgreement, by, **WORDS)

    def terminated(self, by: Actor) -> None:
        self.act("intake", TERMINATE_AGREEMENT, TerminateAgreement, by, **WORDS)
