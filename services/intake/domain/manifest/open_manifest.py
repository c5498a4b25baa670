"""Opening a manifest: a journey under an agreement, to one of its facilities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import msgspec

from services.intake.domain.agreement import state as agreement
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.agreement.term import NEXT_STEP
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.state import ManifestState
from services.intake.domain.parties import only_for
from shared.contracts.agreement import AgreementDocument
from shared.contracts.manifest import Leg, ManifestOpened
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, FacilityId, ManifestId
from shared.kernel.rejected import Conflict, RuleBroken

MAX_LEGS = 8
"""As many legs as a journey is planned with: the gate runs at each of them (G4)."""


class ManifestExists(Conflict):
    """A manifest of that id was opened already."""


class FacilityNotAgreed(RuleBroken):
    """The agreement offers no places in that facility."""

    RULE = "facilities"


class JourneyOutsideAgreement(RuleBroken):
    """The journey begins, ends or departs where or when the agreement says nothing of."""

    RULE = "effective"


class TooManyLegs(RuleBroken):
    """A journey has eight legs at most."""

    RULE = "G4"


class OpenManifest(msgspec.Struct, frozen=True, kw_only=True):
    """Plan a journey."""

    manifest: ManifestId
    agreement: AgreementId
    facility: FacilityId
    legs: tuple[Leg, ...]
    now: datetime
    actor: Actor


class OpeningState(msgspec.Struct, frozen=True):
    """The agreement that a journey is to be made under, and the journey if there is one already."""

    manifest: ManifestState | None
    agreement: AgreementState


def _boundary(command: OpenManifest) -> Boundary[OpeningState]:
    folds = (manifests.fold(command.manifest), agreement.fold(command.agreement))
    return Boundary(folds, OpeningState)


def _open(command: OpenManifest, state: OpeningState) -> tuple[Event, ...]:
    if state.manifest is not None:
        raise ManifestExists(f"manifest {command.manifest} is open already: use it")
    document = agreement.binding(state.agreement, command.agreement, _first_day(command))
    only_for(command.actor, document.parties.sending, f"plan a journey under {document.ref}")
    if document.facility(command.facility) is None:
        raise FacilityNotAgreed(f"{command.facility} is not a facility of {document.ref}")
    _check_legs(command.legs, document)
    _check_days(command.legs, state.agreement, document)
    stopped.only_going_on(state.agreement, _first_day(command))
    stopped.only_funded(state.agreement, command.agreement)
    return (
        ManifestOpened(
            manifest=command.manifest,
            agreement=document.ref,
            facility=command.facility,
            sending=document.parties.sending,
            receiving=document.parties.receiving,
            legs=command.legs,
        ),
    )


def _first_day(command: OpenManifest) -> date:
    """The day whose version the journey is planned under (D6); of a journey without legs, today."""
    return _day_of(command.legs[0]) if command.legs else command.now.astimezone(UTC).date()


def _day_of(leg: Leg) -> date:
    return leg.planned_departure.astimezone(UTC).date()


def _check_legs(legs: tuple[Leg, ...], document: AgreementDocument) -> None:
    parties = document.parties
    if len(legs) > MAX_LEGS:
        raise TooManyLegs(f"a journey has {MAX_LEGS} legs at most, not {len(legs)}: stop less")
    if not legs or (legs[0].origin, legs[-1].destination) != (parties.sending, parties.receiving):
        raise JourneyOutsideAgreement(
            f"the journey goes from {parties.sending} to {parties.receiving}", rule="parties"
        )
    for before, after in pairwise(legs):
        if (
            before.destination != after.origin
            or before.planned_departure >= after.planned_departure
        ):
            raise JourneyOutsideAgreement("each leg begins where the one before ended, and later")


def _check_days(
    legs: tuple[Leg, ...], versions: AgreementState, document: AgreementDocument
) -> None:
    for leg in legs:
        day = _day_of(leg)
        if versions.in_force(day) is None:
            raise JourneyOutsideAgreement(
                f"no version is in force on {day}: {document.ref} is from"
                f" {document.effective.start}, and ends at the beginning of"
                f" {document.effective.end}; {NEXT_STEP}"
            )


OPEN_MANIFEST = Decider(_boundary, _open)
