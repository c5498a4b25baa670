"""Whether an agreement goes on: nobody has suspended it, no notice has run out, and nobody departs
under it before a return was practised (G23, D4, G24).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.agreement.term import NEXT_STEP, AgreementNotInForce
from shared.contracts.agreement_course import AgreementSuspended
from shared.kernel.actor import Actor
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import Finding, RuleBroken


class AgreementIsSuspended(RuleBroken):
    """A state or a court has suspended the agreement: nobody departs under it (G23)."""

    RULE = "G23"


class NoReturnDrill(RuleBroken):
    """Nobody departs before the agreement's return drill has been recorded (G24)."""

    RULE = "G24"


class FundsExhausted(RuleBroken):
    """Nobody departs under an agreement whose money has run out (D12)."""

    RULE = "D12"


FUNDS = "have the paying treasury obligate more; returns, releases and care go on"
DRILL = "have the sending state practise a return and record it (…/return-drills)"
RESUME = "whoever suspended the agreement must resume it, each its own; returns and care go on"
"""What to do next about a suspension."""


def findings(state: AgreementState, day: date) -> Iterator[Finding]:
    """What stops everything that would be begun under the agreement on a day: each suspension that
    stands, whichever version it names, and a notice of termination that has run out.
    """
    for suspension in state.suspensions:
        missing = f"an agreement that goes on: {_said(suspension)}"
        yield Finding(
            rule=AgreementIsSuspended.RULE,
            missing=missing,
            evidence=f"agreement/{suspension.agreement}",
        )
    notice = state.terminated
    if notice is not None and state.has_ended(day):
        missing = f"an agreement in force on {day}: a notice ended it with {notice.last_day} (UTC)"
        yield Finding(
            rule=AgreementNotInForce.RULE, missing=missing, evidence=f"agreement/{notice.agreement}"
        )


def unfunded(state: AgreementState, agreement: AgreementId) -> Iterator[Finding]:
    """What keeps everybody from departing while the agreement has no money left (D12)."""
    told = state.unfunded
    if told is not None:
        missing = f"money that is obligated for {agreement} and not used: {told.exhausted} says so"
        yield Finding(
            rule=FundsExhausted.RULE, missing=missing, evidence=f"agreement/{told.agreement}"
        )


def only_funded(state: AgreementState, agreement: AgreementId) -> None:
    """Raise `FundsExhausted` while the agreement has no money left."""
    found = tuple(unfunded(state, agreement))
    if found:
        raise FundsExhausted(f"{found[0].missing}: {FUNDS}", findings=found)


def were(state: AgreementState, at: datetime) -> Iterator[Finding]:
    """The suspensions that stood at a moment and have ended since (G23)."""
    for suspension, resumed_at in state.resumed:
        if suspension.suspended_at <= at < resumed_at:
            missing = f"an agreement that went on at {at.isoformat()}: {_said(suspension)}"
            yield Finding(
                rule=AgreementIsSuspended.RULE,
                missing=missing,
                evidence=f"agreement/{suspension.agreement}",
            )


def undrilled(state: AgreementState, agreement: AgreementId, day: date) -> Iterator[Finding]:
    """What keeps everybody from departing on a day: no return was practised by then (G24)."""
    first = state.first_drill
    if first is None or first.held_on > day:
        missing = f"a return drill under {agreement} that is recorded and was held by {day}"
        yield Finding(rule=NoReturnDrill.RULE, missing=missing, evidence=f"agreement/{agreement}")


def only_going_on(state: AgreementState, day: date) -> None:
    """Raise `AgreementIsSuspended`, or `AgreementNotInForce` after a notice has run out."""
    found = tuple(findings(state, day))
    if state.suspensions:
        raise AgreementIsSuspended(f"{found[0].missing}: {RESUME}", findings=found)
    if found:
        raise AgreementNotInForce(f"{found[0].missing}: {NEXT_STEP}", findings=found)


def is_its_suspender(suspension: AgreementSuspended, actor: Actor) -> bool:
    """Whether an actor speaks for whoever suspended it: any subject of a state's central authority;
    of a court one of the same body, or the very subject where it named no body (ADR 0010).
    """
    suspender = Actor.read(suspension.suspended_by)
    if (suspender.party, suspender.office) != (actor.party, actor.office):
        return False
    if actor.office == "central-authority":
        return True
    return suspender.is_same_body(actor) or suspender.is_same_subject(actor)


def suspender(suspension: AgreementSuspended) -> str:
    """Who suspended it, for people: `USA:central-authority`, `XX:court:district-court-9/…`."""
    actor = Actor.read(suspension.suspended_by)
    if actor.office == "central-authority":
        return f"{actor.party}:{actor.office}"
    return f"{actor.party}:{actor.office}:{actor.body}/…" if actor.names_a_body else str(actor)


def _said(suspension: AgreementSuspended) -> str:
    since = suspension.suspended_at.isoformat()
    return f"{suspender(suspension)} suspended it on {since} by {suspension.reference}"
