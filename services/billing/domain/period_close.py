"""A month is closed once, by the receiving state's treasury, when every night has a price (G20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import accounting_periods as calendar
from services.billing.domain import invoice_lines as lines
from services.billing.domain import terms
from services.billing.domain.accounting_periods import CalendarState
from services.billing.domain.invoice_draft import Draft, currencies, draw
from services.billing.domain.invoice_lines import LinesState
from services.billing.domain.prepayment import NotTheReceivingTreasury
from services.billing.domain.terms import TermsState
from shared.contracts.billing import PeriodClosed, PeriodCloseRefused, TermsActivated
from shared.kernel.actor import Actor
from shared.kernel.dates import month
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, InvoiceId, agreement_of
from shared.kernel.rejected import Conflict, Finding, RuleBroken

if TYPE_CHECKING:
    from datetime import date, datetime

    from shared.kernel.event import Event

MAX_FINDINGS = 100
"""As many as fit into one entry; a last one says how many more there are."""


class PeriodAlreadyClosed(Conflict):
    """Each month of an agreement is closed once; what comes late goes to an open one."""


class MonthNotOver(RuleBroken):
    """A month is closed when it is over everywhere."""

    RULE = "period"


class MonthBeforeTerms(RuleBroken):
    """Nothing accrues before the terms are effective (F5)."""

    RULE = "F5"


class AttestorMayNotInvoice(RuleBroken):
    """Attestor and invoicer are different subjects (G20)."""

    RULE = "G20"


class NightsWithoutPrice(RuleBroken):
    """One unpriced component makes the invoice unissuable (fees.md)."""

    RULE = "tariff"


class CurrenciesMixed(RuleBroken):
    """An invoice is in one currency."""

    RULE = "tariff"


class ClosePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Close one agreement's month and draw its invoice."""

    agreement: AgreementRef
    period: str
    invoice: InvoiceId
    now: datetime
    actor: Actor


class PeriodState(msgspec.Struct, frozen=True):
    """The month's lines, and everything that says whether it may be closed."""

    lines: LinesState
    terms: TermsState
    calendar: CalendarState


def _boundary(command: ClosePeriod) -> Boundary[PeriodState]:
    agreement = agreement_of(command.agreement)
    return Boundary(
        (
            lines.fold(agreement, command.period),
            terms.fold(agreement),
            calendar.fold(agreement),
        ),
        PeriodState,
    )


def _decide(command: ClosePeriod, state: PeriodState) -> tuple[Event, ...]:
    signed = _allowed(command, state)
    draft = Draft(
        invoice=command.invoice,
        period=command.period,
        parties=signed,
        terms=state.terms,
        lines=state.lines,
    )
    broken = _broken(command, state, draft)
    if broken is not None:
        raise broken.on_record(
            lambda refusal: PeriodCloseRefused(
                agreement=signed.agreement, period=command.period, refusal=refusal
            )
        )
    closed = PeriodClosed(
        agreement=signed.agreement,
        period=command.period,
        invoice=command.invoice,
        closed_by=str(command.actor),
    )
    return (closed, *draw(draft, str(command.actor)))


CLOSE_PERIOD: Decider[ClosePeriod, PeriodState] = Decider(boundary=_boundary, decide=_decide)


def _allowed(command: ClosePeriod, state: PeriodState) -> TermsActivated:
    """The terms whose month this party may close, and has not closed before."""
    signed = state.terms.named(command.agreement)
    if command.actor.party != signed.parties.receiving:
        message = (
            f"{signed.parties.receiving} is paid under {signed.agreement}: its treasury closes"
        )
        raise NotTheReceivingTreasury(message)
    standing = state.calendar.closed.get(command.period)
    if standing is not None:
        message = f"{command.period} is closed: its invoice is {standing}"
        raise PeriodAlreadyClosed(message)
    return signed


def _broken(command: ClosePeriod, state: PeriodState, draft: Draft) -> RuleBroken | None:
    """The first rule that keeps this month open."""
    if not calendar.is_over(command.period, command.now):
        message = f"{command.period} is not over: close it when it is, in every time zone"
        return MonthNotOver(message)
    if month(command.period).end <= _first_day(state.terms.versions):
        message = f"no terms of {command.agreement} were effective in {command.period}"
        return MonthBeforeTerms(message)
    if command.actor.subject in state.lines.attestors:
        message = "this subject attested nights of this month: somebody else must close it"
        return AttestorMayNotInvoice(message)
    if len(state.lines.unpriced):
        return NightsWithoutPrice(
            "the signed terms do not price every attested night: sign a version that does, with"
            f" these days in its effective period, and ask for {command.period}:reprice, one"
            " custody at a time",
            findings=_waiting(state.lines),
        )
    if currencies(draft) - {draft.currency}:
        return CurrenciesMixed(
            f"lines are not all in {draft.currency}: no one invoice can hold them"
        )
    return None


def _first_day(versions: tuple[TermsActivated, ...]) -> date:
    return min(one.effective.start for one in versions)


def _waiting(state: LinesState) -> tuple[Finding, ...]:
    every = [
        Finding(
            rule="tariff",
            missing=f"a price for the night {one.night} of custody {one.custody}",
            evidence=one.attested,
        )
        for _, one in state.unpriced.items()
    ]
    if len(every) <= MAX_FINDINGS:
        return tuple(every)
    more = Finding(rule="tariff", missing=f"{len(every) - MAX_FINDINGS} nights more")
    return (*every[:MAX_FINDINGS], more)
