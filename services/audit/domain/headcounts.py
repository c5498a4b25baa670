"""Headcounts: who was there on a night, by name; who was not is an alarm, not billed (G14)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

import msgspec

from services.audit.domain.custodies import Custodies, Custody
from services.audit.domain.expectations import Key, Notes
from services.audit.domain.facilities import Facilities, Facility
from services.audit.domain.obligations import Reactions
from shared.contracts.placement import (
    HeadcountAttested,
    HeadcountMismatched,
    PersonAccountedFor,
    PersonUnaccounted,
    Presence,
)
from shared.kernel.dates import local_date
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, agreement_of


class Count(msgspec.Struct):
    """One facility's one night, as its entries are read."""

    facility: FacilityId
    night: date
    awaited: set[CustodyId]
    """Who is in custody there, and neither counted nor missed so far."""
    parts: dict[AgreementRef, tuple[int, int]] = msgspec.field(default_factory=dict)
    """The last part of each agreement's list, and of how many."""
    counted: int = 0
    missing: int = 0
    expected: int | None = None


class Headcounts:
    """The nights that were attested, and the presences that billing has not settled yet."""

    def __init__(
        self, notes: Notes, facilities: Facilities, custodies: Custodies, reactions: Reactions
    ) -> None:
        """Begin with none."""
        self._notes = notes
        self._facilities = facilities
        self._custodies = custodies
        self._reactions = reactions
        self._count: Count | None = None
        self.unaccounted = 0

    def attested(self, event: HeadcountAttested) -> None:
        """The facility's state attests a night that has begun, once, in numbered parts."""
        notes, facility = self._notes, self._facilities.of(event.facility)
        signer = (notes.actor.party, notes.actor.office)
        notes.same("G14", "attested by", (facility.country, "facility-registry"), signer)
        notes.same("G14", "attested by", notes.fact.actor, event.attested_by)
        count = self._count
        if count is None or not self._goes_on(count, event):
            count = self._count = self._begin(facility, event)
        else:
            notes.goes_on()
        self._part(count, event)
        asked, night = self._reactions.asked(event.attested_by), event.night.toordinal()
        for one in event.present:
            custody = self._present(event, one, night)
            count.awaited.discard(one.custody)
            if custody is not None:
                self._reactions.expect("night", (one.custody, night), asked)
        count.counted += len(event.present)
        if not count.awaited:
            notes.keep(_mismatch(count.facility, count.night))

    def mismatched(self, event: HeadcountMismatched) -> None:
        """The list and the record differ; an alarm follows for each who is missing."""
        count = self._of(event.facility, event.night)
        if count is None:
            return
        self._notes.same("G14", "counted", count.counted, event.counted)
        expected = event.counted + len(count.awaited)
        self._notes.same("G14", "to be counted", expected, event.expected)
        self._notes.keep(_mismatch(event.facility, event.night))
        for name in count.awaited:
            self._notes.promise(("alarm", name), "G14", f"custody/{name} counted, or an alarm")
        count.expected = event.expected

    def unaccounted_for(self, event: PersonUnaccounted) -> None:
        """An alarm for one who was not counted: that night is not billed (G14; T5)."""
        custody, count = self._custodies.of(event), self._of(event.facility, event.night)
        if custody is None or count is None:
            return
        count.missing += 1
        if not self._notes.keep(("alarm", event.custody)):
            self._notes.broken("G14", "an alarm for who is missing", f"{event.custody} is not")
        if count.expected is None:
            self._notes.broken("G14", "a mismatch before the alarms", "none")
        custody.missed = max(custody.missed or event.night, event.night)
        self.unaccounted += 1

    def accounted_for(self, event: PersonAccountedFor) -> None:
        """Who was missed was counted again, or had left."""
        custody = self._custodies.of(event)
        self._notes.goes_on()
        if custody is None:
            return
        if custody.missed is None:
            self._notes.broken("G14", "a person who was unaccounted for", "accounted for already")
        self._notes.same("G14", "the facility", custody.facility, event.facility)
        counted = event.night.toordinal() in custody.counted
        if not counted and event.night != custody.departed_on:
            self._notes.broken("G14", "a night that the person was counted or left on", event.night)
        custody.missed = None

    def to_be_counted(self, facility: Facility, night: date) -> Iterator[CustodyId]:
        """Who is missing when not counted: in custody by then, and not gone by then."""
        for name in facility.present:
            if self._custodies.known[name].arrived_on <= night:
                yield name
        later = bisect_right(facility.left, night.toordinal(), key=_day)
        for _, name in facility.left[later:]:
            if self._custodies.known[name].arrived_on <= night:
                yield name

    def _of(self, facility: FacilityId, night: date) -> Count | None:
        """The headcount that is being read, if it is this one."""
        self._notes.goes_on()
        count = self._count
        if count is None or (count.facility, count.night) != (facility, night):
            self._notes.missing("G14", f"the headcount of {night} in {facility}", "none")
            return None
        return count

    def _goes_on(self, count: Count, event: HeadcountAttested) -> bool:
        known = count.parts.get(event.agreement, (0, 0))
        same = (count.facility, count.night) == (event.facility, event.night)
        return same and event.part > known[0]

    def _begin(self, facility: Facility, event: HeadcountAttested) -> Count:
        night = event.night.toordinal()
        if night in facility.counted:
            self._notes.broken("G14", "a night that is attested once", event.night)
        facility.counted.add(night)
        today = local_date(self._notes.fact.recorded_at, facility.timezone)
        if event.night > today:
            self._notes.broken("G14", f"a night that has begun by {today}", event.night)
        awaited = set(self.to_be_counted(facility, event.night))
        if awaited:
            expected = f"everybody counted on {event.night}, or a mismatch and who is missing"
            self._notes.promise(_mismatch(event.facility, event.night), "G14", expected)
        return Count(event.facility, event.night, awaited)

    def _part(self, count: Count, event: HeadcountAttested) -> None:
        last, parts = count.parts.get(event.agreement, (0, event.parts))
        self._notes.keep(("part", event.agreement, event.part))
        if (event.part, event.parts) != (last + 1, parts) or event.part > event.parts:
            expected = f"part {last + 1} of {parts}"
            self._notes.broken("G14", expected, f"part {event.part} of {event.parts}")
        count.parts[event.agreement] = (event.part, event.parts)
        if event.part < event.parts:
            key = ("part", event.agreement, event.part + 1)
            self._notes.promise(key, "G14", f"part {event.part + 1} of {event.parts}")

    def _present(self, event: HeadcountAttested, one: Presence, night: int) -> Custody | None:
        """Somebody who was counted was in custody there on that night, under that agreement."""
        custody = self._custodies.known.get(one.custody)
        if custody is None or custody.accepted is None:
            self._notes.broken("G14", "persons in custody", f"custody/{one.custody} is not")
            return None
        there = custody.facility == event.facility and custody.has(event.night)
        if not there or custody.person != one.person or night in custody.counted:
            found = f"custody/{one.custody} of person/{one.person}"
            self._notes.broken("G14", f"persons counted once on {event.night}, there", found)
        ours, theirs = custody.agreement, event.agreement
        if ours != theirs and agreement_of(ours) != agreement_of(theirs):
            self._notes.broken("G14", f"persons held under {event.agreement}", custody.agreement)
        custody.counted.add(night)
        return custody


def _mismatch(facility: FacilityId, night: date) -> Key:
    """The promise that whoever was not counted is named."""
    return ("mismatch", facility, night)


def _day(left: tuple[int, CustodyId]) -> int:
    return left[0]
