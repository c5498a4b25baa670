"""A lifecycle as a table: which event may come in which state, and what state follows."""

import msgspec

NONE = "none"
"""The state of what does not exist, or does not any more."""
SAME = ""
"""As the next state: it stays as it is."""


class Step(msgspec.Struct, frozen=True, gc=False):
    """One row: `event`, or any of its family, may come in `states` and leads to `next`.

    A family's row is that of each of its types, unless a type has rows of its own. An event whose
    key is a list moves each that is on it.
    """

    event: str
    states: str
    """With ` | ` between them."""
    next: str = SAME
    rule: str = ""
    """The rule that is broken otherwise; that of the table where there is none."""
    by: str = ""
    """The event's own fields for the key, where they are not called as in the table."""
    unknown: str = ""
    """The rule under which it is missing when it does not exist; that of the table."""


class Lifecycle(msgspec.Struct, frozen=True, gc=False):
    """One noun's table. An event that may not come is found, and changes nothing."""

    noun: str
    by: str
    """The fields that say which one it is; `#` before one means its tag: any version of it."""
    rule: str
    steps: tuple[Step, ...]
