"""What an office has seen: an exception that leaves its list only once somebody said so (D7)."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.intake import CaseTag, PersonTag
from shared.contracts.laws import Copied, Laws, Says, Signed
from shared.kernel.codes import Country
from shared.kernel.event import Event

Acknowledged = Literal["wrongful-transfer"]
"""The kinds of exception that a named person of each office has to have seen."""


class ExceptionAcknowledged(Event, frozen=True):
    """A central authority has seen that a person was transferred wrongfully: by name, once of each
    that was found. What is to be done about it is owed as before.
    """

    TYPE: ClassVar[str] = "intake.ExceptionAcknowledged.v1"
    SUBJECT: ClassVar[str] = "case"
    LAWS: ClassVar[Laws] = (
        Says("acknowledged_by", "actor", "D7"),
        Says("party", "party", "D7"),
        Signed("party", ("central-authority",), rule="D7"),
        Copied("person", of="WrongfulTransferFound", by="case", rule="D7"),
    )
    case: CaseTag
    person: PersonTag
    kind: Acknowledged
    party: Country
    acknowledged_by: str
