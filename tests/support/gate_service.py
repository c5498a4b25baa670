"""Intake as a process of its own for tests: as it is, and with its gate weakened on purpose."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from services.intake import app as intake
from services.intake.domain import holds_in_force
from services.intake.domain.agreement import state as agreement
from services.intake.domain.case import state as case
from services.intake.domain.clearance.state import ClearanceState, Traveller
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest.board_person import BoardingState, BoardPerson
from services.intake.domain.manifest.gate import GateState
from services.intake.settings import IntakeSettings
from shared.contracts.hold import CountryScope
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import agreement_of
from shared.ledger.runner import CommandRunner
from shared.messaging.memory import MemoryBroker
from shared.service import log_service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from services.intake.domain.agreement.state import AgreementState
    from services.intake.domain.case.state import CaseState
    from services.intake.domain.manifest.journey import Journey
    from services.intake.domain.manifest.passenger import Passenger
    from shared.database.row_changes import RowChange
    from shared.kernel.ids import AgreementRef
    from shared.ledger.recorded import Idempotency, Provenance
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
            journey = await self.state(journeys.fold(command.manifest))
            passenger = await self.state(passengers.fold(command.manifest, command.case))
            if journey is not None and passenger is not None:
                theirs = holds_in_force.on_departure(journey.receiving, passenger.person)
                country = holds_in_force.of_scope(CountryScope(journey.receiving).tag)
                asserted = [await self.state(fold) for fold in (theirs, country)]
                seen = HoldsState(tuple(hold for each in asserted for hold in each.standing))
                boundary = partial(_boundary_without_holds, seen, journey.agreement)
                decider = Decider(boundary, decider.decide)
        return await super().run(decider, command, provenance, idempotency, rows)


def _boundary_without_holds(
    seen: HoldsState, ref: AgreementRef, command: BoardPerson
) -> Boundary[BoardingState]:
    def combine(
        journey: Journey, passenger: Passenger, terms: AgreementState, now: CaseState
    ) -> BoardingState:
        people = (Traveller(command.case, passenger.person),)
        state = GateState(journey, terms, people, (ClearanceState(now, seen),))
        return BoardingState(passenger, state)

    folds = (
        journeys.fold(command.manifest),
        passengers.fold(command.manifest, command.case),
        agreement.fold(agreement_of(ref)),
        case.fold(command.case),
    )
    return Boundary(folds, combine)


def sound() -> FastAPI:
    """Intake as it is; its log goes to a broker of its own."""
    return intake.assemble(IntakeSettings.read(os.environ), MemoryBroker())


def weakened() -> FastAPI:
    """Intake with a boarding decision whose query does not see later holds."""
    vars(log_service)["CommandRunner"] = HoldsCheckedBeforehand
    return sound()
