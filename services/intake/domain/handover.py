"""A handover: each person is offered to a named custodian, and the transfer ends the case.

It takes both signatures. Until the receiving state's is there, the sending one is responsible
(G13).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.intake.domain import custody_term
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.journey import known, of_the_sender
from services.intake.domain.manifest.state import ManifestState
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.contracts.intake import CaseTransferred
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.lawful_end import CustodyTerm
from shared.contracts.manifest import Custodian, HandoverOffered, HandoverOfferRefused
from shared.kernel.actor import Actor
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider, Fold, Reading, on, only, together
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, CustodyId, EntryRef, ManifestId, agreement_of, custody_of
from shared.kernel.rejected import Conflict, Finding, Refusal, RuleBroken


class CustodianNotNamed(RuleBroken):
    """A handover names who holds the person and which state answers: never nobody (G13)."""

    RULE = "G13"


class HandoverNotOffered(RuleBroken):
    """A transfer takes both signatures, and the sending state's is missing (G13)."""

    RULE = "G13"


class JourneyNotOver(Conflict):
    """A handover takes place where the journey ends."""


class HandoverAlreadyOffered(Conflict):
    """Everybody who arrived was offered in these very words, or is transferred."""


class OfferedBeforeArrival(Conflict):
    """An offer is not earlier than the arrival."""


class AlreadyTransferred(Conflict):
    """The receiving state has custody already."""


class RefusedAtArrivalAlready(Conflict):
    """The receiving state did not take the person over, and the case says so."""


class OfferHandover(msgspec.Struct, frozen=True, kw_only=True):
    """Offer everybody who arrived on the last leg to one custodian.

    In other words than before it replaces the offer of those who are not transferred yet.
    """

    manifest: ManifestId
    leg: int
    custodian: Custodian
    offered_at: datetime
    now: datetime
    actor: Actor


class CompleteTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """The receiving state took custody: its entry is the second signature."""

    case: CaseId
    custody: CustodyId
    accepted: EntryRef


class ToOffer(msgspec.Struct, frozen=True):
    """Who is to be offered, and what says until when each may be held (G15)."""

    journey: ManifestState
    agreement: AgreementState = AgreementState()
    judgments: tuple[tuple[LegalBasisRecorded, ...], ...] = ()
    """Of each case that is to be offered, in their order."""


def _read(command: OfferHandover) -> Reading[ToOffer]:
    journey = known((yield from manifests.fold(command.manifest)), command.manifest)
    agreement = yield from agreements.fold(agreement_of(journey.agreement))
    folds = tuple(map(custody_term.judgments_fold, _to_offer(command, journey)))
    judgments = (yield from together(*folds)) if folds else ()
    return ToOffer(journey, agreement, judgments)


def _offer(command: OfferHandover, state: ToOffer) -> tuple[Event, ...]:
    journey = state.journey
    of_the_sender(journey, command.actor)
    manifests.has_happened(command.offered_at, command.now)
    arrival = journey.last_arrival
    if arrival is None or command.leg != arrival.leg:
        raise JourneyNotOver(f"a handover is offered after leg {len(journey.legs)} has arrived")
    if command.offered_at < arrival.arrived_at:
        raise OfferedBeforeArrival(f"the journey arrived at {arrival.arrived_at}, not earlier")
    cases = tuple(_to_offer(command, journey))
    if not cases:
        raise HandoverAlreadyOffered(
            f"everybody on manifest {journey.manifest} was offered so already, or is transferred"
            " or recalled and goes back (D7)"
        )
    _named(command.custodian, journey)
    departed = journey.progress[0].departed
    day = utc_date(departed.departed_at if departed else command.offered_at)
    document = agreements.binding(state.agreement, agreement_of(journey.agreement), day)
    return tuple(
        _offered(command, journey, case, custody_term.term(document, judgments))
        for case, judgments in zip(cases, state.judgments, strict=True)
    )


def _to_offer(command: OfferHandover, journey: ManifestState) -> Iterator[CaseId]:
    words = (command.custodian, command.offered_at)
    for case in (*journey.cases("boarded"), *journey.cases("offered")):
        passenger = journey.passenger(case)
        offered = passenger.offer and (passenger.offer.custodian, passenger.offer.offered_at)
        if passenger.recalled is None and offered != words:
            yield case


def _offered(
    command: OfferHandover, journey: ManifestState, case: CaseId, term: CustodyTerm
) -> HandoverOffered:
    return HandoverOffered(
        manifest=journey.manifest,
        agreement=journey.agreement,
        case=case,
        person=journey.passenger(case).person,
        facility=journey.facility,
        custody=custody_of(case),
        custodian=command.custodian,
        sending=journey.sending,
        receiving=journey.receiving,
        offered_by=str(command.actor),
        offered_at=command.offered_at,
        term=term,
    )


def _named(custodian: Custodian, journey: ManifestState) -> None:
    states = {journey.sending, journey.receiving}
    if custodian.party == journey.receiving and custodian.responsible_state in states:
        return

    def refused(refusal: Refusal) -> Event:
        return HandoverOfferRefused(
            manifest=journey.manifest, agreement=journey.agreement, refusal=refusal
        )

    missing = (
        f"a custodian of {journey.receiving}, and {journey.sending} or {journey.receiving}"
        " as the responsible state"
    )
    raise CustodianNotNamed(
        f"name {missing}", findings=(Finding(rule="G13", missing=missing),)
    ).on_record(refused)


class HandoverState(msgspec.Struct, frozen=True):
    """How far one case's handover has come."""

    offered: HandoverOffered | None = None
    transferred: bool = False
    refused: bool = False
    """At arrival: nothing is handed over on this journey (T4)."""
    returned: bool = False
    """The sending state has the person back (D2)."""


def evolve(state: HandoverState, event: Event) -> HandoverState:
    """The handover after one more event."""
    match event:
        case HandoverOffered():
            return msgspec.structs.replace(state, offered=event)
        case CaseTransferred():
            return HandoverState(state.offered, transferred=True)
        case CaseRefusedAtArrival():
            return HandoverState(state.offered, refused=True)
        case CaseReturned():
            return msgspec.structs.replace(state, returned=True)
        case _:
            return state


def fold(case: CaseId) -> Fold[HandoverState]:
    """The offer of one case's person, and the transfer."""
    return Fold(
        name=f"handover/{case}",
        alternatives=(
            on(HandoverOffered, CaseTransferred, CaseRefusedAtArrival, CaseReturned, case=case),
        ),
        initial=HandoverState(),
        evolve=evolve,
    )


def _complete(command: CompleteTransfer, state: HandoverState) -> tuple[Event, ...]:
    offered = state.offered
    if offered is None or offered.custody != command.custody:
        raise HandoverNotOffered(
            f"case {command.case} was not offered: the sending state signs too"
        )
    if state.refused:
        raise RefusedAtArrivalAlready(f"case {command.case} was refused at arrival: it stands")
    if state.transferred:
        raise AlreadyTransferred(f"case {command.case} is transferred already")
    return (
        CaseTransferred(
            case=command.case,
            person=offered.person,
            agreement=offered.agreement,
            manifest=offered.manifest,
            custody=command.custody,
            accepted=command.accepted,
        ),
    )


OFFER_HANDOVER = Decider(_read, _offer)
COMPLETE_TRANSFER = Decider(lambda command: only(fold(command.case)), _complete)
