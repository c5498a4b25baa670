"""Sealing: a list is closed once everybody on it passes the gate and has a place."""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.domain.manifest import gate
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import AtTheGate, GateState, everyone_with
from services.intake.domain.manifest.journey import of_the_sender
from services.intake.domain.manifest.state import ManifestState
from shared.contracts.manifest import ManifestSealed, SealRefused
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, Finding, Refusal, RuleBroken


class AlreadySealed(Conflict):
    """The list is closed already."""


class NobodyOnManifest(Conflict):
    """There is nobody to seal a manifest for."""


class NoPlaceHeld(RuleBroken):
    """Nobody travels to a facility that holds no place for them (G19)."""

    RULE = "G19"


class SealManifest(AtTheGate, frozen=True, kw_only=True):
    """Close the list."""


def _seal(command: SealManifest, state: GateState[ManifestState]) -> tuple[Event, ...]:
    journey = state.journey
    of_the_sender(journey, command.actor)
    listed = journey.cases("listed")
    if journey.sealed:
        raise AlreadySealed(f"manifest {journey.manifest} is sealed already")
    without = tuple(_without_place(journey))
    if not listed and not without:
        raise NobodyOnManifest(f"manifest {journey.manifest} is empty: put persons on it first")
    refusal = _why_not(command, state) if listed else _nobody_left(without)
    if refusal is not None:

        def refused(reasons: Refusal) -> Event:
            return SealRefused(
                manifest=journey.manifest, agreement=journey.agreement, refusal=reasons
            )

        raise refusal.on_record(refused)
    return (ManifestSealed(manifest=journey.manifest, agreement=journey.agreement, cases=listed),)


def _without_place(journey: ManifestState) -> Iterator[Finding]:
    """Why placement held no place for those whom that took off the list, in its own words."""
    for case in journey.cases("removed"):
        removed = journey.passenger(case).removed
        if removed is not None and removed.no_place is not None:
            said = removed.no_place
            missing = f"a place held for case/{case}: {said.detail}"
            yield Finding(rule=said.rule, missing=missing, evidence=f"facility/{journey.facility}")


def _nobody_left(without: tuple[Finding, ...]) -> NoPlaceHeld:
    """The list is empty because no place could be held: the first reason says what to do."""
    first = without[0]
    detail = f"nobody is left on the list, for want of {first.missing}"
    return NoPlaceHeld(detail, findings=gate.capped(without), rule=first.rule)


def _why_not(command: SealManifest, state: GateState[ManifestState]) -> RuleBroken | None:
    journey = state.journey
    day = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    findings = gate.everyone(command, state, day)
    without = tuple(
        Finding(rule="G19", missing="a place held for this person", evidence=f"case/{case}")
        for case in journey.cases("listed")
        if not journey.passenger(case).place_confirmed
    )
    if findings:
        return gate.closed((*findings, *without))
    if without:
        return NoPlaceHeld(
            f"{len(without)} persons have no place: wait for it, or take them off",
            findings=gate.capped(without),
        )
    return None


SEAL_MANIFEST = Decider(lambda command: everyone_with(command.manifest, "listed"), _seal)
