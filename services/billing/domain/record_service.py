"""A service as the receiving state records it, with its paper: nothing is owed yet.

It has to be one that the signed terms have a price for, with its paper, and each paper once (F11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from services.billing.domain import account, accounting_periods, service, terms
from services.billing.domain.account import AccountState
from services.billing.domain.service import ServiceState
from services.billing.domain.terms import TermsState
from shared.contracts.service import ServiceRecorded
from shared.kernel.actor import Actor
from shared.kernel.codes import Code, Sha256
from shared.kernel.dates import ONE_DAY, DatePeriod
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, EntryRef, ServiceId, agreement_of
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken
from shared.tariff.fact import Cancellation, Occasion, Occurred, Service
from shared.tariff.pricing import price

if TYPE_CHECKING:
    from datetime import date, datetime

    from shared.contracts.billing import TermsActivated
    from shared.kernel.decider import Fold
    from shared.kernel.event import Event


class NotTheProvider(NotAllowed):
    """Only the state that gave a service, or held a place, says so."""


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


class Recording(Protocol):
    """Whatever is recorded with a paper, for one to be paid for it."""

    @property
    def agreement(self) -> AgreementRef:
        """A version, or the latest."""
        ...

    @property
    def reference(self) -> Code:
        """The paper's number."""
        ...

    @property
    def actor(self) -> Actor:
        """Who records it."""
        ...


class RecordingState(msgspec.Struct, frozen=True):
    """The signed terms, what was borne under them, and whether the paper is recorded."""

    terms: TermsState
    account: AccountState
    paper: ServiceState


def folds(command: Recording) -> tuple[Fold[Any], ...]:
    """What any recording depends on, in the order of the state's fields."""
    agreement = agreement_of(command.agreement)
    paper = service.under(agreement, command.reference)
    return terms.fold(agreement), account.fold(agreement), paper


def _boundary(command: RecordService) -> Boundary[RecordingState]:
    return Boundary(folds(command), RecordingState)


def _decide(command: RecordService, state: RecordingState) -> tuple[Event, ...]:
    if command.given.on > accounting_periods.latest_date(command.now):
        message = f"{command.given.on} is in the future: record a service when it has been given"
        raise NotGivenYet(message)
    signed = priced(command, state, command.given)
    recorded = ServiceRecorded(
        service=command.service,
        agreement=signed.agreement,
        given=command.given,
        reference=command.reference,
        document=command.document,
        recorded_by=str(command.actor),
    )
    return (recorded,)


RECORD_SERVICE: Decider[RecordService, RecordingState] = Decider(boundary=_boundary, decide=_decide)


def in_force(command: Recording, state: RecordingState, day: date) -> TermsActivated | None:
    """The version of the day, in the currency of the one that is named (D6)."""
    named = state.terms.named(command.agreement)
    return state.terms.in_force(DatePeriod(day, day + ONE_DAY), named.tariff.currency)


def priced(command: Recording, state: RecordingState, occasion: Occasion) -> TermsActivated:
    """The version of the day, which has a price for it; refused unless the state that is paid says
    so, with a paper that is not recorded.
    """
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
    signed = in_force(command, state, occasion.day)
    fact = Occurred(occasion, (EntryRef(""),))
    if signed is None or not price(signed.tariff.components, fact, state.account.tally):
        raise NotChargedByTheTerms(
            f"the terms of {named.agreement} have no price for this on {occasion.day}: a service is"
            " charged with the name, unit and paper that was signed, a cancellation only strictly"
            " after the hour that was signed and never because of an order",
            rule="F13" if isinstance(occasion, Cancellation) else "F11",
        )
    return signed
