"""A service or a cancellation: one state records it, the other approves or denies it (F11, F13)."""

from __future__ import annotations

import msgspec

from shared.contracts.service import (
    OccasionRecorded,
    OccasionSettled,
    ServiceApproved,
    ServiceDenied,
    ServiceEvent,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, ServiceId


class ServiceState(msgspec.Struct, frozen=True):
    """What was recorded, and what became of it."""

    recorded: OccasionRecorded | None = None
    settled: OccasionSettled | None = None


def fold(service: ServiceId) -> Fold[ServiceState]:
    """One service or cancellation."""
    return Fold(f"service/{service}", (on(ServiceEvent, service=service),), ServiceState(), evolve)


def under(agreement: AgreementId, reference: str) -> Fold[ServiceState]:
    """Whatever was recorded under an agreement with the paper of this number."""
    return Fold(
        f"paper/{agreement}/{reference}",
        (on(OccasionRecorded, agreement=agreement, reference=reference),),
        ServiceState(),
        evolve,
    )


def evolve(state: ServiceState, event: Event) -> ServiceState:
    """Record it, or settle it."""
    match event:
        case OccasionRecorded():
            return ServiceState(event)
        case ServiceApproved() | ServiceDenied():
            return ServiceState(state.recorded, event)
        case _:
            return state
