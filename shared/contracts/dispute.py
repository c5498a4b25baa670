"""What billing records of a line that the paying state disputes, and of what is credited for it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from shared.contracts.invoice import InvoiceEvent
from shared.contracts.laws import Copied, Laws, Says, Signed
from shared.kernel.bounds import Ordinal
from shared.kernel.codes import Sha256
from shared.kernel.event import Tag
from shared.kernel.money import Money
from shared.kernel.rejected import Refusal
from shared.tariff.accounts import Postings

DisputeReason = Literal[
    "not-in-custody", "charged-twice", "wrong-rate", "no-evidence", "not-agreed", "miscalculated"
]
"""Why a line is disputed. What it rests on is said in the document whose hash is recorded."""
OF_THE_DISPUTE = Copied("amount", of="InvoiceDisputed", by="invoice line", rule="G20")


class LineEvent(InvoiceEvent, frozen=True):
    """A fact about one line of an invoice that is issued."""

    LAWS: ClassVar[Laws] = (Copied("agreement", of="InvoiceIssued", by="invoice", rule="ledger"),)
    line: Annotated[Ordinal, Tag("line")]


class InvoiceDisputed(LineEvent, frozen=True):
    """The paying state says that it does not owe so much of a line: that much is held apart, and
    the invoice is not certified before the dispute is over.
    """

    TYPE: ClassVar[str] = "billing.InvoiceDisputed.v1"
    LAWS: ClassVar[Laws] = (
        Signed("payer", ("treasury",), of="InvoiceDrafted", by="invoice"),
        Says("disputed_by", "actor", "G20"),
    )
    amount: Money
    reason: DisputeReason
    document: Sha256
    """The statement of the paying state."""
    in_dispute: Money
    """What is disputed of all lines of the invoice after it."""
    disputed_by: str
    postings: Postings


class DisputeRefused(LineEvent, frozen=True):
    """A line was to be disputed, and a rule said no."""

    TYPE: ClassVar[str] = "billing.DisputeRefused.v1"
    amount: Money
    refusal: Refusal


class DisputeWithdrawn(LineEvent, frozen=True):
    """The paying state owes what it disputed of a line after all."""

    TYPE: ClassVar[str] = "billing.DisputeWithdrawn.v1"
    LAWS: ClassVar[Laws] = (
        OF_THE_DISPUTE,
        Signed("payer", ("treasury",), of="InvoiceDrafted", by="invoice"),
        Says("withdrawn_by", "actor", "G20"),
    )
    amount: Money
    in_dispute: Money
    withdrawn_by: str
    postings: Postings


class DisputeResolved(LineEvent, frozen=True):
    """The state that is paid answers a dispute: a credit note follows for what it concedes, and the
    rest is owed as before. The paying state may dispute that again before it certifies.
    """

    TYPE: ClassVar[str] = "billing.DisputeResolved.v1"
    LAWS: ClassVar[Laws] = (
        OF_THE_DISPUTE,
        Signed("payee", ("treasury",), of="InvoiceDrafted", by="invoice"),
        Says("resolved_by", "actor", "G20"),
    )
    amount: Money
    credited: Money
    """What is conceded of `amount`: nothing of it, or all of it, or a part."""
    document: Sha256
    """The justification."""
    in_dispute: Money
    resolved_by: str
    postings: Postings


class ResolutionRefused(LineEvent, frozen=True):
    """A dispute was to be answered, and a rule said no."""

    TYPE: ClassVar[str] = "billing.ResolutionRefused.v1"
    credited: Money
    refusal: Refusal


class CreditNoteIssued(LineEvent, frozen=True):
    """So much of a line is not owed: an invoice is never edited, a credit note corrects it."""

    TYPE: ClassVar[str] = "billing.CreditNoteIssued.v1"
    LAWS: ClassVar[Laws] = (
        Signed("payee", ("treasury",), of="InvoiceDrafted", by="invoice"),
        Copied("amount=credited", of="DisputeResolved", by="invoice line", rule="G20"),
        Says("issued_by", "actor", "G20"),
    )
    credit_note: Ordinal
    """Which credit note of its invoice it is."""
    amount: Money
    outstanding: Money
    """What is owed for the invoice after it."""
    issued_by: str
    postings: Postings
