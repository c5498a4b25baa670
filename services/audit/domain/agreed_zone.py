"""The zone that a facility's nights are dates in: the registered one is the agreed one (F10)."""

from __future__ import annotations

from datetime import date

from services.audit.domain.records.facilities import Facility
from services.audit.domain.state import State
from shared.kernel.codes import Timezone
from shared.kernel.ids import AgreementId, AgreementRef, agreement_of, version_of
from shared.kernel.reference.faults import zone_of


def zones_on(facility: Facility, day: date) -> dict[AgreementId, Timezone]:
    """The zone that each agreement names on a day, of the versions that placement has followed: the
    one with the highest number that has begun, or else the first to begin (D6).
    """
    begun: dict[AgreementId, tuple[date, Timezone]] = {}
    for agreement in sorted(facility.zones, key=version_of):
        begins, zone = facility.zones[agreement]
        name, since = agreement_of(agreement), max(begins, day)
        if name not in begun or since <= begun[name][0]:
            begun[name] = since, zone_of(zone)
    return {name: zone for name, (_, zone) in begun.items()}


def is_in_the_agreed_zone(
    state: State, facility: Facility, agreement: AgreementRef, day: date, *, departed: bool
) -> None:
    """A place is about to be taken under an agreement, which has to name the facility's own zone.

    Who has departed is bound by the version that they departed under too (D6): its document says
    which zone, whatever placement made of it.
    """
    agreed = zones_on(facility, day).get(agreement_of(agreement))
    version = state.versions.versions.get(agreement)
    named = version.document.facility(facility.facility) if version else None
    signed = zone_of(named.timezone) if named else None
    allowed = {agreed, signed} if departed else {agreed or signed}
    if allowed != {None} and zone_of(facility.timezone) not in allowed:
        expected = f"the agreed time zone of {agreement}: {agreed or signed}"
        state.findings.broken("F10", expected, f"registered in {facility.timezone}")
