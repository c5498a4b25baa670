"""What placement records: facilities and their capacity, reservations, custody, headcounts and
releases.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.codes import Country, Release, Slug, Timezone
from shared.contracts.intake import AgreementTag, FacilityTag, ManifestTag, PersonTag
from shared.contracts.manifest import Custodian
from shared.kernel.event import Event, Tag
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.rejected import Refusal

CustodyTag = Annotated[CustodyId, Tag("custody")]


class FacilityEvent(Event, frozen=True):
    """A fact about a facility."""

    SUBJECT: ClassVar[str] = "facility"
    facility: FacilityTag


class FacilityRegistered(FacilityEvent, frozen=True):
    """A facility exists, in a country and its time zone."""

    TYPE: ClassVar[str] = "placement.FacilityRegistered.v1"
    country: Country
    timezone: Timezone


class FacilityAgreed(FacilityEvent, frozen=True):
    """An agreement that both states signed names this facility: it is the receiving state's, and
    no other state registers the name.
    """

    TYPE: ClassVar[str] = "placement.FacilityAgreed.v1"
    agreement: AgreementTag
    country: Country


class CapacityProposed(FacilityEvent, frozen=True):
    """One subject proposed how many the facility may hold (G19)."""

    TYPE: ClassVar[str] = "placement.CapacityProposed.v1"
    places: int
    proposed_by: str


class CapacityApproved(FacilityEvent, frozen=True):
    """Another subject approved it; from here it holds (G19)."""

    TYPE: ClassVar[str] = "placement.CapacityApproved.v1"
    places: int


class CapacityRefused(FacilityEvent, frozen=True):
    """A change of capacity was stopped by a rule (G19)."""

    TYPE: ClassVar[str] = "placement.CapacityRefused.v1"
    places: int
    refusal: Refusal


class OwnPopulationReported(FacilityEvent, frozen=True):
    """How many of its places the receiving state uses for its own."""

    TYPE: ClassVar[str] = "placement.OwnPopulationReported.v1"
    count: int
    counted_on: date


class CustodyEvent(Event, frozen=True):
    """A fact about one person's stay, or the place held for it."""

    SUBJECT: ClassVar[str] = "custody"
    custody: CustodyTag
    person: PersonTag
    agreement: AgreementTag
    facility: FacilityTag


class PlaceReserved(CustodyEvent, frozen=True):
    """A place is held for a person on a manifest (G19)."""

    TYPE: ClassVar[str] = "placement.PlaceReserved.v1"
    manifest: ManifestTag
    sending: Country
    """The state that is responsible until the handover (G13)."""

    receiving: Country


class PlaceRefused(CustodyEvent, frozen=True):
    """No place could be held (G19)."""

    TYPE: ClassVar[str] = "placement.PlaceRefused.v1"
    manifest: ManifestTag
    refusal: Refusal


class ReservationReleased(CustodyEvent, frozen=True):
    """The place is free again: the person was taken off the manifest."""

    TYPE: ClassVar[str] = "placement.ReservationReleased.v1"
    manifest: ManifestTag


class HandoverPending(CustodyEvent, frozen=True):
    """The sending state's signature is here, the receiving state's is not: the sender is
    responsible (G13; T6).
    """

    TYPE: ClassVar[str] = "placement.HandoverPending.v1"
    offer: EntryRef
    custodian: Custodian
    sending: Country
    receiving: Country
    offered_by: str
    offered_at: datetime
    place_was_reserved: bool
    """Whether a place is held here for the person; who comes without one is recorded as well."""


class CustodyAccepted(CustodyEvent, frozen=True):
    """The receiving state's signature: it holds the person, and says who is responsible (G13)."""

    TYPE: ClassVar[str] = "placement.CustodyAccepted.v1"
    offer: EntryRef
    custodian: Custodian
    sending: Country
    receiving: Country
    accepted_at: datetime
    arrived_on: date
    """The date of `accepted_at` in the facility's own time zone: the first night (fees.md)."""
    timezone: Timezone
    place_was_reserved: bool
    """Whether a reservation became this custody; without one it takes a place that was free (G19).
    """


class HandoverRefused(CustodyEvent, frozen=True):
    """Somebody tried to take custody and a rule said no (G13)."""

    TYPE: ClassVar[str] = "placement.HandoverRefused.v1"
    refusal: Refusal


class PlaceAssigned(CustodyEvent, frozen=True):
    """The person's place in the facility."""

    TYPE: ClassVar[str] = "placement.PlaceAssigned.v1"
    place: Slug


class Presence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person, seen in a headcount."""

    custody: CustodyId
    person: PersonId


class HeadcountAttested(FacilityEvent, frozen=True):
    """The facility attests by name who was there on a night, under one agreement (G14).

    A long list stands in several entries: part 1 of `parts`, 2 of `parts` …
    """

    TYPE: ClassVar[str] = "placement.HeadcountAttested.v1"
    agreement: AgreementTag
    night: date
    present: tuple[Presence, ...]
    part: int
    parts: int
    attested_by: str


class HeadcountMismatched(FacilityEvent, frozen=True):
    """The headcount and the custody record differ; a `PersonUnaccounted` follows for each who is
    missing (G14).
    """

    TYPE: ClassVar[str] = "placement.HeadcountMismatched.v1"
    night: date
    expected: int
    counted: int


class HeadcountRefused(FacilityEvent, frozen=True):
    """An attestation was stopped by a rule (G14)."""

    TYPE: ClassVar[str] = "placement.HeadcountRefused.v1"
    night: date
    refusal: Refusal


class PersonUnaccounted(CustodyEvent, frozen=True):
    """A person in custody was not counted on a night; that night is not billed (G14; T5)."""

    TYPE: ClassVar[str] = "placement.PersonUnaccounted.v1"
    night: date


class PersonAccountedFor(CustodyEvent, frozen=True):
    """A person who was unaccounted for was counted on `night`, or proved to have left on it, before
    being missed.
    """

    TYPE: ClassVar[str] = "placement.PersonAccountedFor.v1"
    night: date


class CustodyEnded(CustodyEvent, frozen=True):
    """A stay ended; `departed_on` is the facility's local date and is not a night."""

    ended_at: datetime
    departed_on: date


class PersonReleased(CustodyEnded, frozen=True):
    """The person was released."""

    TYPE: ClassVar[str] = "placement.PersonReleased.v1"


class ReturnCompleted(CustodyEnded, frozen=True):
    """The person was returned to the sending state."""

    TYPE: ClassVar[str] = "placement.ReturnCompleted.v1"


RELEASES: dict[Release, type[CustodyEnded]] = {
    "released": PersonReleased,
    "returned": ReturnCompleted,
}
