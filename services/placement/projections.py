"""Placement's events as rows of its read model, in the transaction that appends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.placement import tables
from services.placement.deadlines import deadlines
from services.placement.fitness_rows import fitness_rows
from services.placement.incident_rows import incident_rows
from services.placement.lawful_end_rows import of_lawful_ends
from services.placement.onward_rows import onward_rows
from services.placement.return_rows import return_rows
from services.placement.tables import (
    AGREED_ZONES,
    COUNTS,
    CUSTODIES,
    FACILITIES,
    HEADCOUNTS,
    OVERDUE_HEADCOUNTS,
    REFUSED_PLACES,
)
from services.placement.unknown_person_rows import unknown_person_rows
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityAgreed,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.contracts.incident import EscapeReported, Recaptured
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    CustodyEvent,
    HandoverPending,
    HeadcountAttested,
    HeadcountOverdue,
    PersonAccountedFor,
    PersonUnaccounted,
    PlaceAssigned,
    PlaceRefused,
    PlaceReserved,
    ReservationReleased,
)
from shared.contracts.returns import ReturnDeparted
from shared.database.row_changes import Insert, RowChange, Update
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId
from shared.ledger.deadlines import deadline_row
from shared.ledger.recorded import Recorded
from shared.views.definition import Views
from shared.views.history import times, with_history


def _project(recorded: Recorded) -> Iterator[RowChange]:
    """What one entry changes, and what is due because of it; refusals change no row."""
    event = recorded.event
    yield from map(deadline_row, deadlines(recorded))
    yield from _of_facility(event)
    yield from _of_headcounts(event)
    yield from _of_places(recorded)
    yield from incident_rows(recorded)
    yield from fitness_rows(recorded)
    yield from unknown_person_rows(recorded)
    if isinstance(event, HeadcountAttested):
        yield Insert(HEADCOUNTS, _attested(recorded, event))
    if isinstance(event, PersonUnaccounted | PersonAccountedFor):
        yield Insert(COUNTS, _counted(recorded, event))
    yield from return_rows(recorded)
    if isinstance(event, PlaceReserved | HandoverPending):
        yield Insert(CUSTODIES, {**_who(event), **_opened(event)})
    elif isinstance(event, CustodyEvent) and (changed := _changed(event)):
        yield Update(CUSTODIES, {"custody": event.custody}, changed)
    yield from of_lawful_ends(recorded)
    yield from onward_rows(recorded)


def _of_facility(event: Event) -> Iterator[RowChange]:
    match event:
        case FacilityRegistered(instead_of=None):
            yield Insert(FACILITIES, _registered(event))
        case FacilityRegistered():
            yield _facility(event.facility, timezone=event.timezone)
        case CapacityProposed():
            yield _facility(
                event.facility, proposed_capacity=event.places, proposed_by=event.proposed_by
            )
        case CapacityApproved():
            yield _facility(
                event.facility,
                approved_capacity=event.places,
                proposed_capacity=None,
                proposed_by=None,
            )
        case OwnPopulationReported():
            yield _facility(event.facility, own_population=event.count, counted_on=event.counted_on)
        case _:
            pass


def _of_headcounts(event: Event) -> Iterator[RowChange]:
    match event:
        case HeadcountOverdue():
            yield Insert(
                OVERDUE_HEADCOUNTS,
                {
                    "facility": event.facility,
                    "night": event.night,
                    "due_at": event.due_at,
                    "awaited": event.awaited,
                    "attested": False,
                },
            )
        case HeadcountAttested():
            night = {"facility": event.facility, "night": event.night}
            yield Update(OVERDUE_HEADCOUNTS, night, {"attested": True})
        case _:
            pass


def _of_places(recorded: Recorded) -> Iterator[RowChange]:
    """Who waits for a place, and which zone an agreement names for a facility."""
    match recorded.event:
        case PlaceRefused() as event:
            yield Insert(REFUSED_PLACES, {**_who(event), **_refused(event), "entry": recorded.ref})
        case PlaceReserved() | HandoverPending() as event:
            yield Update(REFUSED_PLACES, {"custody": event.custody}, {"waits": False})
        case FacilityAgreed() as event:
            agreement, _, version = event.agreement.partition("@")
            zone = {
                "facility": event.facility,
                "agreement": agreement,
                "version": int(version),
                "begins": event.begins,
                "timezone": event.timezone,
                "receiving": event.country,
                "sending": event.sending,
                "entry": recorded.ref,
            }
            yield Insert(AGREED_ZONES, zone)
        case _:
            pass


def _refused(event: PlaceRefused) -> Mapping[str, object]:
    return {
        "manifest": event.manifest,
        "sending": event.sending,
        "receiving": event.receiving,
        "rule": event.refusal.rule,
        "reason": event.refusal.reason,
        "detail": event.refusal.detail,
        "waits": True,
    }


def _attested(recorded: Recorded, event: HeadcountAttested) -> Mapping[str, object]:
    return {
        "facility": event.facility,
        "night": event.night,
        "agreement": event.agreement,
        "part": event.part,
        "counted": len(event.present),
        "attested_by": event.attested_by,
        "entry": recorded.ref,
    }


def _counted(
    recorded: Recorded, event: PersonUnaccounted | PersonAccountedFor
) -> Mapping[str, object]:
    return {
        "custody": event.custody,
        "night": event.night,
        "missed": isinstance(event, PersonUnaccounted),
        "entry": recorded.ref,
        **times(recorded),
    }


def _registered(event: FacilityRegistered) -> Mapping[str, object]:
    """A facility without places; what another state did under its name is gone."""
    return {
        "facility": event.facility,
        "country": event.country,
        "timezone": event.timezone,
        "approved_capacity": 0,
        "own_population": 0,
        "proposed_capacity": None,
        "proposed_by": None,
        "counted_on": None,
    }


def _facility(facility: FacilityId, **values: object) -> Update:
    return Update(FACILITIES, {"facility": facility}, values)


def _who(event: CustodyEvent) -> Mapping[str, object]:
    return {
        "custody": event.custody,
        "person": event.person,
        "agreement": event.agreement,
        "facility": event.facility,
    }


def _opened(event: PlaceReserved | HandoverPending) -> Mapping[str, object]:
    """Until the receiving state signs, the sending state is responsible (G13; T6)."""
    states = {
        "responsible_state": event.sending,
        "sending": event.sending,
        "receiving": event.receiving,
    }
    if isinstance(event, PlaceReserved):
        return {"status": "place-reserved", "holds_place": True, **states}
    return {
        "status": "handover-pending",
        "holds_place": event.place_was_reserved,
        **states,
        "custodian_party": event.custodian.party,
        "custodian_body": event.custodian.body,
        "offer": event.offer,
        "offered_at": event.offered_at,
    }


def _changed(event: CustodyEvent) -> Mapping[str, object]:
    match event:
        case CustodyAccepted():
            return {
                "status": "in-custody",
                "holds_place": False,
                "responsible_state": event.custodian.responsible_state,
                "accepted_at": event.accepted_at,
                "arrived_on": event.arrived_on,
            }
        case PlaceAssigned():
            return {"place": event.place}
        case PersonUnaccounted():
            return {"unaccounted_night": event.night}
        case PersonAccountedFor():
            return {"unaccounted_night": None}
        case EscapeReported():
            return {"escaped_at": event.happened_at}
        case Recaptured():
            return {"escaped_at": None}
        case _:
            return _left(event)


def _left(event: CustodyEvent) -> Mapping[str, object]:
    match event:
        case ReservationReleased():
            return {"status": "reservation-released", "holds_place": False}
        case ArrivalRefused():
            return {
                "status": "arrival-refused",
                "holds_place": False,
                "responsible_state": event.sending,
                "ended_at": event.refused_at,
            }
        case ReturnDeparted():
            return {"departed_on": event.departed_on}
        case CustodyEnded():
            left = {
                "status": event.EXIT,
                "ended_at": event.ended_at,
                "departed_on": event.departed_on,
                "escaped_at": None,
            }
            return {**left, "responsible_state": None} if event.FREES else left
        case _:
            return {}


project = with_history(_project, tables.HISTORY, tables.WITH_HISTORY)
VIEWS = Views(version=1, tables=tables.VIEWS, project=project)
