"""The state that holds a person asks to send them on: never without their consent (G5; T10)."""

from __future__ import annotations

from datetime import date

import msgspec

from services.placement.domain.custody.state import Accepted, CustodyCommand, standing
from services.placement.domain.onward.state import OnwardStay, refused, stay_of
from shared.contracts.onward_transfer import OnwardTransferRequested
from shared.kernel.codes import Country, Sha256
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, Finding, RuleBroken


class OnwardRequestedAlready(Conflict):
    """The same is asked already, and waits for the sending state."""


class NotAThirdCountry(Conflict):
    """Who goes to the sending state is returned, who stays in the receiving one is released."""


class ConsentMissing(RuleBroken):
    """Nobody is sent on without a consent to it that they gave in this custody (G5)."""

    RULE = "G5"


class Consent(msgspec.Struct, frozen=True):
    """The document in which a person consents, and of which day it is."""

    document: Sha256
    given_on: date


class RequestOnwardTransfer(CustodyCommand, frozen=True, kw_only=True):
    """Ask to send the person on to a third country."""

    onward: Country
    consent: Consent | None


def _request(command: RequestOnwardTransfer, state: OnwardStay) -> tuple[Event, ...]:
    stay = standing(command, state.custody)
    if command.onward in (stay.sending, stay.receiving):
        raise NotAThirdCountry(
            f"{command.onward} is one of the two states: order a return, or record a release"
        )
    consent, instead = _consent(command, stay), state.returned_instead
    if instead is not None:
        raise refused(instead, stay)
    if isinstance(consent, ConsentMissing):
        raise refused(consent, stay)
    asked = state.onward.requested
    if asked and (asked.onward, asked.consent) == (command.onward, consent.document):
        raise OnwardRequestedAlready(
            f"the sending state {stay.sending} is asked already: it agrees in intake, on the case"
        )
    return (
        OnwardTransferRequested(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            onward=command.onward,
            consent=consent.document,
            consented_on=consent.given_on,
            requested_by=str(command.actor),
        ),
    )


def _consent(command: RequestOnwardTransfer, stay: Accepted) -> Consent | ConsentMissing:
    """The person's consent, if they gave one here."""
    consent = command.consent
    if consent is not None and consent.given_on >= stay.arrived_on:
        return consent
    said = f"the consent is of {consent.given_on}" if consent else "there is no consent"
    missing = f"{said}: nobody is sent on to {command.onward} without one given in this custody"
    finding = Finding(rule="G5", missing=missing)
    return ConsentMissing(
        f"{missing}; have the person asked, with counsel, and give the hash of the document",
        findings=(finding,),
    )


REQUEST_ONWARD_TRANSFER = Decider(boundary=stay_of, decide=_request)
