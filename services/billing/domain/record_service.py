"""A service or a late cancellation as the receiving state records it: nothing is owed yet.

It has to be one that the signed terms have a price for, with its paper, and each paper once (F11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import account, accounting_periods, service, terms
from services.billing.domain.account import AccountState
from services.billing.domain.service import ServiceState
from services.billing.domain.terms import TermsState
from shared.contracts.billing import TermsActivated
from shared.contracts.service import CancellationRecorded, ServiceRecorded
from shared.kernel.actor import Actor
from shared.kernel.codes import Code, Sha256
from shared.kernel.dates import ONE_DAY, DatePeriod
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    EntryRef,
    FacilityId,
    ManifestId,
    ServiceId,
    agreement_of,
)
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown
from shared.tariff.fact import Cancellation, Occasion, Occurred, Service
from shared.tariff.pricing import price

if TYPE_CHECKING:
    from datetime import date, datetime

    from shared.kernel.event import Event


class NotTheProvider(NotAllowed):
    """Only the state that gave a service, or held a place, says so."""


class FacilityNotAgreed(Unknown):
    """The version in force names no such facility: no clock says what was late there."""

    RULE = "F13"


class PaperAlreadyRecorded(Conflict):
    """One paper is one service: it is recorded once (F11)."""

    RULE = "F11"


class NotGivenYet(RuleBroken):
    """What has not happened is not a fact."""

    RULE = "F11"


class NotChargedByTheTerms(RuleBroken):
    """What the signed terms have no price for is never owed (F11, F13)."""

    RULE = "F11"


class RecordService(msgspec.Struct, frozen=True, kw_only=True):
    """Record a service with the paper that says so. `agreement` names a version, or the latest."""

    service: ServiceId
    agreement: AgreementRef
    given: Service
    reference: Code
    document: Sha256
    now: datetime
    actor: Actor


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


class RecordingState(msgspec.Struct, frozen=True):
    """The signed terms, what was borne under them, and whether the paper is recorded."""

    terms: TermsState
    account: AccountState
    paper: ServiceState


def _boundary(command: RecordService | RecordCancellation) -> Boundary[RecordingState]:
    agreement = agreement_of(command.agreement)
    return Boundary(
        (
            terms.fold(agreement),
            account.fold(agreement),
            service.under(agreement, command.reference),
        ),
        RecordingState,
    )


def _record_service(command: RecordService, state: RecordingState) -> tuple[Event, ...]:
    if command.given.on > accounting_periods.latest_date(command.now):
        message = f"{command.given.on} is in the future: record a service when it has been given"
        raise NotGivenYet(message)
    signed = _priced(command, state, command.given)
    recorded = ServiceRecorded(
        service=command.service,
        agreement=signed.agreement,
        given=command.given,
        reference=command.reference,
        document=command.document,
        recorded_by=str(command.actor),
    )
    return (recorded,)


def _record_cancellation(command: RecordCancellation, state: RecordingState) -> tuple[Event, ...]:
    if command.cancelled_at > command.now:
        message = f"{command.cancelled_at.isoformat()} has not come: record it when it has"
        raise NotGivenYet(message, rule="F13")
    cancelled = Cancellation(
        held_for=command.held_for,
        cancelled_at=command.cancelled_at,
        timezone=_zone(command, state.terms.named(command.agreement)),
        cause="hold" if command.because_of_a_hold else "requested",
    )
    signed = _priced(command, state, cancelled)
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


RECORD_SERVICE: Decider[RecordService, RecordingState] = Decider(
    boundary=_boundary, decide=_record_service
)
RECORD_CANCELLATION: Decider[RecordCancellation, RecordingState] = Decider(
    boundary=_boundary, decide=_record_cancellation
)


def _zone(command: RecordCancellation, signed: TermsActivated) -> str:
    zones = {agreed.facility: agreed.timezone for agreed in signed.facilities}
    zone = zones.get(command.facility)
    if zone is None:
        message = f"{signed.agreement} names no facility {command.facility!r}: name the one agreed"
        raise FacilityNotAgreed(message)
    return zone


def _priced(
    command: RecordService | RecordCancellation, state: RecordingState, occasion: Occasion
) -> TermsActivated:
    """The version in force that has a price for it."""
    named = state.terms.named(command.agreement)
    if command.actor.party != named.parties.receiving:
        message = f"{named.parties.receiving} is paid under {named.agreement}: its registry records"
        raise NotTheProvider(message)
    if state.paper.recorded is not None:
        message = (
            f"paper {command.reference} is recorded as service {state.paper.recorded.service}:"
            " a further service has a paper of its own"
        )
        raise PaperAlreadyRecorded(message)
    days = DatePeriod(occasion.day, occasion.day + ONE_DAY)
    signed = state.terms.in_force(days, named.tariff.currency)
    fact = Occurred(occasion, (EntryRef(""),))
    if signed is None or not price(signed.tariff.components, fact, state.account.tally):
        raise NotChargedByTheTerms(
            f"the terms of {named.agreement} have no price for this on {occasion.day}: a service is"
            " charged with the name, unit and paper that was signed, a cancellation only strictly"
            " after the hour that was signed and never because of an order",
            rule="F13" if isinstance(occasion, Cancellation) else "F11",
        )
    return signed
