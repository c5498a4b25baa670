"""What intake records of holds: legal orders that forbid a departure, and what they are about."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.class_scope import ClassScope
from shared.contracts.hold_scope import AgreementScope, FlightScope, Scope
from shared.contracts.laws import Copied, Happened, Laws, Says
from shared.kernel.bounds import Ordinal
from shared.kernel.codes import Body, Code, Country, HoldForm, Office, Party
from shared.kernel.event import Event, Tag
from shared.kernel.ids import HoldId, PersonId


class PersonScope(Scope, frozen=True, tag="person"):
    """A hold on one person: against every destination, or against one country."""

    person: PersonId
    destination: Country | None = None

    @property
    def tag(self) -> str:
        """What orders on this person are found by: `person:<id>`."""
        return f"person:{self.person}"

    @property
    def named_person(self) -> PersonId | None:
        """The person, by the pseudonym that the order uses."""
        return self.person

    @property
    def named_country(self) -> Country | None:
        """The one destination that it is against, if it is against one."""
        return self.destination


class CountryScope(Scope, frozen=True, tag="country"):
    """A hold on every departure to a country."""

    country: Country

    @property
    def tag(self) -> str:
        """What orders against this country are found by: `country:SLV`."""
        return f"country:{self.country}"

    @property
    def named_country(self) -> Country | None:
        """The destination."""
        return self.country


HoldScope = PersonScope | CountryScope | ClassScope | FlightScope | AgreementScope


def nature_of(scope: HoldScope) -> str:
    """What kind of thing a scope names: `person`, `country`, `class`, `flight` or `agreement`."""
    return str(scope.__struct_config__.tag)


class OrdersSeen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many orders of one scope that is nobody's own had been asserted by an entry: one at the
    least, whether they stand or were lifted.
    """

    scope: str
    """What the orders are found by: `country:SLV`."""
    asserted: Ordinal


ScopeTag = Annotated[
    HoldScope, Tag("hold-scope", of=attrgetter("tag")), Tag("hold-nature", of=nature_of)
]


class HoldEvent(Event, frozen=True):
    """A fact about a legal order that forbids a departure."""

    SUBJECT: ClassVar[str] = "hold"
    LAWS: ClassVar[Laws] = (Copied("scope", of="HoldAsserted", by="hold", rule="G3"),)
    hold: Annotated[HoldId, Tag("hold")]
    scope: ScopeTag


class HoldAsserted(HoldEvent, frozen=True):
    """An order was received. It blocks at once (G2); an oral one binds from its minute of receipt
    (G3).
    """

    TYPE: ClassVar[str] = "intake.HoldAsserted.v1"
    LAWS: ClassVar[Laws] = (
        Says("asserted_by", "actor", "G2"),
        Says("issued_by", "party", "G2"),
        Says("office", "office", "G2"),
        Happened("received_at", "G3"),
    )
    form: HoldForm
    received_at: datetime
    issued_by: Party
    office: Office
    reference: Code
    asserted_by: str


class HoldVerified(HoldEvent, frozen=True):
    """Somebody else than its asserter confirmed the order with its issuer."""

    TYPE: ClassVar[str] = "intake.HoldVerified.v1"
    LAWS: ClassVar[Laws] = (Says("verified_by", "actor", "G2"),)
    instrument: Code
    verified_by: str


class HoldBodyNamed(HoldEvent, frozen=True):
    """Whoever asserted a hold without naming a body says which body of its office issued it (G2).

    It changes nothing before another subject of that body has confirmed it.
    """

    TYPE: ClassVar[str] = "intake.HoldBodyNamed.v1"
    LAWS: ClassVar[Laws] = (
        Says("named_by", "actor", "G2"),
        Copied("named_by=asserted_by", of="HoldAsserted", by="hold", rule="G2"),
    )
    body: Body
    named_by: str


class HoldBodyConfirmed(HoldEvent, frozen=True):
    """Another subject of the body confirmed that the hold is its own: two of it lift it (G2)."""

    TYPE: ClassVar[str] = "intake.HoldBodyConfirmed.v1"
    LAWS: ClassVar[Laws] = (
        Says("confirmed_by", "actor", "G2"),
        Copied("body", of="HoldBodyNamed", by="hold", rule="G2"),
    )
    body: Body
    confirmed_by: str


class HoldLiftRequested(HoldEvent, frozen=True):
    """The first of two subjects of the issuing office asks to lift the hold. It stands (G2)."""

    TYPE: ClassVar[str] = "intake.HoldLiftRequested.v1"
    LAWS: ClassVar[Laws] = (Says("requested_by", "actor", "G2"),)
    instrument: Code
    requested_by: str


class HoldLifted(HoldEvent, frozen=True):
    """Two subjects of the issuing office lifted it by its instrument (G2)."""

    TYPE: ClassVar[str] = "intake.HoldLifted.v1"
    LAWS: ClassVar[Laws] = (Says("lifted_by", "actor", "G2"), Happened("lifted_at", "G3"))
    instrument: Code
    lifted_by: str
    lifted_at: datetime
    """Until then it was in force: whoever departed before departed under it, whenever that is told.
    """
