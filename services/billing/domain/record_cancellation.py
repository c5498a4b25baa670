"""A late cancellation as the receiving state records it: nothing is owed yet (F13).

Who was taken off a manifest gave up one place, so it is recorded once, whatever paper says so:
again only when the first was denied, or taken back. Lateness is read from the clock that the
version in force on the day of the cancellation names for the facility (D6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from services.billing.domain import service
from services.billing.domain.record_service import (
    NotGivenYet,
    RecordingState,
    folds,
    in_force,
    priced,
)
from services.billing.domain.service import ServiceState
from shared.contracts.service import CancellationRecorded
from shared.kernel.actor import Actor
from shared.kernel.codes import Code, Sha256
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider, Reading
from shared.kernel.ids import AgreementRef, CaseId, EntryRef, FacilityId, ManifestId, ServiceId
from shared.kernel.rejected import Conflict, Unknown
from shared.tariff.fact import Cancellation

if TYPE_CHECKING:
    from datetime import date, datetime

    from shared.kernel.event import Event


class FacilityNotAgreed(Unknown):
    """The version in force names no such facility: no clock says what was late there."""

    RULE = "F13"


class PlaceAlreadyGivenUp(Conflict):
    """Who was taken off a manifest gave up one place: it is charged once, on one paper (F13)."""

    RULE = "F13"


class RecordCancellation(msgspec.Struct, frozen=True, kw_only=True):
    """Record that somebody was taken off a manifest late: `removed` is intake's entry of it."""

    service: ServiceId
    agreement: AgreementRef
    manifest: ManifestId
    case: CaseId
    facility: FacilityId
    removed: EntryRef
    held_for: date
    cancelled_at: datetime
    because_of_a_hold: bool
    reference: Code
    document: Sha256
    now: datetime
    actor: Actor


class GivingUpState(msgspec.Struct, frozen=True):
    """What any recording depends on, and what became of this place before."""

    recording: RecordingState
    before: ServiceState


def _boundary(command: RecordCancellation) -> Reading[GivingUpState]:
    passenger = service.of_passenger(command.manifest, command.case)
    states: Any = yield (*folds(command), passenger)
    *recording, before = states
    if before.recorded is not None:
        before = yield from service.fold(before.recorded.service)
    return GivingUpState(RecordingState(*recording), before)


def _decide(command: RecordCancellation, state: GivingUpState) -> tuple[Event, ...]:
    if command.cancelled_at > command.now:
        message = f"{command.cancelled_at.isoformat()} has not come: record it when it has"
        raise NotGivenYet(message, rule="F13")
    recording = state.recording
    cancelled = Cancellation(
        held_for=command.held_for,
        cancelled_at=command.cancelled_at,
        timezone=_zone(command, recording),
        cause="hold" if command.because_of_a_hold else "requested",
    )
    signed = priced(command, recording, cancelled)
    _is_first(state.before)
    recorded = CancellationRecorded(
        service=command.service,
        agreement=signed.agreement,
        manifest=command.manifest,
        case=command.case,
        facility=command.facility,
        removed=command.removed,
        cancelled=cancelled,
        reference=command.reference,
        document=command.document,
        recorded_by=str(command.actor),
    )
    return (recorded,)


RECORD_CANCELLATION: Decider[RecordCancellation, GivingUpState] = Decider(
    boundary=_boundary, decide=_decide
)


def _zone(command: RecordCancellation, state: RecordingState) -> str:
    """The clock at the facility, as the version of the day says it."""
    day = utc_date(command.cancelled_at)
    signed = in_force(command, state, day) or state.terms.named(command.agreement)
    zones = {agreed.facility: agreed.timezone for agreed in signed.facilities}
    zone = zones.get(command.facility)
    if zone is None:
        message = f"{signed.agreement} names no facility {command.facility!r}: name the one agreed"
        raise FacilityNotAgreed(message)
    return zone


def _is_first(before: ServiceState) -> None:
    recorded = before.recorded
    if recorded is None or not before.stands:
        return
    message = (
        f"this place is recorded as service {recorded.service}, with paper {recorded.reference}:"
        " record it again only if that one is denied, or withdrawn"
    )
    raise PlaceAlreadyGivenUp(message)
