"""The sending state has agreed that a person is sent on, to exactly what was asked (G5, D12)."""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.custody.state import AboutCustody, NotInCustody
from services.placement.domain.onward.state import OnwardStay, stay_of
from shared.contracts.onward_transfer import OnwardTransferAuthorised
from shared.kernel.codes import Country, Sha256
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef
from shared.kernel.rejected import Conflict


class NotWhatWasAsked(Conflict):
    """The sending state agreed to another country, or to another consent, than was asked with."""


class AuthoriseOnwardTransfer(AboutCustody, frozen=True, kw_only=True):
    """Follow the sending state's agreement, by its entry in intake's log."""

    onward: Country
    consent: Sha256
    agreed: EntryRef
    agreed_at: datetime
    ends_at: datetime


def _authorise(command: AuthoriseOnwardTransfer, state: OnwardStay) -> tuple[Event, ...]:
    stay, asked = state.custody.accepted, state.onward.requested
    if stay is None or state.custody.ended:
        raise NotInCustody(f"nobody is in custody {command.custody}")
    if asked is None or (asked.onward, asked.consent) != (command.onward, command.consent):
        raise NotWhatWasAsked(
            f"the agreement is to {command.onward} with the consent {command.consent}: what is"
            " asked differs, so the sending state agrees to that"
        )
    if state.returned_instead:
        raise state.returned_instead
    return (
        OnwardTransferAuthorised(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            onward=command.onward,
            consent=command.consent,
            agreed=command.agreed,
            agreed_at=command.agreed_at,
            ends_at=command.ends_at,
        ),
    )


AUTHORISE_ONWARD_TRANSFER = Decider(boundary=stay_of, decide=_authorise)
