"""An order of return in the words that an entry says it in: by when, and at whose cost (G16)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from services.placement.domain.facility.agreed_zone import terms_on
from services.placement.domain.facility.state import AgreedZone, FacilityState
from shared.contracts.agreement import ReturnTerms
from shared.contracts.placement import CustodyAccepted, HandoverPending, PlaceReserved
from shared.contracts.returns import ReturnGround, ReturnOrdered
from shared.kernel.codes import Code
from shared.kernel.dates import last_second, local_date, utc_date
from shared.kernel.ids import agreement_of

Whose = CustodyAccepted | HandoverPending | PlaceReserved
"""Who is to be returned, and which states are concerned: as it was said last."""


class OrderGiven(msgspec.Struct, frozen=True, kw_only=True):
    """Who ordered it, when, and what that is called."""

    ground: ReturnGround
    reference: Code
    ordered_at: datetime
    ordered_by: str


def return_ordered(given: OrderGiven, whose: Whose, facility: FacilityState) -> ReturnOrdered:
    """The order with the agreement's deadline; whom the agreement lets bear the cost, and of an
    arrival that is refused the sending state (T4).
    """
    terms = _terms(whose, facility, given.ordered_at)
    is_the_senders = terms.cost_of == "sending" or given.ground == "arrival-refused"
    timezone = whose.timezone if isinstance(whose, CustodyAccepted) else facility.timezone
    return ReturnOrdered(
        custody=whose.custody,
        person=whose.person,
        agreement=whose.agreement,
        facility=whose.facility,
        ground=given.ground,
        reference=given.reference,
        ordered_at=given.ordered_at,
        ordered_on=local_date(given.ordered_at, timezone or "UTC"),
        due_at=last_second(utc_date(given.ordered_at) + timedelta(days=terms.days)),
        cost_of=whose.sending if is_the_senders else whose.receiving,
        ordered_by=given.ordered_by,
    )


def _terms(whose: Whose, facility: FacilityState, ordered_at: datetime) -> ReturnTerms:
    """What the agreement's version of that day says (D6), of those that name the facility."""
    agreement, day = agreement_of(whose.agreement), utc_date(ordered_at)
    named: AgreedZone | None = terms_on(facility, day).get(agreement)
    return named.returns if named else ReturnTerms()
