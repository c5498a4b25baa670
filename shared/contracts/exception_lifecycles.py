"""The lifecycles of what an office has to have seen (D7)."""

from shared.contracts.lifecycle import NONE, Lifecycle, Step

FOUND = Lifecycle(
    "wrongful transfer", by="case", rule="D7",
    steps=(
        Step("WrongfulTransferFound", f"{NONE} | found", "found"),
        Step("ExceptionAcknowledged", "found"),
    ),
)  # fmt: skip
