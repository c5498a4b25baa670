"""What placement records of facilities: where they are, how many they hold, whom they agreed on."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.agreement import ReturnTerms
from shared.contracts.intake import AgreementTag, FacilityTag
from shared.contracts.laws import SIDES, Copied, Laws, Names, Past, Says, Signed
from shared.kernel.bounds import Headcount
from shared.kernel.codes import Country, Timezone
from shared.kernel.event import Event
from shared.kernel.rejected import Refusal


class FacilityEvent(Event, frozen=True):
    """A fact about a facility."""

    SUBJECT: ClassVar[str] = "facility"
    facility: FacilityTag


class FacilityRegistered(FacilityEvent, frozen=True):
    """A facility exists, in a country and its time zone."""

    TYPE: ClassVar[str] = "placement.FacilityRegistered.v1"
    LAWS: ClassVar[Laws] = (Says("country", "party", SIDES),)
    country: Country
    timezone: Timezone
    instead_of: Timezone | None = None
    """The zone that the same state had registered it in, before anybody was in custody there: all
    else stays.
    """


WHAT_IS_AGREED = (
    "country=document.parties.receiving sending=document.parties.sending returns=document.returns"
)


class FacilityAgreed(FacilityEvent, frozen=True):
    """A version that both states signed names this facility: it is the receiving state's, no other
    state registers the name, and its nights are dates in this zone (F10).
    """

    TYPE: ClassVar[str] = "placement.FacilityAgreed.v1"
    LAWS: ClassVar[Laws] = (
        Names(
            "causation",
            of="AgreementActivated",
            by="agreement",
            rule="ledger",
            breach="rule-broken",
        ),
        Copied(
            WHAT_IS_AGREED,
            of="AgreementActivated",
            by="agreement",
            rule="facilities",
            required=True,
        ),
    )
    agreement: AgreementTag
    country: Country
    timezone: Timezone
    begins: date
    """The version's first day: before it the version that it replaces names the zone (D6)."""
    returns: ReturnTerms = ReturnTerms()
    """What the version says of returns from here (G16)."""
    sending: Country | None = None
    """The state that sends there by this version: it may suspend the facility (G17)."""


class CapacityProposed(FacilityEvent, frozen=True):
    """One subject proposed how many the facility may hold (G19)."""

    TYPE: ClassVar[str] = "placement.CapacityProposed.v1"
    LAWS: ClassVar[Laws] = (
        Says("proposed_by", "actor", "G19"),
        Signed("country", of="FacilityRegistered", by="facility"),
    )
    places: Headcount
    proposed_by: str


class CapacityApproved(FacilityEvent, frozen=True):
    """Another subject approved it; from here it holds (G19)."""

    TYPE: ClassVar[str] = "placement.CapacityApproved.v1"
    LAWS: ClassVar[Laws] = (Signed("country", of="FacilityRegistered", by="facility"),)
    places: Headcount


class CapacityRefused(FacilityEvent, frozen=True):
    """A change of capacity was stopped by a rule (G19)."""

    TYPE: ClassVar[str] = "placement.CapacityRefused.v1"
    places: Headcount
    refusal: Refusal


class OwnPopulationReported(FacilityEvent, frozen=True):
    """How many of its places the receiving state uses for its own."""

    TYPE: ClassVar[str] = "placement.OwnPopulationReported.v1"
    LAWS: ClassVar[Laws] = (
        Signed("country", of="FacilityRegistered", by="facility"),
        Past("counted_on", "G14"),
    )
    count: Headcount
    counted_on: date
