"""The receiving state answers for one person: it accepts, or it declines (G8)."""

from __future__ import annotations

from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.case.record_fact import (
    FactCommand,
    FactState,
    boundary,
    signed_fact,
    signing,
)
from services.intake.domain.case.state import since_proposed
from shared.contracts.intake import (
    NationalityDetermined,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
)
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.reference.territories import state_of
from shared.kernel.rejected import Conflict, RuleBroken


class AnsweredAlready(Conflict):
    """The receiving state gave this answer already."""


class NoRightToRefuseANational(RuleBroken):
    """A state takes its own nationals back: a repatriation cannot be declined."""

    RULE = "repatriation"


class AcceptCase(FactCommand, frozen=True):
    """The receiving state accepts this person (G8)."""


class DeclineCase(FactCommand, frozen=True):
    """The receiving state declines this person (G8)."""


def _accept(command: AcceptCase, state: FactState) -> tuple[Event, ...]:
    proposed, document = signing(command, state, "acceptance")
    agreement_term.only_within(document, command.on)
    since_proposed(proposed, command.on)
    if state.case.fact(ReceivingStateAccepted):
        raise AnsweredAlready(f"case {command.case} is accepted already")
    return (signed_fact(ReceivingStateAccepted, command, state.case),)


def _decline(command: DeclineCase, state: FactState) -> tuple[Event, ...]:
    proposed, _ = signing(command, state, "acceptance")
    if state.case.fact(ReceivingStateDeclined):
        raise AnsweredAlready(f"case {command.case} is declined already")
    determined = state.case.fact(NationalityDetermined)
    held = map(state_of, determined.nationalities) if determined else ()
    home = proposed.receiving in held
    if proposed.kind == "repatriation" and home and not (determined and determined.disputed):
        raise NoRightToRefuseANational(f"{proposed.receiving} takes its own national back")
    return (signed_fact(ReceivingStateDeclined, command, state.case),)


ACCEPT_CASE = Decider(boundary=boundary, decide=_accept)
DECLINE_CASE = Decider(boundary=boundary, decide=_decline)
