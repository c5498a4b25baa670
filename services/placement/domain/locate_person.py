"""Asking where a person is: on record, whoever the pseudonym belongs to (G12, G22)."""

from __future__ import annotations

import msgspec

from shared.contracts.recorded_read import LOCATING, PersonLocated, Purpose
from shared.kernel.actor import Actor
from shared.kernel.codes import Office
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.rejected import NotAllowed


class OfficeDoesNotLocate(NotAllowed):
    """The locator answers those who look after a person, and those who are responsible (G12)."""

    RULE = "G12"


class LocatePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Ask where a person is. Nothing stands in the way: no hold, no money, no other service."""

    person: PersonId
    actor: Actor
    purpose: Purpose


def _nothing(_command: LocatePerson) -> Boundary[None]:
    return Boundary((), lambda: None)


def _locate(command: LocatePerson, _state: None) -> tuple[Event, ...]:
    actor = command.actor
    located = PersonLocated(
        asked_by=str(actor),
        party=actor.party,
        office=_office(actor),
        purpose=command.purpose,
        person=command.person,
    )
    return (located,)


def _office(actor: Actor) -> Office:
    office = next((office for office in LOCATING if office == actor.office), None)
    if office is None:
        may = ", ".join(LOCATING)
        raise OfficeDoesNotLocate(f"the office {actor.office} does not ask the locator; {may} do")
    return office


LOCATE_PERSON = Decider(boundary=_nothing, decide=_locate)
