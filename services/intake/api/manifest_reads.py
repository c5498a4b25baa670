"""A manifest as it is read: the journey, its legs, and everybody on it."""

from __future__ import annotations

import msgspec

from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.journey import LegState, known
from services.intake.domain.manifest.passenger import Passenger
from services.intake.domain.manifest.state import ManifestState
from shared.kernel.ids import ManifestId
from shared.ledger.runner import CommandRunner

MANIFEST = "01890a5d-ac96-774b-bcce-b302099a8060"
CASE = "01890a5d-ac96-774b-bcce-b302099a8057"
PERSON = "01890a5d-ac96-774b-bcce-b302099a8058"


async def journey_of(runner: CommandRunner, manifest: str) -> ManifestState:
    """The journey as recorded up to now; raises `ManifestUnknown`."""
    state = await runner.state(manifests.fold(ManifestId(manifest)))
    return known(state, ManifestId(manifest))


def shown(journey: ManifestState) -> dict[str, object]:
    """A journey as it is read."""
    return {
        "manifest": journey.manifest,
        "agreement": journey.agreement,
        "facility": journey.facility,
        "sending": journey.sending,
        "receiving": journey.receiving,
        "sealed": journey.sealed,
        "legs": [
            {
                "leg": number,
                "origin": leg.origin,
                "destination": leg.destination,
                "planned_departure": leg.planned_departure,
                **_progress(progress),
            }
            for number, (leg, progress) in enumerate(
                zip(journey.legs, journey.progress, strict=True), start=1
            )
        ],
        "persons": [
            {"case": case, **_person(passenger)} for case, passenger in journey.passengers.items()
        ],
    }


def _person(passenger: Passenger) -> dict[str, object]:
    """How far somebody has come, or why they are off the list: the rule that kept a place from
    them, where one did (G19).
    """
    shown: dict[str, object] = {
        "person": passenger.person,
        "status": passenger.status,
        "place_confirmed": passenger.place_confirmed,
        "recall_due_at": passenger.recalled.due_at if passenger.recalled else None,
        "recall_overdue_at": passenger.overdue.overdue_at if passenger.overdue else None,
    }
    removed = passenger.removed
    if removed is None:
        return shown
    return {
        **shown,
        "removed_because": removed.cause,
        "findings": msgspec.to_builtins(removed.because),
        "no_place": msgspec.to_builtins(removed.no_place),
        "custodian": msgspec.to_builtins(removed.custodian),
    }


def _progress(leg: LegState) -> dict[str, object]:
    if leg.arrived is not None:
        status = "arrived"
    elif leg.departed is not None:
        status = "departed"
    else:
        status = "planned" if leg.authorised is None else "authorised"
    return {
        "status": status,
        "departed_at": leg.departed and leg.departed.departed_at,
        "arrived_at": leg.arrived and leg.arrived.arrived_at,
    }
