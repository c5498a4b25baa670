"""The sending state's signature is recorded, with a place held or without (G13)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.placement.domain.custody.release_reservation import reservation_released
from services.placement.domain.custody.state import (
    AboutCustody,
    ArrivalRefusedAlready,
    CustodyAlreadyAccepted,
    CustodyState,
    stay_of,
)
from shared.contracts.lawful_end import CustodyTerm
from shared.contracts.manifest import Custodian
from shared.contracts.placement import HandoverPending
from shared.kernel.codes import Country
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, EntryRef, FacilityId, PersonId
from shared.kernel.rejected import Conflict


class HandoverAlreadyOffered(Conflict):
    """This very offer is recorded already."""


class RecordHandoverOffer(AboutCustody, frozen=True, kw_only=True):
    """Record the sending state's signature, with a place held or without: nobody is ever lost.

    A later offer replaces one that is not accepted yet; what is accepted stays as it was (G13).
    """

    person: PersonId
    agreement: AgreementRef
    facility: FacilityId
    offer: EntryRef
    custodian: Custodian
    sending: Country
    receiving: Country
    offered_by: str
    offered_at: datetime
    term: CustodyTerm | None = None


def _record(command: RecordHandoverOffer, state: CustodyState) -> tuple[Event, ...]:
    if state.accepted:
        raise CustodyAlreadyAccepted(f"the offer {state.accepted.offer} is accepted: it stands")
    if state.refused:
        raise ArrivalRefusedAlready(f"the offer {state.refused.offer} was refused: it stands")
    if state.offered and state.offered.offer == command.offer:
        raise HandoverAlreadyOffered(f"custody {command.custody} was offered: {command.offer}")
    held = state.reserved
    elsewhere = held is not None and held.facility != command.facility
    pending = HandoverPending(
        **msgspec.structs.asdict(command),
        place_was_reserved=held is not None and not elsewhere,
    )
    return (reservation_released(held), pending) if held and elsewhere else (pending,)


RECORD_HANDOVER_OFFER = Decider(boundary=stay_of, decide=_record)
