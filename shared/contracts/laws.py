"""Laws of copying: what an event says that another entry, or its own actor, says already.

They stand beside the event as `LAWS`; a type has those of its family too. Nothing decides by them:
each government's audit applies them to every type there is or will be. Names of fields stand in one
text with a space between them; `receiving=country` means that our `receiving` is their `country`,
and a path may lead on: `parties=document.parties`. Families are named like types.
"""

from functools import cache
from typing import Literal

import msgspec

from shared.kernel.codes import Office
from shared.kernel.event import Event

SIDES = "each side acts for itself"
"""The rule that the domain states without a number."""
Breach = Literal["rule-broken", "amount-differs", "evidence-missing"]
"""What it is called when a law is broken."""
Attribute = Literal["actor", "party", "office", "causation", "time"]
"""What is known of an entry without its event: who acts, what caused it, when it happened."""


class Copied(msgspec.Struct, frozen=True, gc=False):
    """These fields say what the last entry of `of` says that has the same `by`.

    Instead of fields, `by` may be one that names the very entry: `offer=ref`.
    """

    fields: str
    of: str
    by: str
    rule: str
    breach: Breach = "rule-broken"
    required: bool = False
    """Whether there has to be such an entry; else its lifecycle says so."""


class Names(msgspec.Struct, frozen=True, gc=False):
    """This field is the name of the last entry of `of` that has the same `by`.

    `causation` in place of a field: what caused this entry.
    """

    field: str
    of: str
    by: str
    rule: str
    breach: Breach = "evidence-missing"


class Says(msgspec.Struct, frozen=True, gc=False):
    """These fields repeat an attribute of the entry itself."""

    fields: str
    attribute: Attribute
    rule: str = "ledger"


class Happened(msgspec.Struct, frozen=True, gc=False):
    """This field is when it happened: the entry's own time, and not in the future."""

    field: str
    rule: str


class Past(msgspec.Struct, frozen=True, gc=False):
    """These dates have come when it is recorded, and each is not before the one before it.

    The shell refuses whatever breaks it, whichever command it comes with (`shared/contracts/past`).
    """

    fields: str
    rule: str


class Signed(msgspec.Struct, frozen=True, gc=False):
    """Who acts: the party of this field, or that which the last entry of `of` has in it.

    Without offices any office of that party may.
    """

    party: str
    offices: tuple[Office, ...] = ()
    of: str | None = None
    by: str = ""
    rule: str = SIDES


Law = Copied | Names | Says | Happened | Past | Signed
Laws = tuple[Law, ...]


@cache
def declared(event_type: type[Event]) -> Laws:
    """The laws that stand beside a type: its families' and its own, the widest family first."""
    families_first = reversed(event_type.__mro__)
    return tuple(law for kind in families_first for law in vars(kind).get("LAWS", ()))
