"""An office takes back a fact that it recorded; nobody else can, and it counts no more."""

from __future__ import annotations

from services.intake.domain.case import state as cases
from services.intake.domain.case.answer_case import takes_home
from services.intake.domain.case.record_fact import CaseIsBeyondFacts, FactCommand
from services.intake.domain.case.state import CaseState
from services.intake.domain.parties import office_of
from shared.contracts.fact_dispute import FactWithdrawn, WithdrawalReason
from shared.contracts.intake import ReceivingStateAccepted
from shared.kernel.codes import FactKind
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed, Unknown


class FactIsUnknown(Unknown):
    """No office has recorded a fact of this kind in the case, or it was taken back."""


class FactIsForItsOffice(NotAllowed):
    """Only the office that recorded a fact takes it back."""


class DepartedByTheFact(Conflict):
    """What somebody departed by stays on record: what is told of them since is a new fact (D7)."""


class WithdrawFact(FactCommand, frozen=True, kw_only=True):
    """Take back what one's own office says of a kind; `document` is the digest of the paper."""

    kind: FactKind
    reason: WithdrawalReason


def _withdraw(command: WithdrawFact, case: CaseState) -> tuple[Event, ...]:
    proposed = cases.proposal(case, command.case)
    if case.status in cases.OVER:
        raise CaseIsBeyondFacts(f"case {command.case} is {case.status}")
    if case.status in cases.DEPARTED:
        raise DepartedByTheFact(
            f"case {command.case} is {case.status}: record what is so now, and it is judged by that"
        )
    party, office = command.actor.party, office_of(command.actor)
    fact = case.word_of(command.kind, party, office)
    if fact is None:
        raise _not_theirs(command, case)
    cases.since_proposed(proposed, command.on)
    if isinstance(fact, ReceivingStateAccepted):
        takes_home(case, proposed)
    withdrawn = FactWithdrawn(
        case=proposed.case,
        person=proposed.person,
        agreement=proposed.agreement,
        kind=command.kind,
        signed_by=party,
        office=office,
        withdrawn=fact.document,
        document=command.document,
        reason=command.reason,
    )
    return (withdrawn,)


def _not_theirs(command: WithdrawFact, case: CaseState) -> FactIsUnknown | FactIsForItsOffice:
    others = case.of_kind(command.kind)
    if not others:
        return FactIsUnknown(f"nothing of the kind {command.kind} is on record in {command.case}")
    named = " or ".join(f"the {fact.office} of {fact.signed_by}" for fact in others)
    return FactIsForItsOffice(f"{command.kind} was recorded by {named}, who alone takes it back")


WITHDRAW_FACT = Decider(boundary=lambda command: only(cases.fold(command.case)), decide=_withdraw)
