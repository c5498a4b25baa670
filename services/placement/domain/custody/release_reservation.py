"""A place that was held is free again: the person was taken off the manifest, or is back."""

from __future__ import annotations

from services.placement.domain.custody.state import AboutCustody, CustodyState, stay_of
from shared.contracts.placement import PlaceReserved, ReservationReleased
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import ManifestId
from shared.kernel.rejected import Conflict


class NothingReserved(Conflict):
    """No place is held for this person on this journey."""


class ReleaseReservation(AboutCustody, frozen=True, kw_only=True):
    """Let the place go: the person was taken off the manifest, or brought back (D2)."""

    manifest: ManifestId


def _release(command: ReleaseReservation, state: CustodyState) -> tuple[Event, ...]:
    held = state.reserved
    if held is None or held.manifest != command.manifest or state.offered:
        raise NothingReserved(f"no place is held for {command.custody} on {command.manifest}")
    return (reservation_released(held),)


def reservation_released(held: PlaceReserved) -> ReservationReleased:
    """The fact that a place which was held is free again."""
    return ReservationReleased(
        custody=held.custody,
        person=held.person,
        agreement=held.agreement,
        facility=held.facility,
        manifest=held.manifest,
    )


RELEASE_RESERVATION = Decider(boundary=stay_of, decide=_release)
