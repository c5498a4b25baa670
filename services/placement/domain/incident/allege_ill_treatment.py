"""An allegation that a person was ill-treated in custody suspends the facility (G17, G18)."""

from __future__ import annotations

from typing import Literal, get_args

from services.placement.domain.custody.state import CustodyState, stay_of
from services.placement.domain.incident.report_incident import (
    IncidentCommand,
    IncidentInTheFuture,
    IncidentOutsideCustody,
    accepted,
    told,
)
from shared.contracts.facility_course import FacilitySuspended
from shared.contracts.incident import IllTreatmentAlleged
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import NotAllowed

AllegingOffice = Literal["court", "counsel", "consulate", "central-authority", "monitor"]
"""Of whatever party, as with a hold (G2): whoever holds the person cannot keep it from being said.
"""


class OfficeCannotAllege(NotAllowed):
    """An allegation comes from an office that can answer for having made it."""

    RULE = "G18"


class AllegeIllTreatment(IncidentCommand, frozen=True, kw_only=True):
    """Allege that a person was ill-treated, whether they are still in custody or not."""


def _allege(command: AllegeIllTreatment, state: CustodyState) -> tuple[Event, ...]:
    if command.actor.office not in get_args(AllegingOffice):
        offices = ", ".join(get_args(AllegingOffice))
        raise OfficeCannotAllege(
            f"the office {command.actor.office} cannot allege ill-treatment: {offices} can"
        )
    stay = accepted(command, state)
    if command.happened_at > command.now + MAX_CLOCK_SKEW:
        raise IncidentInTheFuture("give the time at which the allegation was made")
    if command.happened_at < stay.accepted_at:
        raise IncidentOutsideCustody(
            f"the custody is from {stay.accepted_at.isoformat()} on: give a later time"
        )
    by = str(command.actor)
    suspended = FacilitySuspended(
        facility=stay.facility,
        ground="ill-treatment",
        since=utc_date(command.now),
        suspended_by=by,
        incident=command.incident,
        reference=command.reference,
    )
    return (*told(command, stay, IllTreatmentAlleged, alleged_by=by), suspended)


ALLEGE_ILL_TREATMENT = Decider(boundary=stay_of, decide=_allege)
