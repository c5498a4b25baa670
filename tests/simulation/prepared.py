"""What is on intake's log before a schedule begins: an agreement, three people, two journeys."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from services.intake.domain.case.state import FACTS
from services.intake.domain.clearance.state import Traveller
from shared.contracts.agreement import RequiredFact
from shared.contracts.agreement_course import ReturnDrillRecorded
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import ClearanceGranted, PersonRegistered
from shared.contracts.manifest import (
    Leg,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PlaceConfirmed,
)
from shared.kernel.codes import FactKind, Side
from shared.kernel.ids import EntryRef, ManifestId, PersonId
from tests.support.intake_log import (
    AUTHORITY,
    DOCUMENT,
    FACILITY,
    NOW,
    RECEIVER,
    SENDER,
    SHA,
    agreement_events,
    case_events,
    traveller,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.agreement import AgreementDocument
    from shared.kernel.event import Event

Stage = Literal["open", "listed", "sealed", "boarded", "authorised", "arrived"]
STAGES: tuple[Stage, ...] = ("open", "listed", "sealed", "boarded", "authorised", "arrived")
"""How far a journey has come when the schedule begins."""
SIGNED_BY: dict[FactKind, Side] = {
    kind: "receiving" if kind == "acceptance" else "sending" for kind in FACTS if kind != "opinion"
}
TERMS = msgspec.structs.replace(
    DOCUMENT,
    required_facts=tuple(
        RequiredFact(kind, side, "intake-agency") for kind, side in SIGNED_BY.items()
    ),
)
_AGREEMENT = agreement_events(TERMS)
STOPOVER = "DDD"
PEOPLE = (traveller(1), traveller(2), traveller(3))
UNDER_ANOTHER_NAME = PersonId("person-4")
REGISTERED = {"person-1": SENDER, "person-2": SENDER, "person-3": RECEIVER, "person-4": RECEIVER}
"""By which state: of two pseudonyms that one state registered, one gives way when merged."""
DIRECT, OVER_A_STOPOVER = ManifestId("manifest-direct"), ManifestId("manifest-stopover")
PASSENGERS = {DIRECT: PEOPLE[:2], OVER_A_STOPOVER: PEOPLE[2:]}
LEGS = {
    DIRECT: (Leg(SENDER, RECEIVER, NOW - timedelta(hours=1)),),
    OVER_A_STOPOVER: (
        Leg(SENDER, STOPOVER, NOW - timedelta(hours=2)),
        Leg(STOPOVER, RECEIVER, NOW - timedelta(hours=1)),
    ),
}
MISSING = (*SIGNED_BY, "clearance", "drill", "near-match")
"""What may be missing of the last of the people, or of the agreement."""


class Beginning(msgspec.Struct, frozen=True):
    """How far each journey has come, and what is missing, if anything is."""

    direct: Stage = "sealed"
    over_a_stopover: Stage = "sealed"
    missing: str = ""


def events(beginning: Beginning) -> tuple[Event, ...]:
    """Everything before the schedule."""
    drill = ReturnDrillRecorded if beginning.missing == "drill" else ()
    return (
        *(event for event in _AGREEMENT if not isinstance(event, drill)),
        *(
            PersonRegistered(person=PersonId(person), registered_by=state, commitment=SHA)
            for person, state in REGISTERED.items()
        ),
        *_cases(beginning.missing),
        *_journey(DIRECT, STAGES.index(beginning.direct)),
        *_journey(OVER_A_STOPOVER, STAGES.index(beginning.over_a_stopover)),
    )


def _cases(missing: str) -> Iterator[Event]:
    without = FACTS.get(missing, ()) if missing in SIGNED_BY else ()
    valid_until = NOW.date() + timedelta(days=1)
    for passenger in PEOPLE:
        for event in case_events(passenger, TERMS, valid_until=valid_until):
            is_last = passenger == PEOPLE[-1]
            is_cleared = isinstance(event, ClearanceGranted)
            if is_last and (isinstance(event, without) or (missing and is_cleared)):
                continue
            yield event
    if missing == "near-match":
        yield NearMatchFound(
            person=PEOPLE[-1].person, other=UNDER_ANOTHER_NAME, registrar=f"{RECEIVER}:clerk:1"
        )


def _journey(manifest: ManifestId, stage: int) -> Iterator[Event]:
    about: dict[str, Any] = {"manifest": manifest, "agreement": TERMS.ref}
    there: dict[str, Any] = {"facility": FACILITY, "sending": SENDER, "receiving": RECEIVER}
    yield ManifestOpened(**about, **there, legs=LEGS[manifest])
    passengers = [{**about, **_named(passenger)} for passenger in PASSENGERS[manifest]]
    for passenger in passengers if stage >= 1 else []:
        yield PersonManifested(**passenger, **there)
        yield PlaceConfirmed(**passenger, reservation=EntryRef("accord.example/placement/0#0"))
    cases = tuple(passenger.case for passenger in PASSENGERS[manifest])
    if stage >= 2:
        yield ManifestSealed(**about, cases=cases)
    for passenger in passengers if stage >= 3 else []:
        yield PersonBoarded(**passenger, boarded_at=NOW - timedelta(minutes=50))
    leg: dict[str, Any] = {**about, "leg": 1, "cases": cases}
    if stage >= 4:
        closed_at = NOW - timedelta(minutes=40)
        yield LegDepartureAuthorised(**leg, authorised_by=str(AUTHORITY), authorised_at=closed_at)
    if stage >= 5:
        yield LegDeparted(**leg, departed_at=NOW - timedelta(minutes=30))
        yield LegArrived(**leg, arrived_at=NOW - timedelta(minutes=10))


def _named(passenger: Traveller) -> dict[str, Any]:
    return {"case": passenger.case, "person": passenger.person}


@cache
def both_sign(terms: AgreementDocument) -> tuple[Event, ...]:
    """Both states sign a version."""
    return agreement_events(terms)[:-1]
