"""What excludes persons, each until its own office withdraws it (G8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import msgspec

from services.audit.domain.mark import Mark
from shared.contracts.exclusion import ExclusionMatched
from shared.kernel.ids import ExclusionId, PersonId


class Excluded(msgspec.Struct, frozen=True):
    """One exclusion that was not withdrawn."""

    entry: Mark
    event: ExclusionMatched

    def forbids(self, day: date) -> bool:
        """Whether it was so on a day: its last one is still of it."""
        until = self.event.valid_until
        return until is None or day <= until


class Exclusions:
    """Every exclusion that was not withdrawn, and when each person was last excluded."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[ExclusionId, Excluded] = {}
        self._of: dict[PersonId, dict[ExclusionId, Excluded]] = {}
        self._ended: dict[PersonId, list[tuple[Excluded, datetime]]] = {}
        self.matched_at: dict[PersonId, int] = {}
        """The entry that last excluded a pseudonym: clearances before it are void."""

    def add(self, excluded: Excluded) -> None:
        """It stands from here."""
        event = excluded.event
        self.open[event.exclusion] = excluded
        self._of.setdefault(event.person, {})[event.exclusion] = excluded
        self.matched_at[event.person] = excluded.entry.sequence

    def withdraw(self, exclusion: ExclusionId, at: datetime) -> None:
        """It stands no longer, and did until a moment."""
        ended = self.open.pop(exclusion)
        del self._of[ended.event.person][exclusion]
        self._ended.setdefault(ended.event.person, []).append((ended, at))

    def were_forbidding(self, persons: Iterable[PersonId], at: datetime) -> Iterator[Excluded]:
        """Whatever forbade the transfer of any of these at a moment and was withdrawn since."""
        day = at.astimezone(UTC).date()
        for person in sorted(persons):
            for ended, withdrawn_at in self._ended.get(person, ()):
                if ended.event.matched_at <= at < withdrawn_at and ended.forbids(day):
                    yield ended

    def forbidding(self, persons: Iterable[PersonId], day: date) -> Iterator[Excluded]:
        """Whatever forbids the transfer of any of these on a day."""
        for person in sorted(persons):
            for excluded in self._of.get(person, {}).values():
                if excluded.forbids(day):
                    yield excluded
