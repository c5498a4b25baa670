"""Headcounts that fall due: none is overdue early, and none that stood is left out (G14; D3)."""

from __future__ import annotations

from datetime import date, datetime

from services.audit.domain.falling_due import expect, marked
from services.audit.domain.presence import to_be_counted
from services.audit.domain.records.deadlines import HEADCOUNT, Key
from services.audit.domain.state import Rules, State
from shared.contracts.placement import (
    HEADCOUNT_GRACE,
    CustodyAccepted,
    HeadcountAttested,
    HeadcountOverdue,
)
from shared.kernel.codes import Timezone
from shared.kernel.dates import ONE_DAY, last_second, local_date
from shared.kernel.ids import FacilityId


def accepted(state: State, event: CustodyAccepted) -> None:
    """The first night of a stay is to be attested, and each that was past when it was told."""
    told = state.findings.entry.recorded_at
    today, night = local_date(told, event.timezone), event.arrived_on
    _expect(state, event.facility, night, event.timezone, told + HEADCOUNT_GRACE)
    while (night := night + ONE_DAY) < today:
        _expect(state, event.facility, night, event.timezone, told + HEADCOUNT_GRACE)


def attested(state: State, event: HeadcountAttested) -> None:
    """A night is done, and the next one is to be attested."""
    zone = state.facilities.of(event.facility).timezone
    state.deadlines.done(_key(event.facility, event.night))
    earliest = state.findings.entry.recorded_at + HEADCOUNT_GRACE
    _expect(state, event.facility, event.night + ONE_DAY, zone, earliest)


def overdue(state: State, event: HeadcountOverdue) -> None:
    """The facility was silent when its headcount was due; the next night is due as ever."""
    findings, deadlines = state.findings, state.deadlines
    facility, night = state.facilities.of(event.facility), _key(event.facility, event.night)
    if event.night.toordinal() in facility.counted or night in deadlines.overdue:
        findings.broken("G14", "a night that is neither attested nor overdue", event.night)
    awaited = sum(1 for _ in to_be_counted(state.custodies, facility, event.night))
    findings.same("G14", "awaited", awaited, event.awaited)
    marked(state, night, event.due_at)
    deadlines.overdue.add(night)
    _expect(state, event.facility, event.night + ONE_DAY, facility.timezone, event.due_at)


def _expect(
    state: State, name: FacilityId, night: date, timezone: Timezone, earliest: datetime
) -> None:
    counted, key = state.facilities.of(name).counted, _key(name, night)
    if night.toordinal() not in counted and key not in state.deadlines.overdue:
        expect(state, key, max(last_second(night, timezone) + HEADCOUNT_GRACE, earliest))


def _key(facility: FacilityId, night: date) -> Key:
    return HEADCOUNT, facility, night


RULES: Rules = {
    CustodyAccepted: accepted,
    HeadcountAttested: attested,
    HeadcountOverdue: overdue,
}
