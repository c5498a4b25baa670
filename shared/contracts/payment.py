"""What billing records of the money that pays a certified invoice, in part or in full."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.invoice import InvoiceEvent
from shared.contracts.laws import Copied, Laws, Past, Says, Signed
from shared.kernel.codes import Code
from shared.kernel.money import Money
from shared.kernel.rejected import Refusal
from shared.tariff.accounts import Postings


class PaymentRecorded(InvoiceEvent, frozen=True):
    """The state that is paid has received money for a certified invoice."""

    TYPE: ClassVar[str] = "billing.PaymentRecorded.v1"
    LAWS: ClassVar[Laws] = (
        Copied("agreement", of="InvoiceIssued", by="invoice", rule="ledger"),
        Signed("payee", ("treasury",), of="InvoiceDrafted", by="invoice"),
        Says("recorded_by", "actor", "G20"),
        Past("received_on", "G20"),
    )
    amount: Money
    outstanding: Money
    """What is still owed for the invoice after it."""
    reference: Code
    """The transfer, as the bank names it: it pays an invoice once."""
    received_on: date
    recorded_by: str
    postings: Postings


class InvoiceSettled(InvoiceEvent, frozen=True):
    """Nothing is owed for the invoice any more: the payment before it was the last, or it was
    certified with nothing left to pay.
    """

    TYPE: ClassVar[str] = "billing.InvoiceSettled.v1"
    LAWS: ClassVar[Laws] = (Copied("agreement", of="InvoiceIssued", by="invoice", rule="ledger"),)
    paid: Money
    """What all of its payments come to: exactly what was due, less what was credited."""


class PaymentRefused(InvoiceEvent, frozen=True):
    """A payment was reported and a rule said no: the books do not have it."""

    TYPE: ClassVar[str] = "billing.PaymentRefused.v1"
    amount: Money
    reference: Code
    refusal: Refusal
