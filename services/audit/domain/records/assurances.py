"""What governments assured of persons, each until its end is on record (D5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from services.audit.domain.mark import Mark
from shared.contracts.assurance import AssuranceGiven
from shared.kernel.ids import AssuranceId, PersonId


class Assured(msgspec.Struct, frozen=True):
    """One assurance that stands."""

    entry: Mark
    event: AssuranceGiven


class Assurances:
    """Every assurance that stands, and when each person was last assured of."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[AssuranceId, Assured] = {}
        self._of: dict[PersonId, dict[AssuranceId, Assured]] = {}
        self._over: dict[PersonId, list[tuple[Assured, datetime]]] = {}
        self.given_at: dict[PersonId, int] = {}
        """The entry that last assured of a pseudonym: clearances before it are void."""

    def add(self, assured: Assured) -> None:
        """It stands from here."""
        event = assured.event
        self.open[event.assurance] = assured
        self._of.setdefault(event.person, {})[event.assurance] = assured
        self.given_at[event.person] = assured.entry.sequence

    def end(self, assured: Assured, at: datetime) -> None:
        """It stands no longer, and did until a moment."""
        del self.open[assured.event.assurance]
        del self._of[assured.event.person][assured.event.assurance]
        self._over.setdefault(assured.event.person, []).append((assured, at))

    def were_about(self, persons: Iterable[PersonId], at: datetime) -> Iterator[Assured]:
        """Every one that is over since and stood at a moment about any of these."""
        for person in sorted(persons):
            for assured, over_at in self._over.get(person, ()):
                if assured.event.given_at <= at < over_at:
                    yield assured

    def about(self, persons: Iterable[PersonId]) -> Iterator[Assured]:
        """Every assurance that stands about any of these."""
        for person in sorted(persons):
            yield from self._of.get(person, {}).values()
