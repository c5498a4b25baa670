"""Prepayments: exactly what the signed component says, received once; earned by nights (F7)."""

from __future__ import annotations

from datetime import timedelta

from services.audit.domain.expectations import SIDES, Notes
from services.audit.domain.journal import Books
from services.audit.domain.terms import Terms
from shared.contracts.billing import PrepaymentReceived
from shared.kernel.ids import agreement_of
from shared.tariff.accounts import received_ahead

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
        standing = self._terms.standing(event.agreement, event.component)
        amount = standing.component.paid_ahead if standing else None
        if signed is None or standing is None or amount is None:
            notes.broken("F7", "a prepaid component of signed terms", event.component)
            return
        receiving, sending = signed.parties.receiving, signed.parties.sending
        signer = (notes.actor.party, notes.actor.office)
        notes.same(SIDES, "recorded by", (receiving, "treasury"), signer)
        latest = (notes.fact.recorded_at + FIRST_MIDNIGHT).date()
        if event.received_on > latest:
            notes.broken("F7", f"money that was received by {latest}", event.received_on)
        if event.amount != amount:
            notes.differs("F7", f"the signed amount, {amount}", event.amount)
        if standing.paid_ahead:
            notes.broken("F7", "a prepayment that is received once", "received again")
        standing.paid_ahead = True
        expected = received_ahead(receiving, sending, event.amount)
        self._books.post(agreement_of(event.agreement), event.postings, expected)
