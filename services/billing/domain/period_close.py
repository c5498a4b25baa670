"""A month is closed once, by the receiving state's treasury, when every night has a price (G20) and
its lines come to what the signed terms say (D8).
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import account, accounting_periods, attendance, invoice_lines, terms
from services.billing.domain.account import AccountState
from services.billing.domain.accounting_periods import PeriodsState
from services.billing.domain.attendance import AttendanceState
from services.billing.domain.invoice_draft import Draft, draw
from services.billing.domain.invoice_lines import LinesState
from services.billing.domain.month_end import closing_fees
from services.billing.domain.prepayment import NotTheReceivingTreasury
from services.billing.domain.terms import TermsState
from shared.contracts.billing import TermsActivated
from shared.contracts.invoice import InvoiceMismatched, PeriodClosed, PeriodCloseRefused
from shared.kernel.actor import Actor
from shared.kernel.dates import month
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, InvoiceId, agreement_of
from shared.kernel.money import Money
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
    """One unpriced component makes the invoice unissuable (docs/reference/fees.md)."""

    RULE = "tariff"


class CurrenciesMixed(RuleBroken):
    """An invoice is in one currency."""

    RULE = "tariff"


class LinesDoNotFollow(RuleBroken):
    """A mismatch never closes a month: no invoice is drawn that the terms do not say (D8)."""

    RULE = "D8"


class ClosePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Close one agreement's month and draw its invoice."""

    agreement: AgreementRef
    period: str
    invoice: InvoiceId
    now: datetime
    actor: Actor


class PeriodState(msgspec.Struct, frozen=True):
    """The month's lines, what its components have borne, and what says whether it may be closed."""

    lines: LinesState
    attendance: AttendanceState
    account: AccountState
    terms: TermsState
    periods: PeriodsState


def _boundary(command: ClosePeriod) -> Boundary[PeriodState]:
    agreement = agreement_of(command.agreement)
    return Boundary(
        (
            invoice_lines.fold(agreement, command.period),
            attendance.fold(agreement),
            account.fold(agreement),
            terms.fold(agreement),
            accounting_periods.fold(agreement),
        ),
        PeriodState,
    )


def _decide(command: ClosePeriod, state: PeriodState) -> tuple[Event, ...]:
    signed = _allowed(command, state)
    broken = _broken(command, state, signed)
    if broken is not None:
        raise broken.on_record(
            lambda refusal: PeriodCloseRefused(
                agreement=signed.agreement, period=command.period, refusal=refusal
            )
        )
    _follows(command, state, signed)
    fees = tuple(closing_fees(command.period, signed.tariff.currency, state.terms, state.account))
    draft = Draft(
        invoice=command.invoice,
        period=command.period,
        parties=signed,
        lines=reduce(invoice_lines.evolve, fees, state.lines),
        account=reduce(account.evolve, fees, state.account),
        attendance=state.attendance,
    )
    closed = PeriodClosed(
        agreement=signed.agreement,
        period=command.period,
        invoice=command.invoice,
        nights=draft.nights,
        closed_by=str(command.actor),
    )
    return (*fees, closed, *draw(draft, str(command.actor)))


CLOSE_PERIOD: Decider[ClosePeriod, PeriodState] = Decider(boundary=_boundary, decide=_decide)


def _allowed(command: ClosePeriod, state: PeriodState) -> TermsActivated:
    """The terms whose month this party may close, and has not closed before."""
    signed = state.terms.named(command.agreement, month(command.period))
    if command.actor.party != signed.parties.receiving:
        message = (
            f"{signed.parties.receiving} is paid under {signed.agreement}: its treasury closes"
        )
        raise NotTheReceivingTreasury(message)
    standing = state.periods.closed.get(command.period)
    if standing is not None:
        message = f"{command.period} is closed: its invoice is {standing}"
        raise PeriodAlreadyClosed(message)
    return signed


def _broken(command: ClosePeriod, state: PeriodState, signed: TermsActivated) -> RuleBroken | None:
    """The first rule that keeps this month open."""
    if not accounting_periods.is_over(command.period, command.now):
        message = f"{command.period} is not over: close it when it is, in every time zone"
        return MonthNotOver(message)
    if month(command.period).end <= _first_day(state.terms.versions):
        message = f"no terms of {command.agreement} were effective in {command.period}"
        return MonthBeforeTerms(message)
    if command.actor.who in state.lines.attestors:
        message = "this subject attested nights of this month: somebody else must close it"
        return AttestorMayNotInvoice(message)
    if len(state.lines.unpriced):
        return NightsWithoutPrice(
            "the signed terms do not price every attested night: sign a version that does, with"
            f" these days in its effective period, and ask for {command.period}:reprice, one"
            " custody at a time",
            findings=_waiting(state.lines),
        )
    currency = signed.tariff.currency
    if _currencies(state) - {currency}:
        return CurrenciesMixed(f"lines are not all in {currency}: no one invoice can hold them")
    return None


def _follows(command: ClosePeriod, state: PeriodState, signed: TermsActivated) -> None:
    """What was charged is what the facts come to when they are charged again; else it stays open.

    What the month's end adds is not among them yet: it follows from the terms as it is added.
    """
    currency = signed.tariff.currency
    drafted = Money.of(sum(line.minor for line in state.lines.lines.values()), currency)
    expected = Money.of(state.account.expected.get(command.period, 0), currency)
    if drafted == expected:
        return
    message = (
        f"the lines of {command.period} come to {drafted}, and its attested nights to {expected} by"
        " the signed terms: the month stays open. An audit names each charge that does not follow;"
        " close the month again once that is mended"
    )
    raise LinesDoNotFollow(message).on_record(
        lambda refusal: InvoiceMismatched(
            agreement=signed.agreement,
            period=command.period,
            expected=expected,
            drafted=drafted,
            refusal=refusal,
        )
    )


def _currencies(state: PeriodState) -> set[str]:
    """The currencies of the versions that the lines were charged under."""
    versions = {line.agreement for line in state.lines.lines.values()}
    return {state.terms.signed(version).tariff.currency for version in versions}


def _first_day(versions: tuple[TermsActivated, ...]) -> date:
    return min(signed.effective.start for signed in versions)


def _waiting(state: LinesState) -> tuple[Finding, ...]:
    every = [
        Finding(
            rule="tariff",
            missing=f"a price for the night {night.night} of custody {night.custody}",
            evidence=night.attested,
        )
        for _, night in state.unpriced.items()
    ]
    if len(every) <= MAX_FINDINGS:
        return tuple(every)
    more = Finding(rule="tariff", missing=f"{len(every) - MAX_FINDINGS} nights more")
    return (*every[:MAX_FINDINGS], more)
