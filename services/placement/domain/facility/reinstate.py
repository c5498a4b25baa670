"""A facility is reinstated when the last ground of its suspension is gone (G17)."""

from __future__ import annotations

from services.placement.domain.facility.fitness import Fitness
from services.placement.domain.facility.state import FacilityCommand
from shared.contracts.facility_course import FacilityReinstated
from shared.kernel.event import Event


def reinstated(command: FacilityCommand, left: Fitness) -> tuple[Event, ...]:
    """That nothing stands any more, where this was the last."""
    if left.standing:
        return ()
    return (FacilityReinstated(facility=command.facility, reinstated_by=str(command.actor)),)
