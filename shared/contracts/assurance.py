"""What intake records of assurances: a government says that a person does not depart yet (D5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from shared.contracts.intake import PersonTag
from shared.contracts.laws import Copied, Happened, Laws, Says, Signed
from shared.kernel.codes import Body, Code, Country, Party
from shared.kernel.event import Event, Tag
from shared.kernel.ids import AssuranceId

AssuredOffice = Literal["court", "counsel"]
"""To whom an assurance is given."""


class AssuranceEvent(Event, frozen=True):
    """A fact about an assurance that a person does not depart."""

    SUBJECT: ClassVar[str] = "assurance"
    LAWS: ClassVar[Laws] = (Copied("person", of="AssuranceGiven", by="assurance", rule="D5"),)
    assurance: Annotated[AssuranceId, Tag("assurance")]
    person: PersonTag


class AssuranceGiven(AssuranceEvent, frozen=True):
    """A government assured a court or counsel that a person does not depart before an instant: it
    blocks like a hold, and undoes a clearance.
    """

    TYPE: ClassVar[str] = "intake.AssuranceGiven.v1"
    LAWS: ClassVar[Laws] = (
        Says("given_by", "actor", "D5"),
        Says("giver", "party", "D5"),
        Happened("given_at", "D5"),
    )
    giver: Country
    to_party: Party
    to_office: AssuredOffice
    to_body: Body
    reference: Code
    given_at: datetime
    until: datetime
    given_by: str


class AssuranceEndAsked(AssuranceEvent, frozen=True):
    """The government that gave it asks whomever it gave it to whether it may end; it stands."""

    TYPE: ClassVar[str] = "intake.AssuranceEndAsked.v1"
    LAWS: ClassVar[Laws] = (
        Says("asked_by", "actor", "D5"),
        Signed("giver", ("central-authority",), of="AssuranceGiven", by="assurance", rule="D5"),
    )
    instrument: Code
    asked_by: str


class AssuranceEnded(AssuranceEvent, frozen=True):
    """The court or counsel that it was given to agreed that it ends, by the same instrument."""

    TYPE: ClassVar[str] = "intake.AssuranceEnded.v1"
    LAWS: ClassVar[Laws] = (
        Says("agreed_by", "actor", "D5"),
        Copied("instrument", of="AssuranceEndAsked", by="assurance", rule="D5"),
        Happened("ended_at", "D5"),
    )
    instrument: Code
    agreed_by: str
    ended_at: datetime
    """Until then it blocked: a departure that is told late may have been under it."""


class AssuranceExpired(AssuranceEvent, frozen=True):
    """The instant that it states has come: the clearance that it undid does not come back."""

    TYPE: ClassVar[str] = "intake.AssuranceExpired.v1"
    LAWS: ClassVar[Laws] = (
        Happened("expired_at", "D5"),
        Copied("expired_at=until", of="AssuranceGiven", by="assurance", rule="D5"),
    )
    expired_at: datetime
