"""The lifecycles of the money behind an agreement, and of the rates it is told in (D12, F3)."""

from shared.contracts.lifecycle import NONE, Lifecycle, Step

FUNDING = Lifecycle(
    "appropriation", by="appropriation", rule="D12",
    steps=(
        Step("FundingAppropriated", NONE, "appropriated"),
        Step("FundingObligated", "appropriated"),
    ),
)  # fmt: skip
RATE = Lifecycle(
    "exchange rate", by="#agreement quote on", rule="F3",
    steps=(
        Step("ExchangeRateFixed", NONE, "recorded"),
    ),
)  # fmt: skip
FUNDS = Lifecycle(
    "funds", by="#agreement", rule="D12",
    steps=(
        Step("FundingThresholdCrossed", NONE),
        Step("FundingExhausted", NONE, "exhausted"),
        Step("FundingRestored", "exhausted", NONE),
    ),
)  # fmt: skip
UNFUNDED = Lifecycle(
    "funded departures", by="#agreement", rule="D12",
    steps=(
        Step("DeparturesUnfunded", NONE, "unfunded"),
        Step("DeparturesFunded", "unfunded", NONE),
    ),
)  # fmt: skip
