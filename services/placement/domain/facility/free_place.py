"""Whether a facility has a place for one more (G19)."""

from __future__ import annotations

from services.placement.domain.facility.state import FacilityState
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import Finding, RuleBroken


class NoPlaceAvailable(RuleBroken):
    """Reserved, en route and in custody would exceed the approved capacity."""

    RULE = "G19"


def no_place(facility: FacilityId, state: FacilityState) -> NoPlaceAvailable | None:
    """Why the facility has no place for one more, or nothing when it has (G19)."""
    if state.available:
        return None
    what, then = "no free place", "approve more capacity there"
    if not state.country:
        what, then = "not been registered", "have its state register it and approve its capacity"
    return NoPlaceAvailable(
        f"facility {facility} has {what}: {then}, or choose another facility",
        findings=(
            Finding(
                rule="G19",
                missing=f"approved {state.approved}, own population {state.own_population},"
                f" reserved {state.reserved}, in custody {state.in_custody}",
                evidence=f"facility/{facility}",
            ),
        ),
    )
