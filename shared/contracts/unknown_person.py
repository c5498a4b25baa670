"""What placement records of whoever was counted and is not in custody there by the record (D3)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from shared.contracts.facility import FacilityEvent
from shared.contracts.laws import Copied, Laws, Past, Says, Signed
from shared.kernel.codes import Code
from shared.kernel.event import Tag
from shared.kernel.ids import CustodyId

Explanation = Literal[
    "listed-by-mistake", "recorded-since", "of-another-facility", "own-population"
]
"""What an unknown person turned out to be."""


UnknownReason = Literal["no-custody-here", "outside-the-stay"]
"""Why somebody is unknown on a night: nobody of that custody was accepted there (or it ended long
before), or it was there on other days.
"""


class UnknownPerson(FacilityEvent, frozen=True):
    """A fact about somebody who was counted on a night and is unknown there. A family."""

    LAWS: ClassVar[Laws] = (Past("night", "D3"),)
    night: date
    counted: Annotated[CustodyId, Tag("counted")]
    """The custody that the list named."""


class UnknownPersonCounted(UnknownPerson, frozen=True):
    """A list had somebody on it who was not in custody there on that night: open until settled, and
    nothing is billed for it (D3).
    """

    TYPE: ClassVar[str] = "placement.UnknownPersonCounted.v1"
    LAWS: ClassVar[Laws] = (
        Says("attested_by", "actor", "D3"),
        Signed(
            "country", ("facility-registry",), of="FacilityRegistered", by="facility", rule="D3"
        ),
        Past("arrived_on departed_on", "D3"),
    )
    reason: UnknownReason
    attested_by: str
    arrived_on: date | None = None
    """From which day that custody was there, where it was on other days."""
    departed_on: date | None = None
    """And until when, where it has ended."""


class UnknownPersonSettled(UnknownPerson, frozen=True):
    """Another subject of the facility's state says who that was (D3)."""

    TYPE: ClassVar[str] = "placement.UnknownPersonSettled.v1"
    LAWS: ClassVar[Laws] = (
        Says("settled_by", "actor", "D3"),
        Copied(
            "attested_by",
            of="UnknownPersonCounted",
            by="facility night counted",
            rule="D3",
            required=True,
        ),
        Signed(
            "country",
            ("facility-registry", "central-authority"),
            of="FacilityRegistered",
            by="facility",
            rule="D3",
        ),
    )
    attested_by: str
    """Who attested the list that named them."""
    explanation: Explanation
    settled_by: str
    reference: Code
