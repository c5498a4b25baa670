"""Steps of a story: journeys, from the manifest to the offer at the other end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.intake.domain.exception.acknowledge_exception import (
    ACKNOWLEDGE_EXCEPTION,
    AcknowledgeException,
)
from services.intake.domain.handover import OFFER_HANDOVER, OfferHandover
from services.intake.domain.leg.arrive_leg import ARRIVE_LEG, ArriveLeg
from services.intake.domain.leg.authorise_leg import AUTHORISE_LEG, AuthoriseLeg
from services.intake.domain.leg.depart_leg import DEPART_LEG, DepartLeg
from services.intake.domain.manifest.board_person import BOARD_PERSON, BoardPerson
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from services.intake.domain.manifest.put_on import MANIFEST_PERSON, ManifestPerson
from services.intake.domain.manifest.remove_person import REMOVE_PERSON, RemovePerson
from services.intake.domain.manifest.seal_manifest import SEAL_MANIFEST, SealManifest
from services.intake.domain.wrongful_transfer.complete_recall import (
    COMPLETE_RECALL,
    CompleteRecall,
)
from shared.contracts.manifest import Custodian, Leg
from shared.kernel.actor import Actor
from shared.kernel.codes import Country
from shared.kernel.ids import (
    FacilityId,
)
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import (
    AGREEMENT,
    AUTHORITY,
    CECOT,
    CUSTODIAN,
    ESCORT,
    ZERO,
    case,
    journey,
)


class Journeys(Asking):
    """What is asked on the way."""

    def opened(
        self, number: int, facility: FacilityId = CECOT, over: Country | None = None
    ) -> None:
        first, second = (self.now + timedelta(hours=hours) for hours in (2, 8))
        legs = [Leg("USA", over or "SLV", first)]
        if over is not None:
            legs.append(Leg(over, "SLV", second))
        self.act(
            "intake",
            OPEN_MANIFEST,
            OpenManifest,
            AUTHORITY,
            manifest=journey(number),
            agreement=AGREEMENT,
            facility=facility,
            legs=tuple(legs),
        )

    def gate(self, number: int) -> dict[str, Any]:
        return {"manifest": journey(number), "clock_skew": ZERO}

    def listed(self, number: int, *people: int, instead_of: int | None = None) -> None:
        for person in people:
            replaced = None if instead_of is None else case(instead_of)
            self.act(
                "intake",
                MANIFEST_PERSON,
                ManifestPerson,
                AUTHORITY,
                **self.gate(number),
                case=case(person),
                substitute_for=replaced,
            )

    def taken_off(self, number: int, one: int, custodian: Custodian | None = None) -> None:
        self.act(
            "intake",
            REMOVE_PERSON,
            RemovePerson,
            AUTHORITY,
            manifest=journey(number),
            case=case(one),
            custodian=custodian,
        )

    def brought_back(self, number: int, one: int) -> None:
        """An hour later the escort has a recalled person back."""
        self.world.now += timedelta(hours=1)
        self.act(
            "intake",
            COMPLETE_RECALL,
            CompleteRecall,
            ESCORT,
            time=self.now,
            manifest=journey(number),
            case=case(one),
            completed_at=self.now,
            evidence="0" * 64,
        )

    def sealed(self, number: int) -> None:
        self.act(
            "intake",
            SEAL_MANIFEST,
            SealManifest,
            AUTHORITY,
            **self.gate(number),
        )

    def boarded(self, number: int, *people: int) -> None:
        for person in people:
            self.act(
                "intake",
                BOARD_PERSON,
                BoardPerson,
                ESCORT,
                **self.gate(number),
                case=case(person),
            )

    def departed(self, number: int, leg: int = 1) -> None:
        """Authorised by one subject, departed by another, arrived four hours later."""
        aboard = {**self.gate(number), "leg": leg}
        self.act("intake", AUTHORISE_LEG, AuthoriseLeg, AUTHORITY, **aboard)
        self.act(
            "intake", DEPART_LEG, DepartLeg, ESCORT, time=self.now, **aboard, departed_at=self.now
        )

    def acknowledged(self, one: int, by: Actor = AUTHORITY) -> None:
        """A government says that it knows of a wrongful transfer."""
        told = {"kind": "wrongful-transfer", "case": case(one)}
        self.act("intake", ACKNOWLEDGE_EXCEPTION, AcknowledgeException, by, **told)

    def arrived(self, number: int, leg: int = 1) -> None:
        self.world.now += timedelta(hours=4)
        self.act(
            "intake",
            ARRIVE_LEG,
            ArriveLeg,
            ESCORT,
            time=self.now,
            manifest=journey(number),
            leg=leg,
            arrived_at=self.now,
        )

    def offered(self, number: int, custodian: Custodian = CUSTODIAN) -> None:
        self.act(
            "intake",
            OFFER_HANDOVER,
            OfferHandover,
            ESCORT,
            time=self.now,
            manifest=journey(number),
            leg=1,
            custodian=custodian,
            offered_at=self.now,
        )

    def travelled(self, number: int, *people: int) -> None:
        """Everything from the manifest to the offer at the other end."""
        self.opened(number)
        self.listed(number, *people)
        self.sealed(number)
        self.boarded(number, *people)
        self.departed(number)
        self.arrived(number)
        self.offered(number)
