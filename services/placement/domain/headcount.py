"""A headcount: who was there on a night, attested by name; whoever is missing is an alarm (G14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from operator import attrgetter

import msgspec

from services.placement.domain import roster as rosters
from services.placement.domain.facility.state import FacilityCommand, require_own
from services.placement.domain.roster import RosterState, Stay
from shared.contracts.placement import (
    HeadcountAttested,
    HeadcountMismatched,
    HeadcountRefused,
    PersonAccountedFor,
    PersonUnaccounted,
    Presence,
)
from shared.kernel.codes import Timezone
from shared.kernel.dates import local_date
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, CustodyId
from shared.kernel.rejected import Conflict, Finding, RuleBroken

PRESENCES_PER_ENTRY = 400
"""A presence is 100 bytes of JSON with UUIDs, so a part is 40 kB of an entry's 65,535."""
_BY_CUSTODY = attrgetter("custody")
FINDINGS_PER_REFUSAL = 100
"""So that a refusal fits into an entry however wrong the list was."""


class HeadcountAlreadyAttested(Conflict):
    """This night of this facility is attested already."""


class NobodyToCount(Conflict):
    """Nobody was in custody here on that night, so there is nothing to attest."""


class NightNotBegun(RuleBroken):
    """A headcount is a fact, so its night has begun."""

    RULE = "G14"


class CountedButNotInCustody(RuleBroken):
    """Somebody was counted who, by the record, was not in custody here on that night."""

    RULE = "G14"


class AttestHeadcount(FacilityCommand, frozen=True, kw_only=True):
    """Attest who was there on a night: every custody that was seen, by its id."""

    night: date
    present: frozenset[CustodyId]
    attested_at: datetime | None = None
    """When the list was signed, if not now: not before its night had begun."""


class Count(msgspec.Struct, frozen=True):
    """A night's list held against the roster: who was counted, and who is missing."""

    night: date
    counted: tuple[Stay, ...]
    missing: tuple[Stay, ...]


def _attest(command: AttestHeadcount, roster: RosterState) -> tuple[Event, ...]:
    require_own(roster.country, command.facility, command.actor)
    if command.night.isoformat() in roster.nights:
        raise HeadcountAlreadyAttested(f"the night of {command.night} is attested already")
    count = _count(command, roster)
    broken = _not_begun(command, roster) or _not_in_custody(command, roster, count)
    if broken:
        raise broken.on_record(
            lambda refusal: HeadcountRefused(
                facility=command.facility, night=command.night, refusal=refusal
            )
        )
    if not count.counted and not count.missing:
        raise NobodyToCount(f"nobody was in custody in {command.facility} on {command.night}")
    return (
        *_attested(command, count, roster.timezone),
        *_unaccounted(command, count, roster),
        *_accounted_for(command, count),
    )


def _not_begun(command: AttestHeadcount, roster: RosterState) -> RuleBroken | None:
    signed_at = min(command.attested_at or command.now, command.now)
    if command.night <= local_date(signed_at, roster.timezone):
        return None
    return NightNotBegun(
        f"the night of {command.night} had not begun at the facility at {signed_at.isoformat()}:"
        " attest it once it has"
    )


def _not_in_custody(
    command: AttestHeadcount, roster: RosterState, count: Count
) -> RuleBroken | None:
    outside = {
        resident.custody
        for resident in count.counted
        if not resident.may_be_counted_on(command.night)
    }
    if not outside and len(count.counted) == len(command.present):
        return None
    known = {resident.custody for resident in count.counted}
    strangers = [
        Finding(rule="G14", missing=_why_not(roster, custody), evidence=f"custody/{custody}")
        for custody in sorted(command.present - known | outside)
    ]
    return CountedButNotInCustody(
        f"{len(strangers)} of the persons counted were not in custody in {command.facility} on"
        f" {command.night}: correct the list, or record first what is missing",
        findings=tuple(strangers[:FINDINGS_PER_REFUSAL]),
    )


def _why_not(roster: RosterState, custody: CustodyId) -> str:
    stay = roster.stays.get(custody)
    if stay is None:
        of_late = "" if roster.since == date.min else f", or it ended before {roster.since}"
        return f"no such custody was accepted here{of_late}"
    return f"in custody from {stay.arrived_on} to {stay.departed_on or 'now'}"


def _count(command: AttestHeadcount, roster: RosterState) -> Count:
    """Who ever was there is looked at once, and only who is named is put in order."""
    counted: list[Stay] = []
    missing: list[Stay] = []
    for stay in roster.stays.values():
        if stay.custody in command.present:
            counted.append(stay)
        elif stay.must_be_counted_on(command.night):
            missing.append(stay)
    return Count(
        night=command.night,
        counted=tuple(sorted(counted, key=_BY_CUSTODY)),
        missing=tuple(sorted(missing, key=_BY_CUSTODY)),
    )


def _attested(command: AttestHeadcount, count: Count, timezone: Timezone) -> Iterator[Event]:
    """One list an agreement, in parts that fit into an entry; a list may be empty, and says so."""
    named = {stay.agreement for stay in chain(count.counted, count.missing)}
    lists: dict[AgreementRef, list[Presence]] = {agreement: [] for agreement in named}
    for stay in count.counted:
        lists[stay.agreement].append(Presence(stay.custody, stay.person))
    for agreement in sorted(lists):
        present = lists[agreement]
        starts = range(0, max(1, len(present)), PRESENCES_PER_ENTRY)
        for part, start in enumerate(starts, start=1):
            yield HeadcountAttested(
                facility=command.facility,
                agreement=agreement,
                night=command.night,
                timezone=timezone,
                present=tuple(present[start : start + PRESENCES_PER_ENTRY]),
                part=part,
                parts=len(starts),
                attested_by=str(command.actor),
            )


def _unaccounted(command: AttestHeadcount, count: Count, roster: RosterState) -> Iterator[Event]:
    """An alarm for each who is missing; a later night that they were counted on ends it at once."""
    if not count.missing:
        return
    yield HeadcountMismatched(
        facility=command.facility,
        night=command.night,
        expected=len(count.counted) + len(count.missing),
        counted=len(count.counted),
    )
    later = roster.attested_after(command.night)
    for stay in count.missing:
        yield _about(stay, PersonUnaccounted, command, command.night)
        seen = rosters.last_counted(stay, later)
        if seen and not stay.unaccounted:
            yield _about(stay, PersonAccountedFor, command, seen)


def _accounted_for(command: AttestHeadcount, count: Count) -> Iterator[Event]:
    """Whoever was missing and is counted on a later night is accounted for."""
    for stay in count.counted:
        if stay.unaccounted and command.night > max(stay.missed):
            yield _about(stay, PersonAccountedFor, command, command.night)


def _about(
    stay: Stay,
    fact: type[PersonUnaccounted | PersonAccountedFor],
    command: AttestHeadcount,
    night: date,
) -> Event:
    return fact(
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=command.facility,
        night=night,
    )


def _on_roster(command: AttestHeadcount) -> Reading[RosterState]:
    return rosters.on_night(command.facility, command.night)


ATTEST_HEADCOUNT = Decider(boundary=_on_roster, decide=_attest)
