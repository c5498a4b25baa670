"""A headcount: who was there on a night, attested by name; who is missing is an alarm (G14), who is
unknown stays open (D3).
"""

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
from shared.contracts.unknown_person import UnknownPersonCounted
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
    """Nobody of those who were counted was, by the record, in custody here on that night."""

    RULE = "G14"


class AttestHeadcount(FacilityCommand, frozen=True, kw_only=True):
    """Attest who was there on a night: every custody that was seen, by its id."""

    night: date
    present: frozenset[CustodyId]
    attested_at: datetime | None = None
    """When the list was signed, if not now: not before its night had begun."""


class Count(msgspec.Struct, frozen=True):
    """A night's list held against the roster: who was counted, who is missing, who is unknown."""

    night: date
    counted: tuple[Stay, ...]
    missing: tuple[Stay, ...]
    strangers: tuple[CustodyId, ...]


def _attest(command: AttestHeadcount, roster: RosterState) -> tuple[Event, ...]:
    require_own(roster.country, command.facility, command.actor)
    if command.night.isoformat() in roster.nights:
        raise HeadcountAlreadyAttested(f"the night of {command.night} is attested already")
    count = _count(command, roster)
    broken = _not_begun(command, roster) or _nobody_known(command, roster, count)
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
        *_unknown(command, count, roster),
    )


def _not_begun(command: AttestHeadcount, roster: RosterState) -> RuleBroken | None:
    signed_at = min(command.attested_at or command.now, command.now)
    if command.night <= local_date(signed_at, roster.timezone):
        return None
    return NightNotBegun(
        f"the night of {command.night} had not begun at the facility at {signed_at.isoformat()}:"
        " attest it once it has"
    )


def _nobody_known(command: AttestHeadcount, roster: RosterState, count: Count) -> RuleBroken | None:
    """A list of strangers alone attests nothing: there is no agreement that it could be under."""
    if count.counted or count.missing or not count.strangers:
        return None
    findings = (
        Finding(rule="G14", missing=_why_not(roster, custody), evidence=f"custody/{custody}")
        for custody in count.strangers[:FINDINGS_PER_REFUSAL]
    )
    return CountedButNotInCustody(
        f"none of the {len(count.strangers)} persons counted was in custody in {command.facility}"
        f" on {command.night}, and nobody was missing: correct the list, or record what is missing",
        findings=tuple(findings),
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
        if stay.custody in command.present and stay.may_be_counted_on(command.night):
            counted.append(stay)
        elif stay.must_be_counted_on(command.night):
            missing.append(stay)
    return Count(
        night=command.night,
        counted=tuple(sorted(counted, key=_BY_CUSTODY)),
        missing=tuple(sorted(missing, key=_BY_CUSTODY)),
        strangers=tuple(sorted(command.present.difference(stay.custody for stay in counted))),
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


def _unknown(command: AttestHeadcount, count: Count, roster: RosterState) -> Iterator[Event]:
    """Whoever is unknown stays open until another subject says who it was (D3)."""
    for custody in count.strangers:
        stay = roster.stays.get(custody)
        yield UnknownPersonCounted(
            facility=command.facility,
            night=command.night,
            counted=custody,
            reason="outside-the-stay" if stay else "no-custody-here",
            attested_by=str(command.actor),
            arrived_on=stay.arrived_on if stay else None,
            departed_on=stay.departed_on if stay else None,
        )


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
