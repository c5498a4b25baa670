"""The lifecycles of what happens in a custody: a stranger on a list, a person who is sent on."""

from shared.contracts.lifecycle import NONE, Lifecycle, Step

UNKNOWN_PERSON = Lifecycle(
    "unknown person", by="facility night counted", rule="D3",
    steps=(Step("UnknownPersonCounted", NONE, "open"), Step("UnknownPersonSettled", "open", NONE)),
)  # fmt: skip
ONWARD_TRANSFER = Lifecycle(
    "onward transfer", by="custody", rule="G5",
    steps=(
        Step("OnwardTransferRequested", f"{NONE} | requested | authorised", "requested"),
        Step("OnwardTransferAuthorised", "requested | authorised", "authorised"),
        Step("OnwardTransferCompleted", "authorised", NONE),
    ),
)  # fmt: skip
