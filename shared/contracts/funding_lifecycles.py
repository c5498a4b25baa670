"""The lifecycles of the money behind an agreement: appropriated, used up, and followed (D12)."""

from shared.contracts.lifecycle import NONE, Lifecycle, Step

FUNDING = Lifecycle(
    "appropriation", by="appropriation", rule="D12",
    steps=(
        Step("FundingAppropriated", NONE, "appropriated"),
        Step("FundingObligated", "appropriated"),
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
