"""What a class could name of one person's case, as it is on record by now (G3, G7, G9)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.intake.domain.case.dispute import disputed
from services.intake.domain.case.state import CaseState
from shared.contracts.class_scope import folded
from shared.contracts.fact_dispute import FactWithdrawn
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
    """What a person's nationality counts as in each of their cases, by each office's latest word
    (G7).
    """

    of: tuple[NationalityDetermined, ...] = ()

    def counts_as(self, sending: Country) -> set[str]:
        """Codes and the states that they stand for; the sending state's, where it is not known."""
        codes = {code for fact in self.of for code in fact.nationalities}
        codes |= set(map(state_of, codes))
        unknown = any(fact.disputed or not determined(fact.nationalities) for fact in self.of)
        unknown = unknown or any(disputed(facts) for facts in self._by_case())
        return codes | {state_of(sending)} if unknown or not self.of else codes

    def _by_case(self) -> Iterator[list[NationalityDetermined]]:
        for case in {fact.case: None for fact in self.of}:
            yield [fact for fact in self.of if fact.case == case]


def determinations(*persons: PersonId) -> Fold[Determined]:
    """Under any pseudonym and in any case: withdrawing one takes nobody out of a class (G9)."""
    return Fold(
        name=f"nationalities/{'/'.join(persons)}",
        alternatives=tuple(
            on(NationalityDetermined, FactWithdrawn, person=person) for person in persons
        ),
        initial=Determined(),
        evolve=_determined,
    )


def _determined(state: Determined, event: Event) -> Determined:
    match event:
        case NationalityDetermined():
            return Determined((*_others(state, event), event))
        case FactWithdrawn(kind="nationality"):
            return Determined(_others(state, event))
        case _:
            return state


def _others(
    state: Determined, event: NationalityDetermined | FactWithdrawn
) -> tuple[NationalityDetermined, ...]:
    """Whatever else was said: of other cases, and by other offices."""
    word = (event.case, event.signed_by, event.office)
    return tuple(fact for fact in state.of if (fact.case, fact.signed_by, fact.office) != word)


class Fitting(msgspec.Struct, frozen=True):
    """One person's case on its way, as a class could name it."""

    case: CaseState
    nationalities: Determined
    stopovers: tuple[Country, ...] = ()
    """Of a journey, where they are on one: they count like the destination, and as themselves."""

    @property
    def attributes(self) -> dict[str, set[str]]:
        """The values that fit, by what a class names."""
        proposed = self.case.proposed
        if proposed is None:
            return {}
        judgments = [fact for fact in self.case.facts if isinstance(fact, LegalBasisRecorded)]
        return {
            "case_kind": {proposed.kind},
            "nationality": self.nationalities.counts_as(proposed.sending),
            "offence": _containing(*(judgment.offence for judgment in judgments)),
            "court": {folded("court", judgment.court) for judgment in judgments},
            "destination": {proposed.receiving, *self.stopovers},
            "stopover": set(self.stopovers),
        }


def _containing(*offences: str) -> set[str]:
    """ICCS codes and those that contain them."""
    return {
        offence[:digits]
        for offence in offences
        for digits in range(SHORTEST_OFFENCE, len(offence) + 1)
    }
