"""An approved service taken back by the state that recorded it: what was charged is reversed (F11).

It is against the interest of the state that says so, and so takes no other one's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import settle_service
from services.billing.domain.fee import occasion_withdrawn
from services.billing.domain.record_service import NotTheProvider
from services.billing.domain.settle_service import ServiceUnknown, SettlingState, evidence
from shared.contracts.service import ServiceApproved, ServiceWithdrawn
from shared.kernel.actor import Actor
from shared.kernel.codes import Slug
from shared.kernel.decider import Decider
from shared.kernel.ids import EntryRef, ServiceId
from shared.kernel.rejected import Conflict
from shared.tariff.fact import Occurred
from shared.tariff.pricing import taken_back

if TYPE_CHECKING:
    from shared.kernel.event import Event


class NothingToWithdraw(Conflict):
    """Only what was approved, and so charged, is taken back, once (F11)."""

    RULE = "F11"


class WithdrawService(msgspec.Struct, frozen=True, kw_only=True):
    """It was recorded wrongly: give back what it was charged with. `recorded` and `approved` are
    the entries that say it, as the list shows them.
    """

    service: ServiceId
    recorded: EntryRef
    approved: EntryRef | None
    reason: Slug
    actor: Actor


def _decide(command: WithdrawService, state: SettlingState) -> tuple[Event, ...]:
    recorded, book, settled = state.service.recorded, state.ledger, state.service.settled
    if recorded is None or book is None:
        message = f"there is no service {command.service}"
        raise ServiceUnknown(message)
    signed = book.terms.signed(recorded.agreement)
    if command.actor.party != signed.parties.receiving:
        message = f"{signed.parties.receiving} is paid under {signed.agreement}: its registry takes"
        raise NotTheProvider(f"{message} back what it recorded")
    approved = command.approved
    is_charged = isinstance(settled, ServiceApproved) and state.service.withdrawn is None
    if approved is None or not is_charged:
        message = (
            f"service {command.service} is not charged: only what was approved is taken back, once;"
            " what waits is denied by the state that would pay"
        )
        raise NothingToWithdraw(message)
    period = book.bearing(recorded.occasion.day)
    withdrawn = ServiceWithdrawn(
        service=command.service,
        agreement=signed.agreement,
        approved=approved,
        period=period,
        reason=command.reason,
        withdrawn_by=str(command.actor),
    )
    fact = Occurred(recorded.occasion, evidence(recorded, command.recorded))
    prices = taken_back(signed.tariff.components, fact, book.account.tally)
    fees = (occasion_withdrawn(signed, priced, fact, period, approved) for priced in prices)
    return (withdrawn, *fees)


WITHDRAW_SERVICE: Decider[WithdrawService, SettlingState] = Decider(
    boundary=settle_service.boundary, decide=_decide
)
