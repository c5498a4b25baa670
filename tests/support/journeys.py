"""One journey, played step by step against a log in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.intake.domain.clearance.state import Traveller
from services.intake.domain.handover import OFFER_HANDOVER, OfferHandover
from services.intake.domain.leg.arrive_leg import ARRIVE_LEG, ArriveLeg
from services.intake.domain.leg.authorise_leg import AUTHORISE_LEG, AuthoriseLeg
from services.intake.domain.leg.depart_leg import DEPART_LEG, DepartLeg
from services.intake.domain.manifest.board_person import BOARD_PERSON, BoardPerson
from services.intake.domain.manifest.confirm_place import CONFIRM_PLACE, ConfirmPlace
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from services.intake.domain.manifest.put_on import MANIFEST_PERSON, ManifestPerson
from services.intake.domain.manifest.remove_person import REMOVE_PERSON, RemovePerson
from services.intake.domain.manifest.seal_manifest import SEAL_MANIFEST, SealManifest
from shared.contracts.manifest import Custodian
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef
from tests.support.decider_specification import DecisionLog
from tests.support.intake_log import (
    AFTER,
    AGREEMENT,
    AUTHORITY,
    CUSTODIAN,
    DEPARTURE,
    ESCORT,
    FACILITY,
    IN_STEP,
    LEG,
    MANIFEST,
    NOW,
    agreement_events,
    case_events,
    traveller,
)


class Journey:
    """One journey, played step by step against a log."""

    def __init__(self, *numbers: int) -> None:
        """Begin with an agreement in force and these persons cleared."""
        self.log = DecisionLog()
        self.log.events.extend(agreement_events())
        self.people = tuple(traveller(number) for number in numbers)
        for person in self.people:
            self.log.events.extend(case_events(person))

    def opened(self) -> Journey:
        """Open the manifest."""
        self.log.decide(
            OPEN_MANIFEST,
            OpenManifest(
                manifest=MANIFEST,
                agreement=AGREEMENT,
                facility=FACILITY,
                legs=(LEG,),
                now=NOW,
                actor=AUTHORITY,
            ),
        )
        return self

    def manifested(self) -> Journey:
        """Open the manifest and put everybody on it, with a place for each."""
        self.opened()
        for person in self.people:
            self.manifest(person)
            self.confirm(person)
        return self

    def sealed(self) -> Journey:
        """The same, and sealed."""
        self.manifested()
        self.seal()
        return self

    def boarded(self) -> Journey:
        """The same, and everybody is on board."""
        self.sealed()
        for person in self.people:
            self.board(person)
        return self

    def departed(self) -> Journey:
        """The same, authorised and departed."""
        self.boarded()
        self.authorise()
        self.depart()
        return self

    def arrived(self) -> Journey:
        """The same, and arrived."""
        self.departed()
        self.arrive()
        return self

    def at_the_gate(self, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any command's field
        """What every command at the gate brings."""
        return {
            "manifest": MANIFEST,
            "clock_skew": IN_STEP,
            "now": NOW,
            "actor": AUTHORITY,
            **changed,
        }

    def manifest(self, one: Traveller, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Put a person on the manifest."""
        command = ManifestPerson(case=one.case, **self.at_the_gate(**changed))
        return self.log.decide(MANIFEST_PERSON, command)

    def confirm(self, one: Traveller) -> tuple[Event, ...]:
        """Confirm a person's place."""
        command = ConfirmPlace(manifest=MANIFEST, case=one.case, reservation=EntryRef("p#1"))
        return self.log.decide(CONFIRM_PLACE, command)

    def remove(
        self, one: Traveller, actor: Actor = AUTHORITY, custodian: Custodian | None = None
    ) -> tuple[Event, ...]:
        """Take a person off."""
        command = RemovePerson(
            manifest=MANIFEST, case=one.case, custodian=custodian, now=NOW, actor=actor
        )
        return self.log.decide(REMOVE_PERSON, command)

    def seal(self, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Seal the manifest."""
        command = SealManifest(**self.at_the_gate(**changed))
        return self.log.decide(SEAL_MANIFEST, command)

    def board(self, one: Traveller, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Let a person board."""
        fields = self.at_the_gate(**{"actor": ESCORT, **changed})
        return self.log.decide(BOARD_PERSON, BoardPerson(case=one.case, **fields))

    def authorise(self, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Authorise the departure of leg 1."""
        fields = {"leg": 1, **self.at_the_gate(**changed)}
        return self.log.decide(AUTHORISE_LEG, AuthoriseLeg(**fields))

    def depart(self, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Depart leg 1."""
        fields = {
            "leg": 1,
            "departed_at": DEPARTURE,
            **self.at_the_gate(**{"actor": ESCORT, "now": AFTER, **changed}),
        }
        return self.log.decide(DEPART_LEG, DepartLeg(**fields))

    def arrive(self, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Arrive at the end of leg 1."""
        fields = {
            "manifest": MANIFEST,
            "leg": 1,
            "arrived_at": DEPARTURE + timedelta(hours=5),
            "now": AFTER,
            "actor": ESCORT,
            **changed,
        }
        return self.log.decide(ARRIVE_LEG, ArriveLeg(**fields))

    def offer(self, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - any field
        """Offer everybody to the custodian."""
        fields = {
            "manifest": MANIFEST,
            "leg": 1,
            "custodian": CUSTODIAN,
            "offered_at": DEPARTURE + timedelta(hours=6),
            "now": AFTER,
            "actor": ESCORT,
            **changed,
        }
        return self.log.decide(OFFER_HANDOVER, OfferHandover(**fields))
