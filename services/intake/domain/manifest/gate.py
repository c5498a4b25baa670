"""The one gate: what must hold of a person at manifest, seal, board, doors closed and leg (G1, G4).

A decision reads the journey, then whoever passes, then each of them with every hold that matches;
whatever is recorded of any of it meanwhile has it decided again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Generic, Self

import msgspec

from services.intake.domain.agreement import stopped
from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.case.state import CLOSED
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import ClearanceState, Traveller
from services.intake.domain.manifest import departures
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.departures import Departures
from services.intake.domain.manifest.journey import Journey, Travelled, known
from services.intake.domain.manifest.state import ManifestState
from shared.contracts.agreement import AgreementDocument
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.decider import Reading
from shared.kernel.ids import CaseId, ManifestId, agreement_of
from shared.kernel.rejected import Finding, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FINDINGS = 100
"""As many as fit into one entry (65,535 bytes); a last one says how many more there are."""


class NotReadInOneDecision(RuleBroken):
    """Not everything that a departure depends on could be read in the same decision (G1)."""

    RULE = "G1"


class GateClosed(RuleBroken):
    """The person is not, or no longer, cleared for this departure (G4)."""

    RULE = "G4"


_RULE_OF_THE_TERM = agreement_term.AgreementNotInForce.RULE
_SETTLE = "settle every finding and clear the case again"
_REFUSALS: dict[str, tuple[type[RuleBroken], str]] = {
    "G3": (
        clearance.HoldStandsAgainstDeparture,
        "an order stands: take the person off, or have its issuer lift it and clear the case again",
    ),
    "G1": (NotReadInOneDecision, "not everything that must be could be read: see the findings"),
    stopped.NoReturnDrill.RULE: (stopped.NoReturnDrill, stopped.DRILL),
    stopped.AgreementIsSuspended.RULE: (stopped.AgreementIsSuspended, stopped.RESUME),
    stopped.FundsExhausted.RULE: (stopped.FundsExhausted, stopped.FUNDS),
    "G17": (departures.FacilityIsSuspended, departures.NEXT_STEP),
    _RULE_OF_THE_TERM: (agreement_term.AgreementNotInForce, agreement_term.NEXT_STEP),
}


class AtTheGate(msgspec.Struct, frozen=True, kw_only=True):
    """What every command that passes the gate brings."""

    manifest: ManifestId
    clock_skew: timedelta
    """How far this process's clock is from the log's own, measured for this command."""
    now: datetime
    done_at: datetime | None = None
    """When it was done in the world, if not now."""
    actor: Actor

    @property
    def at(self) -> datetime:
        """When it was done in the world."""
        return self.done_at or self.now

    @property
    def day(self) -> date:
        """The day of it, in UTC: the agreement's term has it, or nobody passes."""
        return agreement_term.day_of(self.now, self.done_at)


class GateState(msgspec.Struct, Generic[Travelled], frozen=True):
    """Everything that lets persons pass or not, read in one decision (G1)."""

    journey: Travelled
    agreement: AgreementState
    people: tuple[Traveller, ...]
    clearances: tuple[ClearanceState, ...]
    """What was read of each of the people, in their order."""
    departures: Departures = Departures()
    """Whether the gate of the facility is closed (G17)."""

    def of(self, *people: Traveller) -> Self:
        """The same, of these people alone."""
        read = dict(zip(self.people, self.clearances, strict=True))
        cleared = tuple(read[person] for person in people)
        return msgspec.structs.replace(self, people=people, clearances=cleared)


def passing(journey: Travelled, *people: Traveller) -> Reading[GateState[Travelled]]:
    """The journey's agreement and facility, and of each person the case and every hold there is."""
    agreement = agreement_of(journey.agreement)
    terms, cleared = yield from clearance.read(
        agreement, journey.receiving, *people, way=journey.ahead
    )
    facility = yield from departures.fold(journey.facility)
    return GateState(journey, terms, people, cleared, facility)


def everyone_with(manifest: ManifestId, *statuses: str) -> Reading[GateState[ManifestState]]:
    """The whole manifest, and what lets everybody on it who has such a status pass or not."""
    journey = known((yield from manifests.fold(manifest)), manifest)
    people = (
        Traveller(case, journey.passenger(case).person)
        for status in statuses
        for case in journey.cases(status)
    )
    return (yield from passing(journey, *people))


def of_those(state: GateState[ManifestState], status: str) -> GateState[ManifestState]:
    """What was read, of those alone who have this status."""
    cases = state.journey.cases(status)
    return state.of(*(person for person in state.people if person.case in cases))


def day_at_the_gate(now: datetime, *planned: datetime) -> date:
    """The day on which facts must be in force: the later of now and the journey itself."""
    return max(moment.astimezone(UTC).date() for moment in (now, *planned))


def everyone(command: AtTheGate, state: GateState[Travelled], on: date) -> tuple[Finding, ...]:
    """What stands between any of these persons and the other side of the gate, each one named."""
    return (*_in_step(command.clock_skew), *standing(state, command.day, on))


def standing(state: GateState[Travelled], day: date, on: date) -> tuple[Finding, ...]:
    """The same, whatever the clocks say: on the day that something is done, of facts in force on
    another.
    """
    document = state.agreement.on(day)
    findings = [
        *_readable(document),
        *stopped.findings(state.agreement, day),
        *_funded(state),
        *departures.findings(state.journey.facility, state.departures),
        *_of_journey(state.journey, document, day),
    ]
    for person, cleared in zip(state.people, state.clearances, strict=True):
        of_person = (
            *_of_case(state.journey, cleared, day),
            *_of_person(document, cleared, on),
        )
        findings.extend(_naming(person.case, finding) for finding in of_person)
    return tuple(findings)


def at_the_minute(state: GateState[Travelled], at: datetime) -> tuple[Finding, ...]:
    """What was in force at a moment, as known now, and is no more: a departure that is told late
    was no less under it (G3, G8, G17, G23, D5).
    """
    findings = [
        *stopped.were(state.agreement, at),
        *departures.were_stopped(state.journey.facility, state.departures, at),
    ]
    for person, cleared in zip(state.people, state.clearances, strict=True):
        for ended in cleared.holds.lifted:
            if ended.was_in_force(at):
                order = f"the {ended.order.form} order {ended.order.reference}"
                was = Finding(
                    rule="G3",
                    missing=f"no order in force at {at.isoformat()}: {order} was lifted later",
                    evidence=f"hold/{ended.order.hold}",
                )
                findings.append(_naming(person.case, was))
        were = (*_were_excluded(cleared, at), *_were_assured(cleared, at))
        findings.extend(_naming(person.case, was) for was in were)
    return tuple(findings)


def _were_assured(cleared: ClearanceState, at: datetime) -> Iterator[Finding]:
    for over in cleared.assured:
        if over.was_in_force(at):
            missing = f"no assurance in force at {at.isoformat()}: one was over later"
            yield Finding(rule="D5", missing=missing, evidence=f"assurance/{over.given.assurance}")


def _were_excluded(cleared: ClearanceState, at: datetime) -> Iterator[Finding]:
    for ended in cleared.withdrawn:
        if ended.was_in_force(at):
            missing = f"nobody who was excluded at {at.isoformat()}: it was withdrawn later"
            evidence = f"exclusion/{ended.exclusion.exclusion}"
            yield Finding(rule="G8", missing=missing, evidence=evidence)


def closed(findings: tuple[Finding, ...]) -> RuleBroken:
    """The refusal that these findings make: an order before all else, then what was not read."""
    rules = {finding.rule for finding in findings}
    rule = next((rule for rule in ("G3", "G1") if rule in rules), findings[0].rule)
    refusal, next_step = _REFUSALS.get(rule, (clearance.REFUSALS.get(rule, GateClosed), _SETTLE))
    return refusal(f"the gate is closed: {next_step}", findings=capped(findings), rule=rule)


def capped(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """As many findings as fit into an entry: whatever is left out, an order comes before it."""
    if len(findings) <= MAX_FINDINGS:
        return findings
    ordered = sorted(findings, key=lambda finding: finding.rule not in {"G3", "G1"})
    more = len(ordered) - MAX_FINDINGS
    last = Finding(rule=ordered[MAX_FINDINGS].rule, missing=f"and {more} more findings")
    return (*ordered[:MAX_FINDINGS], last)


def _funded(state: GateState[Travelled]) -> Iterator[Finding]:
    """A new departure waits for money; a journey that has begun goes on (D12)."""
    if not state.journey.departed:
        yield from stopped.unfunded(state.agreement, agreement_of(state.journey.agreement))


def _readable(document: AgreementDocument | None) -> Iterator[Finding]:
    if document is None:
        yield Finding(rule="G1", missing="an agreement that both states have signed")


def _in_step(clock_skew: timedelta) -> Iterator[Finding]:
    if abs(clock_skew) > MAX_CLOCK_SKEW:
        seconds = abs(clock_skew).total_seconds()
        yield Finding(rule="G1", missing=f"a clock that agrees with the log's: {seconds:.1f} s off")


def _of_person(
    document: AgreementDocument | None, state: ClearanceState, on: date
) -> Iterator[Finding]:
    if document is not None:
        yield from clearance.findings(document, state, on)
    if state.case.status in CLOSED:
        yield Finding(rule="G4", missing=f"an open case: this one is {state.case.status}")
    elif not state.case.cleared:
        yield Finding(rule="G4", missing="a clearance that no later order has undone")


def _of_journey(
    journey: Journey, document: AgreementDocument | None, day: date
) -> Iterator[Finding]:
    if document is None:
        return
    yield from agreement_term.outside(document, day)
    if document.facility(journey.facility) is None:
        missing = f"a facility of {document.ref}: {journey.facility} is none, plan another journey"
        yield Finding(rule="facilities", missing=missing, evidence=f"manifest/{journey.manifest}")


def _of_case(journey: Journey, cleared: ClearanceState, day: date) -> Iterator[Finding]:
    """What the case itself must say to be one for this journey."""
    proposed = cleared.case.proposed
    if proposed is None:
        yield Finding(rule="G1", missing="a case that can be read")
        return
    if proposed.receiving != journey.receiving:
        yield Finding(rule="G1", missing=f"a case for {journey.receiving}, not another country")
    agreement = agreement_of(journey.agreement)
    if agreement_of(proposed.agreement) != agreement:
        yield Finding(rule="G1", missing=f"a case under {agreement}, not another agreement")
    first = proposed.proposed_at.astimezone(UTC).date()
    if day < first:
        yield Finding(rule="G4", missing=f"a day from {first} on, when it was proposed, not {day}")
    if not journey.departed:
        yield from _merged_since(cleared)


def _merged_since(cleared: ClearanceState) -> Iterator[Finding]:
    """A place was held for a person as whom they were known: whoever is somebody else's pseudonym
    too by now, or again, may be awaited, held or on a journey elsewhere (G12).
    """
    listed = cleared.case.manifested
    if listed is None:
        return
    for other in cleared.likenesses.merged_with(listed.person):
        if other not in listed.pseudonyms or other in cleared.parted:
            missing = "a place for whom they were merged with since: put them on another journey"
            yield Finding(rule="G12", missing=missing, evidence=f"person/{other}")


def _naming(case: CaseId, finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding,
        missing=f"case/{case}: {finding.missing}",
        evidence=finding.evidence or f"case/{case}",
    )
