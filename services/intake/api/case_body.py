"""How a case is shown: where it stands, its facts, and the findings of the gates' own function."""

from __future__ import annotations

from datetime import UTC

import msgspec

from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.case import state as cases
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import ClearanceState
from services.intake.domain.parties import read_by_both
from shared.contracts.intake import CaseFact, CaseProposed
from shared.kernel.ids import CaseId, PersonId, agreement_of
from shared.kernel.moment import Moment
from shared.ledger.runner import CommandRunner
from shared.web.identity.caller import Reader


async def case_body(
    runner: CommandRunner, case: CaseId, asking: Reader, moment: Moment
) -> dict[str, object]:
    """The case at a moment, as its two states and independent offices may read it."""
    proposed = cases.proposal(await runner.state(cases.fold(case), moment), case)
    read_by_both(asking.actor, proposed.sending, proposed.receiving, "a case")
    agreement = agreement_of(proposed.agreement)
    day = (moment.as_of or asking.now).astimezone(UTC).date()
    as_known = Moment(known_at=moment.known_at)  # signed is signed, whatever day is asked about
    versions = await runner.state(agreements.fold(agreement), as_known)
    document = agreements.binding(versions, agreement, day)
    now = await _whole(runner, proposed, moment)
    findings = clearance.with_term(
        tuple(agreement_term.outside(document, day)), clearance.findings(document, now, day)
    )
    shown: dict[str, object] = msgspec.to_builtins(proposed)
    return {
        **shown,
        "status": now.case.status,
        "cleared": now.case.cleared,
        "manifest": now.case.manifest,
        "facts": [_fact(fact) for fact in now.case.facts],
        "holds": [hold.hold for hold in now.holds.standing],
        "findings": msgspec.to_builtins(findings),
    }


async def _whole(runner: CommandRunner, proposed: CaseProposed, moment: Moment) -> ClearanceState:
    """The case with the holds on every pseudonym that may be its person's (G9)."""
    aliases: tuple[PersonId, ...] = ()
    while True:
        about = (proposed.case, proposed.person, proposed.receiving)
        state = await runner.state(clearance.fold(*about, aliases), moment)
        theirs = state.likenesses.aliases(proposed.person)
        if theirs == aliases:
            return state
        aliases = theirs


def _fact(fact: CaseFact) -> dict[str, object]:
    whole: dict[str, object] = msgspec.to_builtins(fact)
    own = {
        name: value for name, value in whole.items() if name not in ("case", "person", "agreement")
    }
    return {"kind": cases.kind_of(fact), **own}
