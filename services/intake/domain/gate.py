"""The one gate: what must hold of a person at manifest, seal, board, doors closed and leg (G1, G4).

Every command at the gate brings the persons as the read model names them. The decision reads each
of them from the log, with every hold that matches, and refuses when the two differ.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from services.intake.domain import agreement, clearance, identity_match
from services.intake.domain.agreement import AgreementState
from services.intake.domain.case.state import CLOSED
from services.intake.domain.clearance import ClearanceState
from services.intake.domain.identity_match import Aliases
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.state import ManifestState, known
from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import Country
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.decider import Boundary, Fold
from shared.kernel.ids import AgreementId, CaseId, ManifestId, PersonId, agreement_of
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


_SETTLE = "settle every finding and clear the case again"
_REFUSALS: dict[str, tuple[type[RuleBroken], str]] = {
    "G3": (
        clearance.HoldStandsAgainstDeparture,
        "an order stands: take the person off, or have its issuer lift it and clear the case again",
    ),
    "G1": (NotReadInOneDecision, "not everything could be read as it was asked for: read it again"),
}


class Traveller(msgspec.Struct, frozen=True, order=True):
    """One person at the gate, as the read model names them."""

    case: CaseId
    person: PersonId


class AtTheGate(msgspec.Struct, frozen=True, kw_only=True):
    """What every command that passes the gate brings: the journey as the read model names it."""

    manifest: ManifestId
    agreement: AgreementId
    destination: Country
    clock_skew: timedelta
    """How far this process's clock is from the log's own, measured for this command."""
    now: datetime
    actor: Actor
    aliases: Aliases = Aliases()
    """Whose else the persons' pseudonyms may be, as read before; none is the rule (G9)."""


class GateState(msgspec.Struct, frozen=True):
    """Everything that lets a journey's persons pass or not, read in one decision (G1)."""

    manifest: ManifestState | None
    agreement: AgreementState
    clearances: tuple[ClearanceState, ...]

    @staticmethod
    def of(
        journey: ManifestState | None, terms: AgreementState, *clearances: ClearanceState
    ) -> GateState:
        """The state from the folds of `boundary`, in their order."""
        return GateState(journey, terms, clearances)


def boundary(command: AtTheGate, travellers: tuple[Traveller, ...]) -> Boundary[GateState]:
    """The journey, its agreement, and of each person the case and every hold that matches it."""
    return Boundary(
        (
            manifests.fold(command.manifest),
            agreement.fold(command.agreement),
            *(_of_traveller(command, one) for one in travellers),
        ),
        GateState.of,
    )


def _of_traveller(command: AtTheGate, one: Traveller) -> Fold[ClearanceState]:
    aliases = command.aliases.get(one.person) or ()
    return clearance.fold(one.case, one.person, command.destination, aliases)


def gate(
    document: AgreementDocument | None,
    state: ClearanceState,
    on: date,
    clock_skew: timedelta,
) -> tuple[Finding, ...]:
    """What stands between one person and the other side of the gate; nothing when it is open."""
    return (*_readable(document, clock_skew), *_of_person(document, state, on))


def day_at_the_gate(now: datetime, *planned: datetime) -> date:
    """The day on which facts must be in force: the later of now and the journey itself."""
    return max(one.astimezone(UTC).date() for one in (now, *planned))


def everyone(
    command: AtTheGate, travellers: tuple[Traveller, ...], state: GateState, on: date
) -> tuple[Finding, ...]:
    """What stands between any of these persons and the other side of the gate, each one named.

    Raises `NotReadTogether` when a person's other pseudonyms were not read with them.
    """
    identity_match.read_together(
        command.aliases,
        *(
            (one.person, read.likenesses)
            for one, read in zip(travellers, state.clearances, strict=True)
        ),
    )
    document = state.agreement.active
    found = [*_readable(document, command.clock_skew), *_of_journey(command, state, document)]
    for one, read in zip(travellers, state.clearances, strict=True):
        of_person = (*_stale(command, one, read), *_of_person(document, read, on))
        found.extend(_naming(one.case, finding) for finding in of_person)
    return tuple(found)


def same_people(
    travellers: tuple[Traveller, ...], journey: ManifestState, status: str
) -> Iterator[Finding]:
    """G1: the persons of the command are exactly those who have this status on the manifest."""
    on_record = sorted(
        Traveller(CaseId(case), one.person)
        for case, one in journey.passengers.items()
        if one.status == status
    )
    if sorted(travellers) != on_record:
        missing = f"a fresh reading of who is {status}: {len(on_record)} persons are"
        yield Finding(rule="G1", missing=missing, evidence=f"manifest/{journey.manifest}")


def closed(findings: tuple[Finding, ...]) -> RuleBroken:
    """The refusal that these findings make: an order before all else, then what was not read."""
    rules = {one.rule for one in findings}
    rule = next((one for one in ("G3", "G1") if one in rules), findings[0].rule)
    refusal, next_step = _REFUSALS.get(rule, (clearance.REFUSALS.get(rule, GateClosed), _SETTLE))
    return refusal(f"the gate is closed: {next_step}", findings=capped(findings), rule=rule)


def capped(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """As many findings as fit into an entry: whatever is left out, an order comes before it."""
    if len(findings) <= MAX_FINDINGS:
        return findings
    ordered = sorted(findings, key=lambda one: one.rule not in {"G3", "G1"})
    more = len(ordered) - MAX_FINDINGS
    last = Finding(rule=ordered[MAX_FINDINGS].rule, missing=f"and {more} more findings")
    return (*ordered[:MAX_FINDINGS], last)


def _readable(document: AgreementDocument | None, clock_skew: timedelta) -> Iterator[Finding]:
    if document is None:
        yield Finding(rule="G1", missing="an agreement that both states have signed")
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
    command: AtTheGate, state: GateState, document: AgreementDocument | None
) -> Iterator[Finding]:
    journey = known(state.manifest, command.manifest)
    if journey.receiving != command.destination:
        missing = f"a fresh reading: the destination is {journey.receiving}"
        yield Finding(rule="G1", missing=missing, evidence=f"manifest/{command.manifest}")
    if agreement_of(journey.agreement) != command.agreement:
        missing = f"a fresh reading: the agreement is {journey.agreement}"
        yield Finding(rule="G1", missing=missing, evidence=f"manifest/{command.manifest}")
    elif document is not None and document.ref != journey.agreement:
        missing = f"a journey under {document.ref}, which has replaced {journey.agreement}"
        yield Finding(rule="G1", missing=missing, evidence=f"manifest/{command.manifest}")


def _stale(command: AtTheGate, one: Traveller, read: ClearanceState) -> Iterator[Finding]:
    proposed = read.case.proposed
    if proposed is None:
        yield Finding(rule="G1", missing="a case that can be read")
        return
    if proposed.person != one.person:
        yield Finding(rule="G1", missing="a fresh reading: the case is another person's")
    if proposed.receiving != command.destination:
        yield Finding(rule="G1", missing=f"a case for {command.destination}, not another country")
    if agreement_of(proposed.agreement) != command.agreement:
        yield Finding(rule="G1", missing=f"a case under {command.agreement}, not another agreement")


def _naming(case: CaseId, finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding,
        missing=f"case/{case}: {finding.missing}",
        evidence=finding.evidence or f"case/{case}",
    )
