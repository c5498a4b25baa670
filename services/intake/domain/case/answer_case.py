"""The receiving state answers for one person: it accepts, or it declines (G8)."""

from __future__ import annotations

from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.case.dispute import disputed
from services.intake.domain.case.record_fact import (
    FactCommand,
    FactState,
    boundary,
    signed_fact,
    signing,
)
from services.intake.domain.case.state import CaseState, since_proposed
from services.intake.domain.parties import office_of
from shared.contracts.intake import (
    CaseFact,
    CaseProposed,
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
    if isinstance(_answer(command, state), ReceivingStateAccepted):
        raise AnsweredAlready(f"case {command.case} is accepted already")
    return (signed_fact(ReceivingStateAccepted, command, state.case),)


def _decline(command: DeclineCase, state: FactState) -> tuple[Event, ...]:
    proposed, _ = signing(command, state, "acceptance")
    if isinstance(_answer(command, state), ReceivingStateDeclined):
        raise AnsweredAlready(f"case {command.case} is declined already")
    takes_home(state.case, proposed)
    return (signed_fact(ReceivingStateDeclined, command, state.case),)


def _answer(command: FactCommand, state: FactState) -> CaseFact | None:
    """What this office has answered, if it has."""
    return state.case.word_of("acceptance", command.actor.party, office_of(command.actor))


def takes_home(case: CaseState, proposed: CaseProposed) -> None:
    """Raise `NoRightToRefuseANational` where the person is undisputedly one who goes home."""
    known = [fact for fact in case.facts if isinstance(fact, NationalityDetermined)]
    home = any(proposed.receiving in map(state_of, fact.nationalities) for fact in known)
    is_disputed = any(fact.disputed for fact in known) or disputed(known)
    if proposed.kind == "repatriation" and home and not is_disputed:
        raise NoRightToRefuseANational(f"{proposed.receiving} takes its own national back")


ACCEPT_CASE = Decider(boundary=boundary, decide=_accept)
DECLINE_CASE = Decider(boundary=boundary, decide=_decline)
