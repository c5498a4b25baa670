"""The lifecycle of a person, by the pseudonym; after the erasure it is nobody's (G22)."""

from shared.contracts.lifecycle import NONE, Lifecycle, Step

KNOWN = "registered | erasure asked"
PERSON = Lifecycle(
    "person", by="person", rule="G9",
    steps=(
        Step("PersonRegistered", NONE, "registered"),
        Step("IdentityEvent", KNOWN),
        Step("DocumentAdded", KNOWN),
        Step("CategoryDetermined", KNOWN, rule="G8"),
        Step("CaseProposed", KNOWN, "registered"),
        Step("PersonRead", KNOWN, rule="G22"),
        Step("PersonSearched", KNOWN, rule="G22", by="persons"),
        Step("SubjectExported", f"{KNOWN} | erased", rule="G22"),
        Step("PersonLocated", f"{NONE} | {KNOWN} | erased", rule="G12"),
        Step("ChargedIdentity", f"{KNOWN} | erased", by="persons"),
        Step("ErasureAsked", KNOWN, "erasure asked", "G22"),
        Step("PersonErased", "erasure asked", "erased", "G22"),
    ),
)  # fmt: skip
OTHER_PERSON = Lifecycle(
    "other person", by="other", rule="G9",
    steps=(
        Step("PersonRegistered", NONE, "registered", by="person"),
        Step("IdentityEvent", "registered"),
        Step("PersonErased", "registered", "erased", "G22", by="person"),
    ),
)  # fmt: skip
