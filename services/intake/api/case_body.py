"""How a case is shown: where it stands, its facts, and the findings of the gates' own function."""

from __future__ import annotations

from datetime import UTC

import msgspec

from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.case import state as cases
from services.intake.domain.case.dispute import disputed
from services.intake.domain.case.state import CaseState
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.running_out import running_out
from services.intake.domain.clearance.state import ClearanceState, Traveller
from services.intake.domain.clearance.to_do import to_do
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.parties import read_by_both
from services.intake.domain.way import Way
from shared.contracts.assurance import AssuranceGiven
from shared.contracts.category import CategoryDetermined
from shared.contracts.exclusion import ExclusionMatched
from shared.contracts.fact_dispute import IdentityDisputed
from shared.contracts.intake import CaseFact, CaseProposed
from shared.kernel.ids import CaseId, agreement_of
from shared.kernel.moment import Moment
from shared.ledger.runner import CommandRunner
from shared.web.identity.caller import Reader


async def case_body(
    runner: CommandRunner, case: CaseId, asking: Reader, moment: Moment
) -> dict[str, object]:
    """The case at a moment, as its two states and independent offices may read it."""
    begun = await runner.state(cases.fold(case), moment)
    proposed = cases.proposal(begun, case)
    read_by_both(asking.actor, proposed.sending, proposed.receiving, "a case")
    agreement = agreement_of(proposed.agreement)
    day = (moment.as_of or asking.now).astimezone(UTC).date()
    as_known = Moment(known_at=moment.known_at)  # signed is signed, whatever day is asked about
    versions = await runner.state(agreements.fold(agreement), as_known)
    document = agreements.binding(versions, agreement, day)
    course = await runner.state(agreements.fold(agreement), moment)  # suspended then, or not
    now = await _whole(runner, proposed, await _way(runner, begun, moment), moment)
    findings = clearance.with_term(
        (*stopped.findings(course, day), *agreement_term.outside(document, day)),
        clearance.findings(document, now, day),
    )
    return {
        **msgspec.to_builtins(proposed),
        **_standing(now),
        "findings": msgspec.to_builtins(findings),
        "to_do": msgspec.to_builtins(to_do(document, now, day)),
        "running_out": msgspec.to_builtins(running_out(document, now, day)),
    }


def _standing(now: ClearanceState) -> dict[str, object]:
    """Where the case stands, and everything that is on record of it and its person."""
    in_dispute = disputed(now.case.facts)
    return {
        "status": now.case.status,
        "cleared": now.case.cleared,
        "manifest": now.case.manifest,
        "facts": [_fact(fact, is_disputed=fact in in_dispute) for fact in now.case.facts],
        "exclusions": [_exclusion(each) for each in now.exclusions],
        "categories": [_category(known) for known in now.categories],
        "assurances": [_assurance(each) for each in now.assurances],
        "holds": [hold.hold for hold in now.holds.standing],
    }


async def _way(runner: CommandRunner, case: CaseState, moment: Moment) -> Way | None:
    """What is ahead of the journey that the case is on, if it is on one."""
    if case.manifest is None:
        return None
    journey = await runner.state(journeys.fold(case.manifest), moment)
    return journey.ahead if journey else None


async def _whole(
    runner: CommandRunner, proposed: CaseProposed, way: Way | None, moment: Moment
) -> ClearanceState:
    """The case as a gate reads it: every hold on its person under any pseudonym, on its agreement,
    its country and a class that it fits, and on the journey that it is on (G3, G9).
    """
    traveller = Traveller(proposed.case, proposed.person)
    reading = clearance.read(
        agreement_of(proposed.agreement), proposed.receiving, traveller, way=way
    )
    folds = next(reading)
    try:
        while True:
            folds = reading.send([await runner.state(fold, moment) for fold in folds])
    except StopIteration as done:
        _, (cleared,) = done.value
        state: ClearanceState = cleared
        return state


def _assurance(given: AssuranceGiven) -> dict[str, object]:
    """What a government assured, to whom, and the instant at which it runs out (D5)."""
    return {
        "assurance": given.assurance,
        "giver": given.giver,
        "to": f"{given.to_party}:{given.to_office}:{given.to_body}",
        "until": given.until,
    }


def _category(known: CategoryDetermined) -> dict[str, object]:
    """Of which category the person is, which an agreement may exclude by (G8)."""
    return {"category": known.category, "document": known.document}


def _exclusion(matched: ExclusionMatched) -> dict[str, object]:
    """What forbids the transfer by itself, whose word it is and the last day of it (G8)."""
    return {
        "exclusion": matched.exclusion,
        "matched": matched.matched,
        "signed_by": matched.signed_by,
        "office": matched.office,
        "document": matched.document,
        "valid_until": matched.valid_until,
    }


def _fact(fact: CaseFact, *, is_disputed: bool) -> dict[str, object]:
    whole: dict[str, object] = msgspec.to_builtins(fact)
    own = {
        name: value for name, value in whole.items() if name not in ("case", "person", "agreement")
    }
    answer = {"answer": "disputed"} if isinstance(fact, IdentityDisputed) else {}
    return {"kind": cases.kind_of(fact), **own, **answer, "in_dispute": is_disputed}
