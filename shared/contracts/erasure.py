"""What intake records of erasing who a person is: the pseudonym stays, and nobody knows whose.

Nothing that was recorded before goes or changes: every proof of it stays valid (G21).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.intake import PersonTag
from shared.contracts.laws import Copied, Laws, Says, Signed
from shared.kernel.codes import Office, Sha256
from shared.kernel.event import Event
from shared.kernel.rejected import Refusal

ErasureReason = Literal[
    "retention-ended", "registered-in-error", "request-of-the-person", "order-of-a-court"
]
"""Why a person is erased: a closed list. None of them overrides what stands against it."""


class ErasureEvent(Event, frozen=True):
    """A fact about the erasure of a person, with its reason and the digest of its signed paper."""

    SUBJECT: ClassVar[str] = "person"
    person: PersonTag
    reason: ErasureReason
    document: Sha256


class ErasureAsked(ErasureEvent, frozen=True):
    """The intake agency that registered a person asks its central authority to erase who it is."""

    TYPE: ClassVar[str] = "intake.ErasureAsked.v1"
    LAWS: ClassVar[Laws] = (
        Says("asked_by", "actor", "G22"),
        Signed("registered_by", ("intake-agency",), of="PersonRegistered", by="person"),
    )
    asked_by: str


class ErasureRefused(ErasureEvent, frozen=True):
    """The identity of a person is still needed: by whom stands in the findings."""

    TYPE: ClassVar[str] = "intake.ErasureRefused.v1"
    refusal: Refusal


class PersonErased(ErasureEvent, frozen=True):
    """Who a person is was erased, in one transaction with this entry: key, salt, identity, index.

    Another subject of another office than the one that asked says so, by the same paper.
    """

    TYPE: ClassVar[str] = "intake.PersonErased.v1"
    LAWS: ClassVar[Laws] = (
        Says("erased_by", "actor", "G22"),
        Says("office", "office", "G22"),
        Signed("registered_by", ("central-authority",), of="PersonRegistered", by="person"),
        Copied("reason document", of="ErasureAsked", by="person", rule="G22", required=True),
    )
    office: Office
    erased_by: str
