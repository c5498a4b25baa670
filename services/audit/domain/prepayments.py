"""Prepayments: exactly what the signed component says, received once; earned by nights (F7)."""

from __future__ import annotations

from datetime import timedelta

from services.audit.domain.expectations import SIDES, Notes
from services.audit.domain.journal import Books, both_ways
from services.audit.domain.terms import Terms
from shared.contracts.agreement import Prepaid
from shared.contracts.billing import PrepaymentReceived
from shared.kernel.ids import agreement_of

FIRST_MIDNIGHT = timedelta(hours=14)
"""Where a day begins first: UTC+14."""


class Prepayments:
    """Every prepayment that was received."""

    def __init__(self, notes: Notes, terms: Terms, books: Books) -> None:
        """Begin with none."""
        self._notes = notes
        self._terms = terms
        self._books = books

    def received(self, event: PrepaymentReceived) -> None:
        """The receiving state's treasury records the whole signed amount, once."""
        notes, signed = self._notes, self._terms.signed.get(event.agreement)
        pool = self._terms.pool(event.agreement, event.component)
        if signed is None or pool is None or not isinstance(pool.component, Prepaid):
            notes.broken("F7", "a prepaid component of signed terms", event.component)
            return
        receiving, amount = signed.parties.receiving, pool.component.amount
        signer = (notes.actor.party, notes.actor.office)
        notes.same(SIDES, "recorded by", (receiving, "treasury"), signer)
        latest = (notes.fact.recorded_at + FIRST_MIDNIGHT).date()
        if event.received_on > latest:
            notes.broken("F7", f"money that was received by {latest}", event.received_on)
        if event.amount != amount:
            notes.differs("F7", f"the signed amount, {amount}", event.amount)
        if pool.paid_ahead:
            notes.broken("F7", "a prepayment that is received once", "received again")
        pool.paid_ahead = True
        accounts = (f"cash-{receiving.lower()}", f"unearned-{event.component}")
        terms = agreement_of(event.agreement)
        self._books.post(terms, event.postings, event.amount, both_ways(event.amount), accounts)
