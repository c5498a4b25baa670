"""Headcounts: who was there on a night, by name; who was not is an alarm, not billed (G14)."""

from __future__ import annotations

from datetime import date

from services.audit.domain.expectations import Key
from services.audit.domain.presence import to_be_counted
from services.audit.domain.records.custodies import Custody
from services.audit.domain.records.facilities import Facility
from services.audit.domain.records.headcounts import Count
from services.audit.domain.state import Rules, State
from shared.contracts.placement import (
    HeadcountAttested,
    HeadcountMismatched,
    PersonAccountedFor,
    PersonUnaccounted,
    Presence,
)
from shared.kernel.dates import local_date
from shared.kernel.ids import FacilityId, agreement_of


def attested(state: State, event: HeadcountAttested) -> None:
    """A facility's state attests a night that has begun, once, in numbered parts."""
    count = state.headcount
    if count is None or not _goes_on(count, event):
        count = state.headcount = _begin(state, state.facilities.of(event.facility), event)
    else:
        state.expectations.goes_on()
    _part(state, count, event)
    owed, night = state.obligations.asked(event.attested_by), event.night.toordinal()
    for presence in event.present:
        custody = _present(state, event, presence, night)
        count.awaited.discard(presence.custody)
        if custody is not None:
            state.obligations.expect("night", (presence.custody, night), owed)
    count.counted += len(event.present)
    if not count.awaited:
        state.expectations.keep(_mismatch(count.facility, count.night))


def _goes_on(count: Count, event: HeadcountAttested) -> bool:
    known = count.parts.get(event.agreement, (0, 0))
    same = (count.facility, count.night) == (event.facility, event.night)
    return same and event.part > known[0]


def _begin(state: State, facility: Facility, event: HeadcountAttested) -> Count:
    findings, night = state.findings, event.night.toordinal()
    if night in facility.counted:
        findings.broken("G14", "a night that is attested once", event.night)
    facility.counted.add(night)
    signed_at = min(findings.entry.time, findings.entry.recorded_at)
    today = local_date(signed_at, facility.timezone)
    if event.night > today:
        findings.broken("G14", f"a night that has begun by {today}", event.night)
    awaited = set(to_be_counted(state.custodies, facility, event.night))
    if awaited:
        expected = f"everybody counted on {event.night}, or a mismatch and who is missing"
        state.expectations.promise(_mismatch(event.facility, event.night), "G14", expected)
    return Count(event.facility, event.night, awaited)


def _part(state: State, count: Count, event: HeadcountAttested) -> None:
    last, parts = count.parts.get(event.agreement, (0, event.parts))
    state.expectations.keep(("part", event.agreement, event.part))
    if (event.part, event.parts) != (last + 1, parts) or event.part > event.parts:
        expected = f"part {last + 1} of {parts}"
        state.findings.broken("G14", expected, f"part {event.part} of {event.parts}")
    count.parts[event.agreement] = (event.part, event.parts)
    if event.part < event.parts:
        key = ("part", event.agreement, event.part + 1)
        state.expectations.promise(key, "G14", f"part {event.part + 1} of {event.parts}")


def _present(
    state: State, event: HeadcountAttested, presence: Presence, night: int
) -> Custody | None:
    """Somebody who was counted was in custody there on that night, under that agreement."""
    findings, custody = state.findings, state.custodies.get(presence.custody)
    if custody is None or custody.accepted is None:
        findings.broken("G14", "persons in custody", f"custody/{presence.custody} is not")
        return None
    there = custody.facility == event.facility and custody.has(event.night)
    if not there or custody.person != presence.person or night in custody.counted:
        found = f"custody/{presence.custody} of person/{presence.person}"
        findings.broken("G14", f"persons counted once on {event.night}, there", found)
    ours, theirs = custody.agreement, event.agreement
    if ours != theirs and agreement_of(ours) != agreement_of(theirs):
        findings.broken("G14", f"persons held under {event.agreement}", custody.agreement)
    custody.counted.add(night)
    return custody


def mismatched(state: State, event: HeadcountMismatched) -> None:
    """The list and the record differ; an alarm follows for each who is missing."""
    findings, count = state.findings, _of(state, event.facility, event.night)
    if count is None:
        return
    findings.same("G14", "counted", count.counted, event.counted)
    findings.same("G14", "to be counted", event.counted + len(count.awaited), event.expected)
    state.expectations.keep(_mismatch(event.facility, event.night))
    for name in count.awaited:
        expected = f"custody/{name} counted, or an alarm"
        state.expectations.promise(("alarm", name), "G14", expected)
    count.expected = event.expected


def unaccounted_for(state: State, event: PersonUnaccounted) -> None:
    """An alarm for one who was not counted: that night is not billed (G14; T5)."""
    custody = state.custodies.get(event.custody)
    count = _of(state, event.facility, event.night)
    if custody is None or count is None:
        return
    if not state.expectations.keep(("alarm", event.custody)):
        state.findings.broken("G14", "an alarm for who is missing", f"{event.custody} is not")
    if count.expected is None:
        state.findings.broken("G14", "a mismatch before the alarms", "none")
    custody.missed = max(custody.missed or event.night, event.night)


def accounted_for(state: State, event: PersonAccountedFor) -> None:
    """Who was missed was counted again, or had left."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    state.expectations.goes_on()
    if custody is None:
        return
    if custody.missed is None:
        findings.broken("G14", "a person who was unaccounted for", "accounted for already")
    counted = event.night.toordinal() in custody.counted
    if not counted and event.night not in (custody.left_on, custody.departed_on):
        findings.broken("G14", "a night that the person was counted or left on", event.night)
    custody.missed = None


def _of(state: State, facility: FacilityId, night: date) -> Count | None:
    """The headcount that is being read, if it is this one."""
    state.expectations.goes_on()
    count = state.headcount
    if count is None or (count.facility, count.night) != (facility, night):
        expected = f"the headcount of {night} in {facility}"
        state.findings.missing("G14", expected, "none")
        return None
    return count


def _mismatch(facility: FacilityId, night: date) -> Key:
    """The promise that whoever was not counted is named."""
    return ("mismatch", facility, night)


RULES: Rules = {
    HeadcountAttested: attested,
    HeadcountMismatched: mismatched,
    PersonUnaccounted: unaccounted_for,
    PersonAccountedFor: accounted_for,
}
