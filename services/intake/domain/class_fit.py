"""What a class could name of one person's case, as it is on record by now (G3, G7, G9)."""

from __future__ import annotations

import msgspec

from services.intake.domain.case.state import CaseState
from shared.contracts.class_scope import folded
from shared.contracts.intake import NationalityDetermined
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.codes import Country
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.reference.territories import determined, state_of

SHORTEST_OFFENCE = 4
"""How many digits an ICCS code has at least: a longer one is contained in its beginnings."""


class Determined(msgspec.Struct, frozen=True):
    """What a person's nationality counts as in each of their cases, the latest of a case (G7)."""

    of: tuple[NationalityDetermined, ...] = ()

    def counts_as(self, sending: Country) -> set[str]:
        """Codes and the states that they stand for; the sending state's, where it is not known."""
        codes = {code for fact in self.of for code in fact.nationalities}
        codes |= set(map(state_of, codes))
        unknown = any(fact.disputed or not determined(fact.nationalities) for fact in self.of)
        return codes | {state_of(sending)} if unknown or not self.of else codes


def determinations(*persons: PersonId) -> Fold[Determined]:
    """Under any pseudonym and in any case: withdrawing one takes nobody out of a class (G9)."""
    return Fold(
        name=f"nationalities/{'/'.join(persons)}",
        alternatives=tuple(on(NationalityDetermined, person=person) for person in persons),
        initial=Determined(),
        evolve=_determined,
    )


def _determined(state: Determined, event: Event) -> Determined:
    if not isinstance(event, NationalityDetermined):
        return state
    return Determined((*(fact for fact in state.of if fact.case != event.case), event))


class Fitting(msgspec.Struct, frozen=True):
    """One person's case on its way, as a class could name it."""

    case: CaseState
    nationalities: Determined
    stopovers: tuple[Country, ...] = ()
    """Of a journey, where they are on one: they count like the destination, and as themselves."""

    @property
    def attributes(self) -> dict[str, set[str]]:
        """The values that fit, by what a class names."""
        proposed, fact = self.case.proposed, self.case.fact_of("legal-basis")
        if proposed is None:
            return {}
        basis = fact if isinstance(fact, LegalBasisRecorded) else None
        return {
            "case_kind": {proposed.kind},
            "nationality": self.nationalities.counts_as(proposed.sending),
            "offence": _containing(basis.offence) if basis else set(),
            "court": {folded("court", basis.court)} if basis else set(),
            "destination": {proposed.receiving, *self.stopovers},
            "stopover": set(self.stopovers),
        }


def _containing(offence: str) -> set[str]:
    """An ICCS code and those that contain it."""
    return {offence[:digits] for digits in range(SHORTEST_OFFENCE, len(offence) + 1)}
