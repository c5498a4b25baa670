"""Every event type of the published language, by the name that stands in its entries."""

from collections.abc import Iterator

import shared.contracts.acknowledgement
import shared.contracts.added_document
import shared.contracts.agreement_course
import shared.contracts.arrival
import shared.contracts.assurance
import shared.contracts.billing
import shared.contracts.case_return
import shared.contracts.category
import shared.contracts.departures
import shared.contracts.dispute
import shared.contracts.erasure
import shared.contracts.exchange
import shared.contracts.exclusion
import shared.contracts.facility
import shared.contracts.facility_course
import shared.contracts.fact_dispute
import shared.contracts.fee_stop
import shared.contracts.funded_departures
import shared.contracts.funding
import shared.contracts.hold
import shared.contracts.identity
import shared.contracts.incident
import shared.contracts.intake
import shared.contracts.invoice
import shared.contracts.judgment
import shared.contracts.manifest
import shared.contracts.onward_transfer
import shared.contracts.overstay
import shared.contracts.payment
import shared.contracts.placement
import shared.contracts.recorded_read
import shared.contracts.reservations
import shared.contracts.returns
import shared.contracts.service
import shared.contracts.unknown_person
import shared.contracts.wrongful_transfer  # noqa: F401 - all are imported so that their types exist
from shared.contracts.upcasting import UPCASTERS
from shared.kernel.event import Event


def _types(parent: type[Event]) -> Iterator[type[Event]]:
    for child in parent.__subclasses__():
        if "TYPE" in vars(child) and child.__module__.startswith("shared.contracts."):
            yield child
        yield from _types(child)


EVENT_TYPES: dict[str, type[Event]] = {event.TYPE: event for event in _types(Event)}
"""What an entry may be of: earlier versions too."""
NEWEST_TYPES: tuple[type[Event], ...] = tuple(
    event for event in EVENT_TYPES.values() if event not in UPCASTERS
)
"""What is recorded now, and what every reader of events gets."""
