"""Clearing a case: the sending state asks, and the system computes; nobody types a clearance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.case import state as cases
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import ClearanceState, Traveller
from services.intake.domain.parties import only_for
from shared.contracts.intake import ClearanceGranted, ClearanceRefused
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, agreement_of
from shared.kernel.rejected import Conflict

NOTHING_LEFT_TO_CLEAR = (
    "withdrawn",
    "handover-offered",
    "transferred",
    "arrival-refused",
    "returned",
)


class AlreadyCleared(Conflict):
    """The case is cleared already and nothing has undone it."""


class TooLateToClear(Conflict):
    """The case is withdrawn, handed over or transferred: there is no departure left to clear."""


class ClearCase(msgspec.Struct, frozen=True, kw_only=True):
    """The sending state asks whether everything is there; nobody types a clearance."""

    case: CaseId
    on: date
    """The day on which it is asked, in UTC: the agreement's term must have it."""
    now: datetime
    actor: Actor


class ClearCaseState(msgspec.Struct, frozen=True):
    """The agreement, the case and the holds, read in the same decision (G1)."""

    agreement: AgreementState
    clearance: ClearanceState


def _boundary(command: ClearCase) -> Reading[ClearCaseState]:
    proposed = cases.proposal((yield from cases.fold(command.case)), command.case)
    terms, (cleared,) = yield from clearance.read(
        agreement_of(proposed.agreement),
        proposed.receiving,
        Traveller(proposed.case, proposed.person),
    )
    return ClearCaseState(terms, cleared)


def _clear(command: ClearCase, state: ClearCaseState) -> tuple[Event, ...]:
    case = state.clearance.case
    proposed = cases.proposal(case, command.case)
    only_for(command.actor, proposed.sending, "ask for clearance")
    if case.status in NOTHING_LEFT_TO_CLEAR:
        raise TooLateToClear(f"case {command.case} is {case.status}: nothing is left to clear")
    about: dict[str, Any] = {
        "case": proposed.case,
        "person": proposed.person,
        "agreement": proposed.agreement,
    }
    document = agreements.binding(state.agreement, agreement_of(proposed.agreement), command.on)
    findings = clearance.with_term(
        (
            *stopped.findings(state.agreement, command.on),
            *agreement_term.outside(document, command.on),
        ),
        clearance.findings(document, state.clearance, command.now.date()),
    )
    if findings:
        raise clearance.refused(findings).on_record(
            lambda refusal: ClearanceRefused(**about, refusal=refusal)
        )
    cases.since_proposed(proposed, command.on)
    if case.cleared:
        raise AlreadyCleared(f"case {command.case} is cleared and nothing has undone it")
    return (ClearanceGranted(**about, orders=state.clearance.orders),)


CLEAR_CASE = Decider(boundary=_boundary, decide=_clear)
