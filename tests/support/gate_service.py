"""Intake as a process of its own for tests: as it is, and with its gate weakened on purpose."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from services.intake import app as intake
from services.intake.domain import agreement, holds_in_force
from services.intake.domain.case import state as case
from services.intake.domain.clearance import ClearanceState
from services.intake.domain.gate import GateState
from services.intake.domain.manifest import state as manifest
from services.intake.domain.manifest.board_person import BoardPerson
from services.intake.settings import IntakeSettings
from shared.kernel.decider import Boundary, Decider
from shared.ledger.runner import CommandRunner
from shared.messaging.memory import MemoryBroker
from shared.service import log_service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from services.intake.domain.agreement import AgreementState
    from services.intake.domain.case.state import CaseState
    from services.intake.domain.holds_in_force import HoldsState
    from services.intake.domain.manifest.state import ManifestState
    from shared.ledger.provenance import Idempotency, Provenance
    from shared.ledger.row_changes import RowChange
    from shared.ledger.work import Outcome


class HoldsCheckedBeforehand(CommandRunner):
    """Reads the holds first and leaves them out of the boundary: the check that G1 rules out."""

    async def run(
        self,
        decider: Decider[Any, Any],
        command: Any,  # noqa: ANN401 - any decider's command
        provenance: Provenance,
        idempotency: Idempotency | None = None,
        rows: Sequence[RowChange] = (),
    ) -> Outcome:
        """Decide a boarding by the holds as they were a moment ago."""
        if isinstance(command, BoardPerson):
            one = command.traveller
            seen = await self.state(holds_in_force.on_departure(command.destination, one.person))
            decider = Decider(partial(_boundary_without_holds, seen), decider.decide)
        return await super().run(decider, command, provenance, idempotency, rows)


def _boundary_without_holds(seen: HoldsState, command: BoardPerson) -> Boundary[GateState]:
    def combine(journey: ManifestState | None, terms: AgreementState, one: CaseState) -> GateState:
        return GateState(journey, terms, (ClearanceState(one, seen),))

    folds = (
        manifest.fold(command.manifest),
        agreement.fold(command.agreement),
        case.fold(command.traveller.case),
    )
    return Boundary(folds, combine)


def sound() -> FastAPI:
    """Intake as it is; its log goes to a broker of its own."""
    return intake.assemble(IntakeSettings.read(os.environ), MemoryBroker())


def weakened() -> FastAPI:
    """Intake with a boarding decision whose query does not see later holds."""
    vars(log_service)["CommandRunner"] = HoldsCheckedBeforehand
    return sound()
