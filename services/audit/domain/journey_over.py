"""What is over once an offer was answered: the offer itself, and the journey of the last of all."""

from __future__ import annotations

from services.audit.domain.records.journeys import Journey
from services.audit.domain.state import State
from shared.contracts.manifest import ManifestOpened, PersonManifested
from shared.kernel.ids import CaseId, CustodyId, ManifestId, PersonId, case_of

_OVER = ("removed", "taken off", "transferred", "refused at arrival", "brought back")
"""Of whoever travels no more on a journey."""


def settle_offers(state: State, person: PersonId, custody: CustodyId) -> None:
    """What is answered stays as it was: an offer that comes later is not recorded."""
    manifest = state.people.of(person).journey
    journey = state.journeys.get(manifest) if manifest else None
    for entry in journey.listed.get(case_of(custody), ()) if journey else ():
        state.obligations.settled("handover", (custody, entry))


def forget_journey(state: State, journey: Journey, manifest: ManifestId, of: CaseId) -> None:
    """Keep no journey whose last person was transferred, or refused at arrival."""
    passengers, latest = state.lifecycles.all("passenger"), state.latest
    rest = (case for case in journey.listed if case != of)
    awaited = state.wrongful.recalled
    if any(
        passengers.get((manifest, case)) not in _OVER or (manifest, case) in awaited
        for case in rest
    ):
        return
    for case in journey.listed:
        if case != of:
            passengers.pop((manifest, case), None)
        latest.forget(PersonManifested, "manifest case", (manifest, case))
    del state.journeys[manifest]
    latest.forget(ManifestOpened, "manifest", manifest)
