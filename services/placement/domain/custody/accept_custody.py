"""The receiving state's signature, on the same words as the sending state's (G13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import (
    CustodyAlreadyAccepted,
    CustodyCommand,
    CustodyIsUnknown,
    CustodyState,
)
from services.placement.domain.facility import state as facility_state
from services.placement.domain.facility.agreed_zone import another_zone, of_version
from services.placement.domain.facility.free_place import no_place
from services.placement.domain.facility.state import FacilityState
from shared.contracts.manifest import Custodian
from shared.contracts.placement import CustodyAccepted, HandoverPending, HandoverRefused
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import local_date, utc_date
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import Conflict, Finding, RuleBroken


class HeldElsewhere(Conflict):
    """The person was offered to another facility in the meantime."""


class NoHandoverOffered(RuleBroken):
    """Custody is not taken without the sending state's signature."""

    RULE = "G13"


class SignedForAnotherState(RuleBroken):
    """The receiving state signs for itself, with the registry of its own facility."""

    RULE = "G13"


class CustodianDiffers(RuleBroken):
    """Both signatures name the same custodian and the same responsible state."""

    RULE = "G13"


class AcceptedBeforeOffer(RuleBroken):
    """Until the handover was offered the sending state is responsible."""

    RULE = "G13"


class ArrivalWasRefused(RuleBroken):
    """Whom the receiving state refused stays with the sending one: another journey, another
    handover.
    """

    RULE = "G13"


class AcceptedInTheFuture(RuleBroken):
    """An acceptance is a fact: it is recorded when it has happened, not before."""

    RULE = "G13"


class AcceptCustody(CustodyCommand, frozen=True, kw_only=True):
    """Sign for the receiving state, from the minute it took the person over."""

    facility: FacilityId
    accepted_at: datetime
    custodian: Custodian


class Handover(msgspec.Struct, frozen=True):
    """A person's stay and the facility that takes them in."""

    custody: CustodyState
    facility: FacilityState


def _handover(command: AcceptCustody) -> Boundary[Handover]:
    folds = (custody_state.fold(command.custody), facility_state.fold(command.facility))
    return Boundary(folds, Handover)


def _accept(command: AcceptCustody, state: Handover) -> tuple[Event, ...]:
    known, offer = state.custody.known, state.custody.offered
    if known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if known.facility != command.facility:
        raise HeldElsewhere(f"this person is expected at {known.facility}: ask again")
    if state.custody.accepted:
        raise CustodyAlreadyAccepted(
            f"custody was accepted at {state.custody.accepted.accepted_at.isoformat()}"
        )

    def refused(broken: RuleBroken) -> RuleBroken:
        return broken.on_record(
            lambda refusal: HandoverRefused(
                custody=known.custody,
                person=known.person,
                agreement=known.agreement,
                facility=known.facility,
                refusal=refusal,
            )
        )

    if offer is None:
        raise refused(_not_theirs(command, state) or _not_offered(command))
    broken = _was_refused(state) or _not_theirs(command, state) or _not_the_same(command, offer)
    broken = broken or _dated_otherwise(command, offer, state.facility) or _full(command, state)
    if broken:
        raise refused(broken)
    return (_accepted(command, offer, state),)


def _was_refused(state: Handover) -> RuleBroken | None:
    refusal = state.custody.refused
    if refusal is None:
        return None
    return ArrivalWasRefused(
        f"the arrival was refused at {refusal.refused_at.isoformat()} ({refusal.ground}):"
        f" {refusal.sending} is responsible and takes the person back"
    )


def _not_theirs(command: AcceptCustody, state: Handover) -> RuleBroken | None:
    offer = state.custody.offered
    receiving = offer.receiving if offer else state.facility.country
    if command.actor.party == receiving == state.facility.country:
        return None
    return SignedForAnotherState(
        f"the receiving state signs with its own facility's registry: {command.actor.party}"
        f" cannot sign for {receiving} in facility {command.facility}"
    )


def _not_offered(command: AcceptCustody) -> RuleBroken:
    return NoHandoverOffered(
        f"the sending state has not signed for custody {command.custody} and is responsible:"
        " wait for its offer"
    )


def _not_the_same(command: AcceptCustody, offer: HandoverPending) -> RuleBroken | None:
    if command.custodian != offer.custodian:
        return CustodianDiffers(
            "name the custodian of the offer, or have the sending state offer again",
            findings=tuple(_differences(command.custodian, offer)),
        )
    if command.accepted_at < offer.offered_at:
        return AcceptedBeforeOffer(f"it was offered at {offer.offered_at.isoformat()}: not before")
    if command.accepted_at > command.now + MAX_CLOCK_SKEW:
        return AcceptedInTheFuture("sign once the person has been taken over")
    return None


def _differences(named: Custodian, offer: HandoverPending) -> Iterator[Finding]:
    for field in Custodian.__struct_fields__:
        theirs, ours = getattr(offer.custodian, field), getattr(named, field)
        if theirs != ours:
            yield Finding(
                rule="G13",
                missing=f"{field}: the offer says {theirs}, not {ours}",
                evidence=offer.offer,
            )


def _dated_otherwise(
    command: AcceptCustody, offer: HandoverPending, facility: FacilityState
) -> RuleBroken | None:
    """The night of arrival is a date in the agreed zone (F10)."""
    day, departed_under = utc_date(command.accepted_at), of_version(facility, offer.agreement)
    return another_zone(offer.facility, facility, offer.agreement, day, departed_under)


def _full(command: AcceptCustody, state: Handover) -> RuleBroken | None:
    """Whoever comes without a reservation needs a place that is free (G19)."""
    return None if state.custody.reserved else no_place(command.facility, state.facility)


def _accepted(command: AcceptCustody, offer: HandoverPending, state: Handover) -> CustodyAccepted:
    return CustodyAccepted(
        custody=offer.custody,
        person=offer.person,
        agreement=offer.agreement,
        facility=offer.facility,
        offer=offer.offer,
        custodian=offer.custodian,
        sending=offer.sending,
        receiving=offer.receiving,
        accepted_at=command.accepted_at,
        arrived_on=local_date(command.accepted_at, state.facility.timezone),
        timezone=state.facility.timezone,
        place_was_reserved=state.custody.reserved is not None,
        term=offer.term,
    )


ACCEPT_CUSTODY = Decider(boundary=_handover, decide=_accept)
