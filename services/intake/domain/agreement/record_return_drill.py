"""The sending state shows that it can take people back, before it sends anybody (G24)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.intake.domain.agreement.state import AgreementState, binding, fold
from services.intake.domain.agreement.term import day_of
from services.intake.domain.parties import only_for
from shared.contracts.agreement_course import ReturnDrillRecorded
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId


class RecordReturnDrill(msgspec.Struct, frozen=True, kw_only=True):
    """Record a return that was practised from end to end, for one's own state."""

    agreement: AgreementId
    reference: Code
    held_on: date
    now: datetime
    actor: Actor


def _record(command: RecordReturnDrill, state: AgreementState) -> tuple[Event, ...]:
    document = binding(state, command.agreement, day_of(command.now))
    only_for(command.actor, document.parties.sending, "say that it has taken people back")
    recorded = ReturnDrillRecorded(
        agreement=document.ref,
        reference=command.reference,
        held_on=command.held_on,
        recorded_by=str(command.actor),
    )
    return (recorded,)


RECORD_RETURN_DRILL = Decider(
    boundary=lambda command: only(fold(command.agreement)), decide=_record
)
