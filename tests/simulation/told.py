"""What a log says, read from its beginning and in the plainest way: apart from the code under test.

Each question goes through all that was recorded before; nothing is folded, and nothing kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from shared.contracts.agreement import AgreementDocument
from shared.contracts.hold import HoldAsserted, HoldLifted
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import AgreementProposed, CaseFact, CaseProposed, CaseTransferred
from shared.contracts.manifest import (
    LegDeparted,
    ManifestOpened,
    PersonManifested,
    PersonRemoved,
)
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId, PersonId

Kind = TypeVar("Kind", bound=Event)
Alike = dict[frozenset[PersonId], NearMatchFound | PersonsMerged]


@dataclass(frozen=True)
class Told:
    """The events of a log up to some entry, the oldest first."""

    events: tuple[Event, ...]

    def of(self, kind: type[Kind], **said: object) -> list[Kind]:
        """The events of a type that say these things."""
        return [
            event
            for event in self.events
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in said.items())
        ]

    def last(self, kind: type[Kind], **said: object) -> Kind:
        """The latest of them."""
        return self.of(kind, **said)[-1]

    def since(self, event: Event) -> Told:
        """What was told after an event."""
        (index,) = (index for index, known in enumerate(self.events) if known is event)
        return Told(self.events[index + 1 :])

    def terms(self, day: date) -> AgreementDocument:
        """The version that binds a day: the latest that has begun (D6)."""
        versions = [proposed.document for proposed in self.of(AgreementProposed)]
        return [terms for terms in versions if terms.effective.start <= day][-1]

    def case(self, case: CaseId) -> CaseProposed:
        """How a case began."""
        return self.last(CaseProposed, case=case)

    def fact(self, case: CaseId, *kinds: type[CaseFact]) -> CaseFact | None:
        """The latest fact of these kinds."""
        return next(
            (fact for fact in self.of(CaseFact, case=case)[::-1] if type(fact) in kinds), None
        )

    def ahead(self, manifest: ManifestId) -> dict[int, str]:
        """Where each leg goes that has not departed, by its number."""
        gone = {leg.leg for leg in self.of(LegDeparted, manifest=manifest)}
        legs = enumerate(self.last(ManifestOpened, manifest=manifest).legs, start=1)
        return {number: leg.destination for number, leg in legs if number not in gone}

    def stopovers(self, manifest: ManifestId) -> set[str]:
        """Where it comes down on the way to its end."""
        return set([*self.ahead(manifest).values()][:-1])

    def alike(self) -> Alike:
        """Which pairs of pseudonyms may be one person's, or are, and what said so last."""
        pairs: Alike = {}
        for event in self.events:
            if isinstance(event, NearMatchFound | PersonsMerged):
                pairs[frozenset({event.person, event.other})] = event
            elif isinstance(event, PersonsToldApart):
                pairs.pop(frozenset({event.person, event.other}), None)
        return pairs

    def names(self, person: PersonId, *, decided: bool = False) -> set[PersonId]:
        """Every pseudonym that may be a person's, this one among them; or those that are."""
        pairs = [
            pair
            for pair, said in self.alike().items()
            if isinstance(said, PersonsMerged) or not decided
        ]
        names, size = {person}, 0
        while size < len(names):
            size = len(names)
            names |= {name for pair in pairs if pair & names for name in pair}
        return names

    def listed(self) -> Iterator[PersonManifested]:
        """Who is on a manifest, and which."""
        for listed in self.of(PersonManifested):
            later = self.since(listed)
            ends = (PersonRemoved, CaseTransferred)
            if not any(later.of(kind, case=listed.case) for kind in ends):
                yield listed

    def orders(self) -> list[HoldAsserted]:
        """The orders that stand: asserted and not lifted."""
        lifted = {event.hold for event in self.of(HoldLifted)}
        return [order for order in self.of(HoldAsserted) if order.hold not in lifted]

    def orders_at(self, instant: datetime) -> list[HoldAsserted]:
        """The orders that stood at an instant, as it is known by now."""
        until = {event.hold: event.lifted_at for event in self.of(HoldLifted)}
        return [
            order
            for order in self.of(HoldAsserted)
            if order.hold in until and order.received_at <= instant < until[order.hold]
        ]
