"""Which nights were to be attested and which were, by placement's custodies and headcounts (D3).

What billing had not acted on when it closed a month, it could not count: that is still owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.audit.domain.records.custodies import Custody
from services.audit.domain.state import State
from shared.contracts.invoice import NightsCounted
from shared.kernel.dates import month, month_of
from shared.kernel.ids import AgreementId, CustodyId, agreement_of

Silent = dict[CustodyId, tuple[date, ...]]
"""Nights that nobody attested, by custody."""


def counted(state: State, agreement: AgreementId, period: str) -> tuple[NightsCounted, Silent]:
    """How many nights a month bears and how many of them are attested, and which are not."""
    due, silent = 0, dict[CustodyId, tuple[date, ...]]()
    for name, custody in state.custodies.items():
        if agreement_of(custody.agreement) == agreement and _is_told(state, custody):
            nights = list(_due(state, custody, period))
            due += len(nights)
            if missing := tuple(night for night in nights if not _attested(state, custody, night)):
                silent[name] = missing
    attested = due - sum(len(nights) for nights in silent.values())
    return NightsCounted(due, attested), silent


def _is_told(state: State, custody: Custody) -> bool:
    """Whether custody was accepted, and billing has acted on it."""
    waits = state.obligations.is_waiting("stay", (custody.custody,))
    return custody.accepted is not None and not waits


def _due(state: State, custody: Custody, period: str) -> Iterator[date]:
    """The nights of a stay that a month bears: its own, and what was told too late for others."""
    told_late = state.stays[custody.custody].borne_by if custody.custody in state.stays else {}
    own = [period] if period not in told_late else []
    bears = sorted([*own, *(late for late, bearing in told_late.items() if bearing == period)])
    left = None if state.obligations.is_waiting("exit", (custody.custody,)) else custody.departed_on
    arrived_on, until = custody.arrived_on, date.max
    if left:
        until = state.terms.first_after(custody.agreement, arrived_on, left)
    for each in bears:
        for night in month(each).dates():
            if arrived_on <= night < until:
                yield night


def _attested(state: State, custody: Custody, night: date) -> bool:
    """Whether a headcount names the person, and billing has acted on it."""
    day = night.toordinal()
    waits = state.obligations.is_waiting("night", (custody.custody, day))
    return day in custody.counted and not waits


def told_late(state: State, agreement: AgreementId, arrived_on: date) -> dict[str, str]:
    """Months of a stay that are closed when billing is told of it, each with the one that bears
    its nights.
    """
    closed, first = state.periods.closed.get(agreement, {}), month_of(arrived_on)
    return {own: state.periods.bearing(agreement, own) for own in closed if own >= first}
