"""What placement records of persons: reservations, custody, headcounts and releases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.facility import FacilityEvent
from shared.contracts.intake import AgreementTag, FacilityTag, ManifestTag, PersonTag
from shared.contracts.lawful_end import CustodyTerm
from shared.contracts.laws import Copied, Happened, Laws, Names, Past, Says, Signed
from shared.contracts.manifest import Custodian
from shared.kernel.bounds import Headcount, Ordinal
from shared.kernel.codes import Code, Country, Slug, Timezone
from shared.kernel.event import Event, Tag
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.rejected import Refusal

CustodyTag = Annotated[CustodyId, Tag("custody")]
HEADCOUNT_GRACE = timedelta(hours=12)
"""How long after a night's date has ended at the facility its headcount is due (D3)."""

LISTED, OFFERED = "PersonManifested", "HandoverPending"
FOR_THE_LISTED = "manifest custody=case"
WHAT_WAS_OFFERED = (
    "custody person agreement facility custodian sending receiving offered_by offered_at term"
)
WHAT_IS_SIGNED = "offer custodian sending receiving facility term"
BY_ITS_REGISTRY = Signed(
    "country", ("facility-registry",), of="FacilityRegistered", by="facility", rule="G14"
)
BY_WHO_HOLDS_THEM = Signed("receiving", of="CustodyAccepted", by="custody", rule="G13")
HAS_BEGUN = Past("night", "G14")
IN_ITS_ZONE = Copied("timezone", of="FacilityRegistered", by="facility", rule="G14")


class CustodyEvent(Event, frozen=True):
    """A fact about one person's stay, or the place held for it."""

    SUBJECT: ClassVar[str] = "custody"
    LAWS: ClassVar[Laws] = (
        Copied("person agreement", of="CustodyAccepted", by="custody", rule="ledger"),
    )
    custody: CustodyTag
    person: PersonTag
    agreement: AgreementTag
    facility: FacilityTag


class PlaceReserved(CustodyEvent, frozen=True):
    """A place is held for a person on a manifest (G19)."""

    TYPE: ClassVar[str] = "placement.PlaceReserved.v1"
    LAWS: ClassVar[Laws] = (
        Names("causation", of=LISTED, by=FOR_THE_LISTED, rule="G19", breach="rule-broken"),
        Copied("person agreement", of=LISTED, by=FOR_THE_LISTED, rule="ledger"),
        Copied("sending receiving", of=LISTED, by=FOR_THE_LISTED, rule="G13", required=True),
        Copied("facility", of=LISTED, by=FOR_THE_LISTED, rule="G19"),
        Copied("receiving=country", of="FacilityRegistered", by="facility", rule="G19"),
    )
    manifest: ManifestTag
    sending: Country
    """The state that is responsible until the handover (G13)."""

    receiving: Country


class PlaceRefused(CustodyEvent, frozen=True):
    """No place could be held (G19)."""

    TYPE: ClassVar[str] = "placement.PlaceRefused.v1"
    LAWS: ClassVar[Laws] = (
        Names("causation", of=LISTED, by=FOR_THE_LISTED, rule="G19", breach="rule-broken"),
        Copied("person agreement", of=LISTED, by=FOR_THE_LISTED, rule="ledger"),
        Copied("sending receiving", of=LISTED, by=FOR_THE_LISTED, rule="G13", required=True),
        Copied("facility", of=LISTED, by=FOR_THE_LISTED, rule="G19"),
    )
    manifest: ManifestTag
    sending: Country
    receiving: Country
    refusal: Refusal


class ReservationReleased(CustodyEvent, frozen=True):
    """The place is free again: the person was taken off the manifest."""

    TYPE: ClassVar[str] = "placement.ReservationReleased.v1"
    LAWS: ClassVar[Laws] = (
        Copied("person agreement", of="PlaceReserved", by="custody", rule="ledger"),
        Copied("manifest facility", of="PlaceReserved", by="custody", rule="G19"),
    )
    manifest: ManifestTag


class HandoverPending(CustodyEvent, frozen=True):
    """The sending state's signature is here, the receiving state's is not: the sender is
    responsible (G13; T6).
    """

    TYPE: ClassVar[str] = "placement.HandoverPending.v1"
    LAWS: ClassVar[Laws] = (
        Says("offer", "causation", "G13"),
        Says("offered_at", "time"),
        Copied(WHAT_WAS_OFFERED, of="HandoverOffered", by="offer=ref", rule="G13", required=True),
        Copied("person", of=LISTED, by="custody=case", rule="G13", required=True),
    )
    offer: EntryRef
    custodian: Custodian
    sending: Country
    receiving: Country
    offered_by: str
    offered_at: datetime
    place_was_reserved: bool
    """Whether a place is held here for the person; who comes without one is recorded as well."""
    term: CustodyTerm | None = None


class CustodyAccepted(CustodyEvent, frozen=True):
    """The receiving state's signature: it holds the person, and says who is responsible (G13)."""

    TYPE: ClassVar[str] = "placement.CustodyAccepted.v1"
    LAWS: ClassVar[Laws] = (
        Signed("receiving", ("facility-registry",), rule="G13"),
        Happened("accepted_at", "G14"),
        Past("arrived_on", "G14"),
        Copied(WHAT_IS_SIGNED, of=OFFERED, by="custody", rule="G13"),
        Copied("person agreement", of=OFFERED, by="custody", rule="ledger"),
        Copied("receiving=country", of="FacilityRegistered", by="facility", rule="G13"),
        Copied("timezone", of="FacilityRegistered", by="facility", rule="fees"),
    )
    offer: EntryRef
    custodian: Custodian
    sending: Country
    receiving: Country
    accepted_at: datetime
    arrived_on: date
    """The date of `accepted_at` in the facility's own time zone: the first night (F10)."""
    timezone: Timezone
    place_was_reserved: bool
    """Whether a reservation became this custody; without one it takes a free place (G19)."""
    term: CustodyTerm | None = None


class HandoverRefused(CustodyEvent, frozen=True):
    """Somebody tried to take custody and a rule said no (G13)."""

    TYPE: ClassVar[str] = "placement.HandoverRefused.v1"
    refusal: Refusal


class PlaceAssigned(CustodyEvent, frozen=True):
    """The person's place in the facility."""

    TYPE: ClassVar[str] = "placement.PlaceAssigned.v1"
    LAWS: ClassVar[Laws] = (
        Signed("receiving", of="CustodyAccepted", by="custody", rule="G13"),
        Copied("facility", of="CustodyAccepted", by="custody", rule="G13"),
    )
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
    LAWS: ClassVar[Laws] = (
        Says("attested_by", "actor", "G14"),
        BY_ITS_REGISTRY,
        IN_ITS_ZONE,
        HAS_BEGUN,
    )
    agreement: AgreementTag
    night: date
    timezone: Timezone
    """The facility's own, in which the night is a date."""
    present: tuple[Presence, ...]
    part: Ordinal
    parts: Ordinal
    attested_by: str


class HeadcountMismatched(FacilityEvent, frozen=True):
    """The headcount and the custody record differ; a `PersonUnaccounted` follows for each who is
    missing (G14).
    """

    TYPE: ClassVar[str] = "placement.HeadcountMismatched.v1"
    LAWS: ClassVar[Laws] = (BY_ITS_REGISTRY, HAS_BEGUN)
    night: date
    expected: Headcount
    counted: Headcount


class HeadcountRefused(FacilityEvent, frozen=True):
    """An attestation was stopped by a rule (G14)."""

    TYPE: ClassVar[str] = "placement.HeadcountRefused.v1"
    night: date
    refusal: Refusal


class HeadcountOverdue(FacilityEvent, frozen=True):
    """The facility was silent about a night when its headcount was due (G14; D3)."""

    TYPE: ClassVar[str] = "placement.HeadcountOverdue.v1"
    LAWS: ClassVar[Laws] = (IN_ITS_ZONE, Happened("due_at", "G14"), HAS_BEGUN)
    night: date
    timezone: Timezone
    due_at: datetime
    """Twelve hours after the night's date ended there, or after the record first told of the stay
    or of the night before, if that was later.
    """

    awaited: Headcount
    """How many persons had to be counted."""


class PersonUnaccounted(CustodyEvent, frozen=True):
    """A person in custody was not counted on a night; that night is not billed (G14; T5)."""

    TYPE: ClassVar[str] = "placement.PersonUnaccounted.v1"
    LAWS: ClassVar[Laws] = (
        HAS_BEGUN,
        Signed("receiving", of="CustodyAccepted", by="custody", rule="G14"),
        Copied("facility", of="CustodyAccepted", by="custody", rule="G14"),
    )
    night: date


class PersonAccountedFor(CustodyEvent, frozen=True):
    """A person who was unaccounted for was counted on `night`, or proved to have left on it, before
    being missed.
    """

    TYPE: ClassVar[str] = "placement.PersonAccountedFor.v1"
    LAWS: ClassVar[Laws] = (
        HAS_BEGUN,
        Signed("receiving", of="CustodyAccepted", by="custody", rule="G14"),
        Copied("facility", of="CustodyAccepted", by="custody", rule="G14"),
    )
    night: date


class CustodyEnded(CustodyEvent, frozen=True):
    """A stay ended; `departed_on` is the facility's local date and is not a night.

    A family: who cares that a stay ended asks for it, and for none of the ways in which one can.
    """

    EXIT: ClassVar[str]
    """How the person left, as a custody's status says it."""
    FREES: ClassVar[bool] = False
    """Whether the person is free from here on, so that no state is responsible any more."""

    LAWS: ClassVar[Laws] = (
        Copied("facility", of="CustodyAccepted", by="custody", rule="G13"),
        Happened("ended_at", "G14"),
        Past("departed_on", "G14"),
    )

    ended_at: datetime
    departed_on: date


class PersonReleased(CustodyEnded, frozen=True):
    """The person was released."""

    TYPE: ClassVar[str] = "placement.PersonReleased.v1"
    LAWS: ClassVar[Laws] = (BY_WHO_HOLDS_THEM,)
    EXIT: ClassVar[str] = "released"
    FREES: ClassVar[bool] = True


class DeathReported(CustodyEnded, frozen=True):
    """The person died in custody: the stay ends (T7). No night is charged from that day on, but for
    the day of arrival itself where the night rule that was signed says so (F10).
    """

    TYPE: ClassVar[str] = "placement.DeathReported.v1"
    LAWS: ClassVar[Laws] = (BY_WHO_HOLDS_THEM,)
    EXIT: ClassVar[str] = "deceased"
    reference: Code
    """The certificate or report that says so; nothing medical stands in an entry."""
