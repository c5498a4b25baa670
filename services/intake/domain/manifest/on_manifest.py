"""A journey and one person on it, read together: what most decisions about a passenger need."""

from __future__ import annotations

import msgspec

from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest.journey import Journey
from services.intake.domain.manifest.passenger import Passenger
from shared.kernel.decider import Boundary
from shared.kernel.ids import CaseId, ManifestId


class OnManifest(msgspec.Struct, frozen=True):
    """The journey and the passenger, as far as they are there."""

    journey: Journey | None
    passenger: Passenger | None

    def known(self, manifest: ManifestId, case: CaseId) -> tuple[Journey, Passenger]:
        """Both; raises `ManifestUnknown` or `PersonNotOnManifest`."""
        journey = journeys.known(self.journey, manifest)
        return journey, passengers.known(self.passenger, manifest, case)


def on_manifest(manifest: ManifestId, case: CaseId) -> Boundary[OnManifest]:
    """The boundary of a decision about one passenger."""
    return Boundary((journeys.fold(manifest), passengers.fold(manifest, case)), OnManifest)
