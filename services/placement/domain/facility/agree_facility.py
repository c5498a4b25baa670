"""An agreement names a facility: it is its receiving state's, and no other state's."""

from __future__ import annotations

from services.placement.domain.facility.state import (
    AboutFacility,
    FacilityOfOthers,
    FacilityState,
    site,
)
from shared.contracts.codes import Country
from shared.contracts.facility import FacilityAgreed
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.rejected import Conflict


class FacilityAgreedAlready(Conflict):
    """An earlier version, or another agreement, names this facility of the same state."""


class AgreeFacility(AboutFacility, frozen=True, kw_only=True):
    """An agreement came into force that names a facility of its receiving state."""

    agreement: AgreementRef
    country: Country


def _agree(command: AgreeFacility, state: FacilityState) -> tuple[Event, ...]:
    if state.agreed == command.country:
        raise FacilityAgreedAlready(f"{command.facility} is agreed to be {state.agreed}'s")
    if state.agreed:
        raise FacilityOfOthers(
            f"an earlier agreement names {command.facility} as a facility of {state.agreed}"
        )
    agreed = FacilityAgreed(
        facility=command.facility, agreement=command.agreement, country=command.country
    )
    return (agreed,)


AGREE_FACILITY = Decider(boundary=site, decide=_agree)
