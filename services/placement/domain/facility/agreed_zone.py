"""One zone dates a facility's nights: that of its registration, which the agreement names (F10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from services.placement.domain.facility.state import AgreedZone, FacilityState
from shared.kernel.codes import Timezone
from shared.kernel.ids import AgreementId, AgreementRef, FacilityId, agreement_of, version_of
from shared.kernel.reference.faults import zone_of
from shared.kernel.rejected import Finding, RuleBroken


class FacilityInAnotherZone(RuleBroken):
    """The agreement names another time zone than the facility has: its nights have other dates."""

    RULE = "F10"


def in_force(state: FacilityState, day: date) -> dict[AgreementId, Timezone]:
    """The zone that each agreement names for the facility on a day."""
    return {agreement: zone.timezone for agreement, zone in terms_on(state, day).items()}


def terms_on(state: FacilityState, day: date) -> dict[AgreementId, AgreedZone]:
    """What each agreement says of the facility on a day: the latest version of those that have
    begun, or the first to begin (D6). The latest has the highest number, whichever was signed last.
    """
    bound: dict[AgreementId, AgreedZone] = {}
    for later in sorted(state.agreed_zones, key=lambda zone: version_of(zone.agreement)):
        earlier = bound.get(agreement_of(later.agreement))
        if earlier is None or later.begins <= max(day, earlier.begins):
            bound[agreement_of(later.agreement)] = later
    return bound


def of_version(state: FacilityState, agreement: AgreementRef) -> tuple[Timezone, ...]:
    """The zone that this very version names for the facility, if it is followed."""
    return tuple(zone.timezone for zone in state.agreed_zones if zone.agreement == agreement)


def leads_to_one_of(zone: Timezone, zones: Collection[Timezone]) -> bool:
    """Whether a zone is among these, by whichever of its names."""
    return zone_of(zone) in map(zone_of, zones)


def another_zone(
    facility: FacilityId,
    state: FacilityState,
    agreement: AgreementRef,
    day: date,
    departed_under: tuple[Timezone, ...] = (),
) -> FacilityInAnotherZone | None:
    """Why the facility's nights would not be the agreement's, or nothing when they are.

    The version of the day binds; who has departed is bound by the one they departed under too (D6).
    """
    agreed = in_force(state, day).get(agreement_of(agreement))
    if not state.country or agreed is None:
        return None
    if leads_to_one_of(state.timezone, (agreed, *departed_under)):
        return None
    mend = f"have {state.country} register it anew in {agreed}"
    if state.dates_nights:
        mend = f"people were in custody there already, so amend the agreement to {state.timezone}"
    return FacilityInAnotherZone(
        f"facility {facility} is registered in the time zone {state.timezone}, and"
        f" {agreement_of(agreement)} names {agreed}: {mend}",
        findings=(
            Finding(
                rule="F10",
                missing=f"one time zone: registered {state.timezone}, agreed {agreed}",
                evidence=f"facility/{facility}",
            ),
        ),
    )
