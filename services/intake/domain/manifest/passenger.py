"""One person on a manifest, and how far they have come."""

from __future__ import annotations

from typing import Literal, assert_never

import msgspec

from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    HandoverOffered,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
    PlaceConfirmed,
)
from shared.contracts.wrongful_transfer import (
    RecallCompleted,
    RecallOrdered,
    RecallOverdue,
    WrongfulTransferFound,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId, PersonId
from shared.kernel.rejected import Finding, Unknown

PassengerFact = (
    PersonManifested
    | PlaceConfirmed
    | PersonRemoved
    | PersonBoarded
    | HandoverOffered
    | CaseTransferred
    | CaseRefusedAtArrival
    | RecallOrdered
    | RecallCompleted
    | RecallOverdue
    | WrongfulTransferFound
)


class PersonNotOnManifest(Unknown):
    """The case is not on this manifest."""


class Passenger(msgspec.Struct, frozen=True, kw_only=True):
    """One person on the list, and how far they have come."""

    person: PersonId
    status: Literal[
        "listed", "removed", "boarded", "offered", "transferred", "refused", "returned"
    ] = "listed"
    place_confirmed: bool = False
    boarded: PersonBoarded | None = None
    """When they passed the door: it closes no earlier (G4)."""
    removed: PersonRemoved | None = None
    """What took them off, and why."""
    offer: HandoverOffered | None = None
    """The latest: an offer that nobody has accepted can be made again in other words."""
    wrongful: tuple[Finding, ...] = ()
    """What was found to have forbidden their departure (D7)."""
    recalled: RecallOrdered | None = None
    """They are to be brought back, and are offered to nobody (D7)."""
    overdue: RecallOverdue | None = None
    """The latest alarm that they are not back (D2)."""

    @property
    def goes_back(self) -> tuple[Finding, ...]:
        """That they are recalled, whether the order that did it stands or was lifted (D7)."""
        if self.recalled is None:
            return ()
        case = f"case/{self.recalled.case}"
        due_at = self.recalled.due_at.isoformat()
        missing = f"{case}: nobody to be brought back by {due_at}"
        return (Finding(rule="D7", missing=missing, evidence=case),)


def after(before: Passenger | None, event: PassengerFact) -> Passenger:
    """The passenger after one more fact about them."""
    if before is None or isinstance(event, PersonManifested):
        before = Passenger(person=event.person)
    match event:
        case PersonManifested():
            return before
        case PlaceConfirmed():
            return msgspec.structs.replace(before, place_confirmed=True)
        case PersonRemoved():
            return msgspec.structs.replace(before, status="removed", removed=event)
        case PersonBoarded():
            return msgspec.structs.replace(before, status="boarded", boarded=event)
        case HandoverOffered():
            return msgspec.structs.replace(before, status="offered", offer=event)
        case WrongfulTransferFound() | RecallOrdered() | RecallOverdue():
            return _to_be_back(before, event)
        case CaseTransferred() | CaseRefusedAtArrival() | RecallCompleted():
            return _arrived_for_good(before, event)
        case _:
            assert_never(event)


def _to_be_back(
    before: Passenger, event: WrongfulTransferFound | RecallOrdered | RecallOverdue
) -> Passenger:
    match event:
        case WrongfulTransferFound():
            return msgspec.structs.replace(before, wrongful=(*before.wrongful, event.closes))
        case RecallOrdered():
            return msgspec.structs.replace(before, recalled=event)
        case RecallOverdue():
            return msgspec.structs.replace(before, overdue=event)
        case _:
            assert_never(event)


def _arrived_for_good(
    before: Passenger, event: CaseTransferred | CaseRefusedAtArrival | RecallCompleted
) -> Passenger:
    if isinstance(event, CaseTransferred):
        return msgspec.structs.replace(before, status="transferred")
    if isinstance(event, CaseRefusedAtArrival):
        return msgspec.structs.replace(before, status="refused")
    return msgspec.structs.replace(before, status="returned", recalled=None)


def evolve(state: Passenger | None, event: Event) -> Passenger | None:
    """The passenger after one more event that names the case and the manifest."""
    return after(state, event) if isinstance(event, PassengerFact) else state


def fold(manifest: ManifestId, case: CaseId) -> Fold[Passenger | None]:
    """One case on one manifest: nothing of the others."""
    return Fold(
        f"passenger/{manifest}/{case}",
        (on(PassengerFact, manifest=manifest, case=case),),
        None,
        evolve,
    )


def known(state: Passenger | None, manifest: ManifestId, case: CaseId) -> Passenger:
    """The passenger, on the list or taken off it; raises `PersonNotOnManifest`."""
    if state is None:
        raise PersonNotOnManifest(f"case {case} is not on manifest {manifest}")
    return state
