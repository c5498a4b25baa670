"""Intake's and placement's events as billing's commands: a pure mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.billing.domain.accrual import ACCRUE_NIGHT, AccrueNight
from services.billing.domain.charged_identity import (
    CHARGE_APART,
    CHARGE_AS_ONE,
    ChargeApart,
    ChargeAsOne,
)
from services.billing.domain.funding_position import REVIEW_FUNDING, ReviewFunding
from services.billing.domain.return_order import STOP_FEES, StopFees
from services.billing.domain.stay import OPEN_STAY, OpenStay
from services.billing.domain.stay_close import CLOSE_STAY, CloseStay
from services.billing.domain.terms import ACTIVATE_TERMS, ActivateTerms
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.intake import AgreementActivated
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    HeadcountAttested,
)
from shared.contracts.returns import ReturnCompleted, ReturnOrdered
from shared.kernel.dates import utc_date
from shared.messaging.follower import Reaction
from shared.messaging.reaction import steps_because_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.decider import Decider
    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Step


def react(recorded: Recorded) -> tuple[Step, ...]:
    """What billing does about one entry of intake or placement."""
    return steps_because_of(recorded, "billing", *_commands(recorded))


TO_INTAKE = Reaction(types=(AgreementActivated, PersonsMerged, PersonsToldApart), react=react)
TO_PLACEMENT = Reaction(
    types=(CustodyAccepted, HeadcountAttested, CustodyEnded, ReturnOrdered), react=react
)


def _commands(recorded: Recorded) -> Iterator[tuple[Decider[Any, Any], object]]:
    match recorded.event:
        case AgreementActivated() as event:
            yield ACTIVATE_TERMS, _terms(event, recorded)
        case PersonsMerged() as event:
            yield CHARGE_AS_ONE, ChargeAsOne(**_decided(event, recorded))
        case PersonsToldApart() as event:
            yield CHARGE_APART, ChargeApart(**_decided(event, recorded))
        case CustodyAccepted() as event:
            yield OPEN_STAY, _opened(event, recorded)
        case HeadcountAttested() as event:
            for night in _nights(event, recorded):
                yield ACCRUE_NIGHT, night
            day = utc_date(recorded.time)
            yield REVIEW_FUNDING, ReviewFunding(agreement=event.agreement, on=day)
        case ReturnCompleted(from_arrival=True):
            return
        case CustodyEnded() as event:
            yield CLOSE_STAY, _closed(event, recorded)
        case ReturnOrdered() as event if event.ground != "arrival-refused":
            yield STOP_FEES, _ordered(event, recorded)
        case _:
            return


def _terms(event: AgreementActivated, recorded: Recorded) -> ActivateTerms:
    return ActivateTerms(
        agreement=event.agreement,
        document=event.document,
        digest=event.digest,
        signed=recorded.ref,
    )


def _decided(event: PersonsMerged | PersonsToldApart, recorded: Recorded) -> dict[str, Any]:
    return {"person": event.person, "other": event.other, "decided": recorded.ref}


def _opened(event: CustodyAccepted, recorded: Recorded) -> OpenStay:
    return OpenStay(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        facility=event.facility,
        arrived_on=event.arrived_on,
        accepted=recorded.ref,
    )


def _nights(event: HeadcountAttested, recorded: Recorded) -> Iterator[AccrueNight]:
    """One command a person who was seen."""
    for presence in event.present:
        yield AccrueNight(
            custody=presence.custody,
            person=presence.person,
            agreement=event.agreement,
            night=event.night,
            attested=recorded.ref,
            attested_by=event.attested_by,
        )


def _closed(event: CustodyEnded, recorded: Recorded) -> CloseStay:
    return CloseStay(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        departed_on=event.departed_on,
        ended=recorded.ref,
    )


def _ordered(event: ReturnOrdered, recorded: Recorded) -> StopFees:
    return StopFees(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        ordered_on=event.ordered_on,
        order=recorded.ref,
    )
