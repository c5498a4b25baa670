"""A person is not taken over at arrival: the sending state keeps them, and takes them back (T4).

It depends on what placement's own log says and on nothing else: no hold, no money and no other
service.
"""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.accept_custody import Handover
from services.placement.domain.custody.state import (
    ArrivalRefusedAlready,
    CustodyAlreadyAccepted,
    CustodyCommand,
    CustodyIsUnknown,
)
from services.placement.domain.facility import state as facility_state
from services.placement.domain.facility.state import FacilityState
from services.placement.domain.returns.ordering import OrderGiven, return_ordered
from shared.contracts.arrival import ArrivalGround, ArrivalRefused
from shared.contracts.placement import HandoverPending
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.codes import Code, Sha256
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.rejected import NotAllowed, RuleBroken


class NothingToRefuse(RuleBroken):
    """An arrival is refused once the sending state has offered the person: until then it has them
    and nobody was asked.
    """

    RULE = "G13"


class RefusedForAnotherState(NotAllowed):
    """The state that was to take the person over refuses it, and no other."""

    RULE = "G13"


class RefusedBeforeOffer(RuleBroken):
    """Nobody is refused before they were offered."""

    RULE = "G13"


class RefusedInTheFuture(RuleBroken):
    """A refusal is a fact: it is recorded when it has happened, not before."""

    RULE = "G13"


class RefuseArrival(CustodyCommand, frozen=True, kw_only=True):
    """Do not take a person over, on a coded ground that a document in the vault shows."""

    refused_at: datetime
    ground: ArrivalGround
    reference: Code
    evidence: Sha256


def _boundary(command: RefuseArrival) -> Reading[Handover]:
    custody = yield from custody_state.fold(command.custody)
    if custody.offered is None:
        return Handover(custody, FacilityState())
    facility = yield from facility_state.fold(custody.offered.facility)
    return Handover(custody, facility)


def _refuse(command: RefuseArrival, state: Handover) -> tuple[Event, ...]:
    offer = _offer(command, state)
    refused = ArrivalRefused(
        custody=offer.custody,
        person=offer.person,
        agreement=offer.agreement,
        facility=offer.facility,
        offer=offer.offer,
        sending=offer.sending,
        receiving=offer.receiving,
        refused_at=command.refused_at,
        ground=command.ground,
        reference=command.reference,
        evidence=command.evidence,
        place_was_reserved=state.custody.reserved is not None,
        refused_by=str(command.actor),
    )
    given = OrderGiven(
        ground="arrival-refused",
        reference=command.reference,
        ordered_at=command.refused_at,
        ordered_by=str(command.actor),
    )
    return refused, return_ordered(given, offer, state.facility)


def _offer(command: RefuseArrival, state: Handover) -> HandoverPending:
    """What is refused: an offer of the sending state that nobody has answered."""
    custody, offer = state.custody, state.custody.offered
    if custody.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if offer is None:
        raise NothingToRefuse(
            f"the sending state has not offered custody {command.custody}, and is responsible: tell"
            " it before the journey, as an answer to the case"
        )
    if command.actor.party != offer.receiving:
        raise RefusedForAnotherState(
            f"{offer.receiving} was to take this person over: {command.actor.party} cannot refuse"
        )
    if custody.accepted:
        raise CustodyAlreadyAccepted(
            f"custody was accepted at {custody.accepted.accepted_at.isoformat()}: whoever is to go"
            " back now takes an order of return"
        )
    if custody.refused:
        raise ArrivalRefusedAlready(
            f"the arrival was refused at {custody.refused.refused_at.isoformat()}"
            f" ({custody.refused.ground})"
        )
    if command.refused_at < offer.offered_at:
        raise RefusedBeforeOffer(f"it was offered at {offer.offered_at.isoformat()}: not before")
    if command.refused_at > command.now + MAX_CLOCK_SKEW:
        raise RefusedInTheFuture("record the refusal once it has happened")
    return offer


REFUSE_ARRIVAL = Decider(boundary=_boundary, decide=_refuse)
