"""What intake records of journeys: manifests, boardings, departures and handovers offered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.intake import (
    DEPARTED_ON,
    OF_THE_AGREEMENT,
    UNDER_WAY,
    AgreementTag,
    CaseTag,
    FacilityTag,
    ManifestTag,
    PersonTag,
)
from shared.contracts.lawful_end import CustodyTerm
from shared.contracts.laws import SIDES, Copied, Happened, Laws, Names, Says, Signed
from shared.contracts.removal import RemovalCause
from shared.kernel.bounds import LegNumber
from shared.kernel.codes import Country, Party, Slug
from shared.kernel.event import Event, Tag
from shared.kernel.ids import CaseId, CustodyId, EntryRef, PersonId
from shared.kernel.rejected import Finding, Refusal

CaseTags = tuple[Annotated[CaseId, Tag("case")], ...]


BY_THE_SENDER = Signed("sending", of="ManifestOpened", by="manifest")


class Leg(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of a journey between two countries."""

    origin: Country
    destination: Country
    planned_departure: datetime


class Custodian(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who holds the person: an office of a party, and the state that is responsible (G13)."""

    party: Party
    body: Slug
    responsible_state: Country


class ManifestEvent(Event, frozen=True):
    """A fact about a journey."""

    SUBJECT: ClassVar[str] = "manifest"
    LAWS: ClassVar[Laws] = (Copied("agreement", of="ManifestOpened", by="manifest", rule="ledger"),)
    manifest: ManifestTag
    agreement: AgreementTag


class ManifestOpened(ManifestEvent, frozen=True):
    """A journey was planned."""

    TYPE: ClassVar[str] = "intake.ManifestOpened.v1"
    LAWS: ClassVar[Laws] = (
        Says("sending", "party", SIDES),
        Copied(OF_THE_AGREEMENT, of="AgreementActivated", by="agreement", rule="parties"),
    )
    facility: FacilityTag
    sending: Country
    receiving: Country
    legs: tuple[Leg, ...]


class PassengerEvent(ManifestEvent, frozen=True):
    """A fact about one person on a journey."""

    LAWS: ClassVar[Laws] = (
        Copied("person", of="PersonManifested", by="manifest case", rule="ledger"),
    )

    case: CaseTag
    person: PersonTag


class PersonManifested(PassengerEvent, frozen=True):
    """A cleared person was put on the manifest; a place is to be reserved."""

    TYPE: ClassVar[str] = "intake.PersonManifested.v1"
    LAWS: ClassVar[Laws] = (
        BY_THE_SENDER,
        Copied("person", of="CaseProposed", by="case", rule="ledger"),
        Copied("facility", of="ManifestOpened", by="manifest", rule="facilities"),
        Copied("sending receiving", of="ManifestOpened", by="manifest", rule="parties"),
    )
    facility: FacilityTag
    sending: Country
    receiving: Country
    substitute_for: CaseId | None = None
    pseudonyms: tuple[PersonId, ...] = ()
    """Every other pseudonym that is or may be the person's, in order: a place is held for one who
    is awaited and held under none of them (G12).
    """


class ManifestingRefused(PassengerEvent, frozen=True):
    """Somebody asked to put a person on the manifest and a rule said no (G4; T1)."""

    TYPE: ClassVar[str] = "intake.ManifestingRefused.v1"
    refusal: Refusal
    substitute_for: CaseId | None = None


class PersonRemoved(PassengerEvent, frozen=True):
    """A person was taken off the manifest: before departure, or where the journey stops over."""

    TYPE: ClassVar[str] = "intake.PersonRemoved.v1"
    LAWS: ClassVar[Laws] = (
        Copied("facility", of="ManifestOpened", by="manifest", rule="facilities"),
    )
    facility: FacilityTag
    cause: RemovalCause
    """Computed from what stood in the way, and typed by nobody."""
    because: tuple[Finding, ...] = ()
    """What stood in the way: of an order which one, as `evidence`."""
    no_place: Refusal | None = None
    """Why no place could be held, as placement said it (G19)."""
    custodian: Annotated[Custodian | None, UNDER_WAY] = None
    """At a stopover who holds the person from then on: never nobody (G13). None before departure,
    when the sending state has them.
    """


class PlaceConfirmed(PassengerEvent, frozen=True):
    """Placement holds a place for this person (G19)."""

    TYPE: ClassVar[str] = "intake.PlaceConfirmed.v1"
    LAWS: ClassVar[Laws] = (
        Says("reservation", "causation", "G19"),
        Names("reservation", of="PlaceReserved", by="case=custody", rule="G19"),
    )
    reservation: EntryRef


class ManifestSealed(ManifestEvent, frozen=True):
    """The list is closed: these cases and no others may board."""

    TYPE: ClassVar[str] = "intake.ManifestSealed.v1"
    LAWS: ClassVar[Laws] = (BY_THE_SENDER,)
    cases: CaseTags


class SealRefused(ManifestEvent, frozen=True):
    """Somebody asked to seal the manifest and a rule said no."""

    TYPE: ClassVar[str] = "intake.SealRefused.v1"
    refusal: Refusal


class PersonBoarded(PassengerEvent, frozen=True):
    """The person passed the gate at the door."""

    TYPE: ClassVar[str] = "intake.PersonBoarded.v1"
    LAWS: ClassVar[Laws] = (BY_THE_SENDER, Happened("boarded_at", "G4"))
    boarded_at: datetime
    """The minute of it: the doors close no earlier."""


class BoardingRefused(PassengerEvent, frozen=True):
    """The person did not pass the gate at the door."""

    TYPE: ClassVar[str] = "intake.BoardingRefused.v1"
    refusal: Refusal


class LegEvent(ManifestEvent, frozen=True):
    """A fact about one leg and everybody on it. Legs are numbered from 1."""

    LAWS: ClassVar[Laws] = (BY_THE_SENDER,)

    leg: LegNumber


class LegDepartureAuthorised(LegEvent, frozen=True):
    """Doors closed: everybody on board passed the gate once more."""

    TYPE: ClassVar[str] = "intake.LegDepartureAuthorised.v1"
    LAWS: ClassVar[Laws] = (Says("authorised_by", "actor", "G4"), Happened("authorised_at", "G4"))
    cases: CaseTags
    authorised_by: str
    """The actor that authorised: not the subject that departs the leg."""
    authorised_at: datetime
    """The minute of it: the leg departs no earlier."""


class LegDepartureRefused(LegEvent, frozen=True):
    """The leg may not depart."""

    TYPE: ClassVar[str] = "intake.LegDepartureRefused.v1"
    refusal: Refusal


class LegDeparted(LegEvent, frozen=True):
    """The leg departed with exactly these persons on board."""

    TYPE: ClassVar[str] = "intake.LegDeparted.v1"
    LAWS: ClassVar[Laws] = (Happened("departed_at", "G1"),)
    cases: CaseTags
    departed_at: Annotated[datetime, UNDER_WAY, DEPARTED_ON]


class LegArrived(LegEvent, frozen=True):
    """The leg arrived with exactly these persons on board."""

    TYPE: ClassVar[str] = "intake.LegArrived.v1"
    LAWS: ClassVar[Laws] = (
        Happened("arrived_at", "G1"),
        Copied("cases", of="LegDeparted", by="manifest leg", rule="G12"),
    )
    cases: CaseTags
    arrived_at: datetime


class HandoverOffered(PassengerEvent, frozen=True):
    """The sending state's signature: it offers a person to a custodian, and answers until taken
    (G13).
    """

    TYPE: ClassVar[str] = "intake.HandoverOffered.v1"
    LAWS: ClassVar[Laws] = (
        BY_THE_SENDER,
        Says("offered_by", "actor", "G13"),
        Happened("offered_at", "G1"),
        Copied("sending receiving facility", of="ManifestOpened", by="manifest", rule="G13"),
        Copied("custodian.party=receiving", of="ManifestOpened", by="manifest", rule="G13"),
        Copied("custody=case", of="PersonManifested", by="manifest case", rule="G13"),
    )
    facility: FacilityTag
    custody: CustodyId
    custodian: Custodian
    sending: Country
    receiving: Country
    offered_by: str
    offered_at: datetime
    term: CustodyTerm | None = None
    """Until when the judgment lets the person be held; who is offered without it has no end (G15).
    """


class HandoverOfferRefused(ManifestEvent, frozen=True):
    """Somebody offered a handover that a rule did not let stand (G13)."""

    TYPE: ClassVar[str] = "intake.HandoverOfferRefused.v1"
    refusal: Refusal
