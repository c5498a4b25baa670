"""A service or a cancellation: one state records it, the other approves or denies it (F11, F13)."""

from __future__ import annotations

import msgspec

from shared.contracts.service import (
    CancellationRecorded,
    OccasionRecorded,
    OccasionSettled,
    ServiceApproved,
    ServiceDenied,
    ServiceEvent,
    ServiceWithdrawn,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, ManifestId, ServiceId


class ServiceState(msgspec.Struct, frozen=True):
    """What was recorded, and what became of it."""

    recorded: OccasionRecorded | None = None
    settled: OccasionSettled | None = None
    withdrawn: ServiceWithdrawn | None = None

    @property
    def stands(self) -> bool:
        """Whether it is charged, or may still come to be."""
        denied = isinstance(self.settled, ServiceDenied)
        return self.recorded is not None and not denied and self.withdrawn is None


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


def of_passenger(manifest: ManifestId, case: CaseId) -> Fold[ServiceState]:
    """What was recorded last of somebody who was taken off a manifest (F13)."""
    return Fold(
        f"cancellation/{manifest}/{case}",
        (on(CancellationRecorded, manifest=manifest, case=case),),
        ServiceState(),
        evolve,
    )


def evolve(state: ServiceState, event: Event) -> ServiceState:
    """Record it, settle it, or take it back."""
    match event:
        case OccasionRecorded():
            return ServiceState(event)
        case ServiceApproved() | ServiceDenied():
            return ServiceState(state.recorded, event)
        case ServiceWithdrawn():
            return ServiceState(state.recorded, state.settled, event)
        case _:
            return state
