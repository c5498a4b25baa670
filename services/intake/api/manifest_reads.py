"""What the routers of manifests and legs share: a journey as the log has it, ready for the gate."""

from __future__ import annotations

from typing import Any

from services.intake.domain.gate import Traveller
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.state import LegState, ManifestState
from shared.kernel.ids import CaseId, ManifestId, agreement_of
from shared.ledger.runner import CommandRunner
from shared.web.caller import Caller

MANIFEST = "01890a5d-ac96-774b-bcce-b302099a8060"
CASE = "01890a5d-ac96-774b-bcce-b302099a8057"
PERSON = "01890a5d-ac96-774b-bcce-b302099a8058"


async def journey_of(runner: CommandRunner, manifest: str) -> ManifestState:
    """The journey as recorded up to now; raises `ManifestUnknown`."""
    state = await runner.state(manifests.fold(ManifestId(manifest)))
    return manifests.known(state, ManifestId(manifest))


async def at_the_gate(
    runner: CommandRunner, journey: ManifestState, caller: Caller
) -> dict[str, Any]:
    """What every command at the gate brings; raises `Unavailable` when the log's clock is (G1)."""
    return {
        "manifest": journey.manifest,
        "agreement": agreement_of(journey.agreement),
        "destination": journey.receiving,
        "clock_skew": await runner.clock_skew(),
        "now": caller.now,
        "actor": caller.actor,
    }


def travellers(journey: ManifestState, status: str) -> tuple[Traveller, ...]:
    """Everybody on the manifest with a status."""
    return tuple(
        Traveller(CaseId(case), one.person)
        for case, one in journey.passengers.items()
        if one.status == status
    )


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
            {
                "case": case,
                "person": one.person,
                "status": one.status,
                "place_confirmed": one.place_confirmed,
            }
            for case, one in journey.passengers.items()
        ],
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
