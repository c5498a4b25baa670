"""Where a person is, by all that placement knows of them: one answer, whatever it knows (G12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec

from shared.kernel.codes import Party
from shared.kernel.ids import AgreementRef, CaseId, CustodyId, EntryRef, FacilityId, PersonId

Stage = Literal[
    "proposed",
    "accepted",
    "declined",
    "cleared",
    "withdrawn",
    "manifested",
    "boarded",
    "departed",
    "arrived",
    "handover-offered",
    "arrival-refused",
    "transferred",
    "returned",
]
"""How far a case has come, by intake's log."""
CustodyStatus = Literal[
    "place-reserved",
    "reservation-released",
    "handover-pending",
    "arrival-refused",
    "in-custody",
    "unaccounted",
    "return-under-way",
    "escaped",
    "released",
    "returned",
    "deceased",
    "onward-transferred",
]
"""How far a custody has come, as it is read: a way to leave is the `EXIT` of its event."""
_OVER = ("declined", "withdrawn", "arrival-refused", "transferred", "returned")
_ON_THE_WAY = ("departed", "arrived", "handover-offered")
_LEFT = (*_ON_THE_WAY, "arrival-refused", "transferred", "returned")


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """One custody, or the place held for it, as placement's reads show it."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    facility: FacilityId
    status: CustodyStatus
    """As a custody is read."""
    responsible_state: str | None
    """Until the handover and after a return the sending state (G13; D2)."""
    accepted_at: datetime | None = None
    offered_at: datetime | None = None
    ended_at: datetime | None = None
    departed_on: date | None = None
    unaccounted_since: date | None = None
    unaccounted_entry: str | None = None
    escaped_at: datetime | None = None


class FollowedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case of intake's, as far as placement follows it."""

    case: CaseId
    person: PersonId
    agreement: AgreementRef
    sending: Party
    receiving: Party
    stage: Stage
    since: datetime
    entry: EntryRef
    """Intake's entry that says so."""
    held_by: str | None = None
    """Who holds the person where the journey stopped over and they were taken off (G13)."""


class KnownOf(msgspec.Struct, frozen=True, kw_only=True):
    """All that placement knows of whoever has any of these pseudonyms."""

    person: PersonId
    registered_by: Party | None
    """The state that gave the pseudonym that was asked for."""
    stays: tuple[Stay, ...] = ()
    cases: tuple[FollowedCase, ...] = ()


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: where, since when, by which entry, and which state is responsible (G13)."""

    status: str
    says: str
    responsible_state: str | None
    facility: str | None = None
    since: datetime | date | None = None
    by_entry: str | None = None


def whereabouts(known: KnownOf) -> Whereabouts:
    """Where a person is: a stay that goes on says more than a case, and that than a past one."""
    held = _latest(stay for stay in known.stays if stay.status in _HELD)
    if held is not None:
        return _HELD[held.status](held)
    taken = {str(stay.custody) for stay in known.stays if stay.accepted_at is not None}
    cases = [case for case in known.cases if case.case not in taken]
    on_the_way = [case for case in cases if case.stage in _ON_THE_WAY]
    if on_the_way:
        return _on_the_way(max(on_the_way, key=_since))
    died = _latest(stay for stay in known.stays if stay.status == "deceased")
    stopped = [case for case in cases if case.held_by is not None]
    last = max((case for case in known.cases if case.stage in _LEFT), key=_since, default=None)
    held_since = [case for case in stopped if last is None or case.since >= last.since]
    if held_since and died is None:
        return _taken_off(max(held_since, key=_since))
    going_on = [case for case in cases if case.stage not in _OVER and case not in stopped]
    if going_on and died is None:
        return _not_departed(max(going_on, key=_since).sending)
    ended = died or _latest(stay for stay in known.stays if stay.ended_at is not None)
    if ended is not None:
        return _ended(ended)
    if known.registered_by is None and not known.cases and not known.stays:
        return _not_known_here(known.person)
    return _not_departed(_responsible(known))


def _latest(stays: Iterable[Stay]) -> Stay | None:
    return max(stays, key=lambda stay: stay.custody, default=None)


def _since(case: FollowedCase) -> datetime:
    return case.since


def _responsible(known: KnownOf) -> str | None:
    """Who answers for somebody who has not departed: the sending state, or who registered them."""
    if known.cases:
        return max(known.cases, key=_since).sending
    place = _latest(known.stays)
    return known.registered_by or (place.responsible_state if place else None)


def _in_custody(stay: Stay) -> Whereabouts:
    return Whereabouts(
        status="in-custody",
        says=f"in custody in {stay.facility}, responsible: {stay.responsible_state}",
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.accepted_at,
    )


def _on_the_way_back(stay: Stay) -> Whereabouts:
    says = (
        f"on the way back from custody in {stay.facility} since {stay.departed_on},"
        f" responsible: {stay.responsible_state}"
    )
    return Whereabouts(
        status="return-under-way",
        says=says,
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.departed_on,
    )


def _unaccounted(stay: Stay) -> Whereabouts:
    says = (
        f"unaccounted for in {stay.facility} since the headcount of {stay.unaccounted_since}"
        f" ({stay.unaccounted_entry}), responsible: {stay.responsible_state}"
    )
    return Whereabouts(
        status="unaccounted",
        says=says,
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.unaccounted_since,
        by_entry=stay.unaccounted_entry,
    )


def _offered(stay: Stay) -> Whereabouts:
    says = (
        f"offered for handover in {stay.facility} and not accepted,"
        f" responsible: {stay.responsible_state}"
    )
    return Whereabouts(
        status="handover-pending",
        says=says,
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.offered_at,
    )


def _refused(stay: Stay) -> Whereabouts:
    says = (
        f"not taken over at arrival in {stay.facility} and to be taken back,"
        f" responsible: {stay.responsible_state}"
    )
    return Whereabouts(
        status="arrival-refused",
        says=says,
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.ended_at,
    )


def _at_large(stay: Stay) -> Whereabouts:
    return Whereabouts(
        status="escaped",
        says=f"escaped from custody in {stay.facility}, responsible: {stay.responsible_state}",
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.escaped_at,
    )


_HELD = {
    "escaped": _at_large,
    "unaccounted": _unaccounted,
    "in-custody": _in_custody,
    "return-under-way": _on_the_way_back,
    "handover-pending": _offered,
    "arrival-refused": _refused,
}


def _on_the_way(case: FollowedCase) -> Whereabouts:
    said = "departed" if case.stage == "departed" else "arrived"
    return Whereabouts(
        status=said,
        says=f"{said} on the way to {case.receiving}, not handed over, responsible: {case.sending}",
        responsible_state=case.sending,
        since=case.since,
        by_entry=case.entry,
    )


def _taken_off(case: FollowedCase) -> Whereabouts:
    return Whereabouts(
        status="taken-off-on-the-way",
        says=f"taken off on the way, held by {case.held_by}, responsible: {case.sending}",
        responsible_state=case.sending,
        since=case.since,
        by_entry=case.entry,
    )


def _not_departed(responsible: str | None) -> Whereabouts:
    return Whereabouts(
        status="not-departed",
        says=f"not departed, responsible: {responsible or 'the state that gave this pseudonym'}",
        responsible_state=responsible,
    )


def _ended(stay: Stay) -> Whereabouts:
    responsible = stay.responsible_state
    if stay.status == "onward-transferred":
        return _sent_on(stay)
    how = "died in custody" if stay.status == "deceased" else f"{stay.status} from custody"
    says = f"{how} in {stay.facility}, responsible: {responsible or 'no state, they are free'}"
    return Whereabouts(
        status=stay.status,
        says=says,
        responsible_state=responsible,
        facility=stay.facility,
        since=stay.ended_at,
    )


def _sent_on(stay: Stay) -> Whereabouts:
    """Who was sent on is that state's to answer for (G5)."""
    return Whereabouts(
        status=stay.status,
        says=f"sent on from custody in {stay.facility}, responsible: {stay.responsible_state}",
        responsible_state=stay.responsible_state,
        facility=stay.facility,
        since=stay.ended_at,
    )


def _not_known_here(person: PersonId) -> Whereabouts:
    says = (
        f"no entry that placement has followed names {person}, which says nothing about anybody's"
        " whereabouts: the pseudonym may be mistyped, or newer than what was followed. Ask the"
        " intake agency of the state that gave it; what both logs have of it, each government's"
        " audit node shows at /v1/entries?person="
    )
    return Whereabouts(status="not-known-here", says=says, responsible_state=None)
