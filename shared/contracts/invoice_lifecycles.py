"""The lifecycles of a closed month, its invoice, and the transfers that pay it."""

from shared.contracts.lifecycle import NONE, Lifecycle, Step

PERIOD = Lifecycle(
    "period", by="#agreement period", rule="period",
    steps=(
        Step("PeriodClosed", NONE, "closed"),
        Step("InvoiceMismatched", NONE, rule="D8"),
    ),
)  # fmt: skip
INVOICE = Lifecycle(
    "invoice", by="invoice", rule="G20",
    steps=(
        Step("PeriodClosed", NONE, "to be drafted"),
        Step("InvoiceDrafted", "to be drafted", "drafted"),
        Step("InvoiceLineDrafted", "drafted"),
        Step("NightsNotAttested", "drafted"),
        Step("InvoiceIssued", "drafted", "issued"),
        Step("InvoiceDisputed", "issued"),
        Step("DisputeWithdrawn", "issued"),
        Step("DisputeResolved", "issued"),
        Step("CreditNoteIssued", "issued"),
        Step("InvoiceCertified", "issued", "certified", unknown="T7"),
        Step("PaymentRecorded", "certified"),
        Step("InvoiceSettled", "certified", "settled"),
    ),
)  # fmt: skip
DISPUTE = Lifecycle(
    "dispute", by="invoice line", rule="G20",
    steps=(
        Step("InvoiceDisputed", "none | resolved", "open"),
        Step("DisputeWithdrawn", "open", NONE),
        Step("DisputeResolved", "open", "resolved"),
        Step("CreditNoteIssued", "resolved", NONE),
    ),
)  # fmt: skip
TRANSFER = Lifecycle(
    "transfer", by="invoice reference", rule="G20",
    steps=(Step("PaymentRecorded", NONE, "recorded"),),
)  # fmt: skip
