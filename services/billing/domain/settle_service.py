"""What the sending state says of a recorded service: approved, and so charged, or denied (F11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from services.billing.domain import ledger, service
from services.billing.domain.fee import occasion_charged
from services.billing.domain.ledger import Ledger
from services.billing.domain.service import ServiceState
from shared.contracts.service import CancellationRecorded, ServiceApproved, ServiceDenied
from shared.kernel.actor import Actor
from shared.kernel.codes import Slug
from shared.kernel.decider import Decider, Reading
from shared.kernel.ids import EntryRef, ServiceId, agreement_of
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown
from shared.tariff.fact import Occurred
from shared.tariff.pricing import price

if TYPE_CHECKING:
    from shared.contracts.billing import TermsActivated
    from shared.contracts.service import OccasionRecorded
    from shared.kernel.event import Event


class ServiceUnknown(Unknown):
    """Nothing is recorded under this id."""


class ServiceAlreadySettled(Conflict):
    """A service is approved or denied once."""


class NotTheReceiverOfTheService(NotAllowed):
    """Only the state that would pay for a service approves or denies it."""


class NoPriceLeft(RuleBroken):
    """What the signed terms have no price for is never owed."""

    RULE = "F11"


class ApproveService(msgspec.Struct, frozen=True, kw_only=True):
    """It happened so: charge it. `recorded` is the entry that says it, as the list shows it."""

    service: ServiceId
    recorded: EntryRef
    actor: Actor


class DenyService(msgspec.Struct, frozen=True, kw_only=True):
    """It is not charged."""

    service: ServiceId
    recorded: EntryRef
    reason: Slug
    actor: Actor


class OfService(Protocol):
    """Whatever is said of a service that was recorded."""

    @property
    def service(self) -> ServiceId:
        """Which one."""
        ...


class SettlingState(msgspec.Struct, frozen=True):
    """What was recorded, and the ledger that bears it."""

    service: ServiceState
    ledger: Ledger | None


def boundary(command: OfService) -> Reading[SettlingState]:
    """The service, and the ledger of the agreement that it was recorded under."""
    recorded = yield from service.fold(command.service)
    if recorded.recorded is None:
        return SettlingState(recorded, None)
    folds = ledger.folds(agreement_of(recorded.recorded.agreement))
    states: Any = yield folds
    return SettlingState(recorded, Ledger(*states))


def _approve(command: ApproveService, state: SettlingState) -> tuple[Event, ...]:
    recorded, book, signed = _open(command, state)
    fact = Occurred(recorded.occasion, evidence(recorded, command.recorded))
    prices = price(signed.tariff.components, fact, book.account.tally)
    if not prices:
        message = f"the terms of {signed.agreement} have no price left for it: deny it"
        raise NoPriceLeft(message)
    period = book.bearing(recorded.occasion.day)
    approved = ServiceApproved(
        service=command.service,
        agreement=signed.agreement,
        recorded=command.recorded,
        period=period,
        recorded_by=recorded.recorded_by,
        settled_by=str(command.actor),
    )
    fees = (
        occasion_charged(signed, priced, fact, period, recorded.recorded_by) for priced in prices
    )
    return (approved, *fees)


def _deny(command: DenyService, state: SettlingState) -> tuple[Event, ...]:
    _, _, signed = _open(command, state)
    denied = ServiceDenied(
        service=command.service,
        agreement=signed.agreement,
        recorded=command.recorded,
        reason=command.reason,
        settled_by=str(command.actor),
    )
    return (denied,)


APPROVE_SERVICE: Decider[ApproveService, SettlingState] = Decider(
    boundary=boundary, decide=_approve
)
DENY_SERVICE: Decider[DenyService, SettlingState] = Decider(boundary=boundary, decide=_deny)


def _open(
    command: ApproveService | DenyService, state: SettlingState
) -> tuple[OccasionRecorded, Ledger, TermsActivated]:
    recorded, book = state.service.recorded, state.ledger
    if recorded is None or book is None:
        message = f"there is no service {command.service}"
        raise ServiceUnknown(message)
    signed = book.terms.signed(recorded.agreement)
    if command.actor.party != signed.parties.sending:
        message = f"{signed.parties.sending} pays under {signed.agreement}: its authority settles"
        raise NotTheReceiverOfTheService(message)
    if state.service.settled is not None:
        message = f"service {command.service} is settled already, by {state.service.settled.TYPE}"
        raise ServiceAlreadySettled(message)
    return recorded, book, signed


def evidence(recorded: OccasionRecorded, entry: EntryRef) -> tuple[EntryRef, ...]:
    """The entry that recorded it, and after intake's that it rests on, where there is one."""
    if isinstance(recorded, CancellationRecorded):
        return recorded.removed, entry
    return (entry,)
