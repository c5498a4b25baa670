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
        Step("InvoiceCertified", "issued", "certified", unknown="T7"),
        Step("PaymentRecorded", "certified"),
        Step("InvoiceSettled", "certified", "settled"),
    ),
)  # fmt: skip
TRANSFER = Lifecycle(
    "transfer", by="invoice reference", rule="G20",
    steps=(Step("PaymentRecorded", NONE, "recorded"),),
)  # fmt: skip
