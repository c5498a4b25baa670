"""An agreement names a facility and its time zone: it is its receiving state's, and no other's."""

from __future__ import annotations

from datetime import date

from services.placement.domain.facility.agreed_zone import of_version
from services.placement.domain.facility.state import (
    AboutFacility,
    FacilityOfOthers,
    FacilityState,
    site,
)
from shared.contracts.agreement import ReturnTerms
from shared.contracts.facility import FacilityAgreed
from shared.kernel.codes import Country, Timezone
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.rejected import Conflict


class FacilityAgreedAlready(Conflict):
    """This very version is recorded already."""


class AgreeFacility(AboutFacility, frozen=True, kw_only=True):
    """An agreement came into force that names a facility of its receiving state."""

    agreement: AgreementRef
    country: Country
    timezone: Timezone
    begins: date
    returns: ReturnTerms = ReturnTerms()
    sending: Country | None = None


def _agree(command: AgreeFacility, state: FacilityState) -> tuple[Event, ...]:
    if of_version(state, command.agreement):
        raise FacilityAgreedAlready(f"{command.agreement} names {command.facility}: it is recorded")
    if state.agreed not in ("", command.country):
        raise FacilityOfOthers(
            f"an earlier agreement names {command.facility} as a facility of {state.agreed}"
        )
    agreed = FacilityAgreed(
        facility=command.facility,
        agreement=command.agreement,
        country=command.country,
        timezone=command.timezone,
        begins=command.begins,
        returns=command.returns,
        sending=command.sending,
    )
    return (agreed,)


AGREE_FACILITY = Decider(boundary=site, decide=_agree)
