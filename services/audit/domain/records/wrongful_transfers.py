"""Who has to be found by an order that came after they departed, and who is recalled (D7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from services.audit.domain.clearance import Lack
from services.audit.domain.mark import Mark
from shared.kernel.ids import CaseId, CustodyId, EntryRef, ManifestId, PersonId

Reached = tuple[str, CaseId]
"""An order or an exclusion by its subject, or `FACT`; and the case of somebody whom it reaches."""
FACT = "fact"
"""Whatever is told of the case itself."""


class ToBeFound(msgspec.Struct, frozen=True):
    """One person whom it reaches, and the entry that brought it."""

    because: Mark
    person: PersonId


class WrongfulTransfers:
    """Everybody who has to be found, in the order of what came, and whose recall is ordered."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.fresh: dict[Reached, ToBeFound] = {}
        """Of entries after which intake has recorded nothing yet."""
        self._waiting: dict[Reached, tuple[datetime, ToBeFound]] = {}
        self.ever: set[Reached] = set()
        """Whoever was found, and by what."""
        self.lacking: dict[CaseId, set[Lack]] = {}
        """What is known to be missing of a departure, by what was told since."""
        self.told_at: dict[PersonId, list[datetime]] = {}
        """When something came that may say so of whoever has departed: as of then they are found.
        """
        self.recalled: dict[tuple[ManifestId, CaseId], datetime] = {}
        """When each is due back."""
        self.told: dict[CaseId, set[str]] = {}
        """The governments that have to say that they know it, of each case, and have not."""
        self.ordered_back: dict[CustodyId, dict[EntryRef, datetime]] = {}
        """For whom placement orders a return, because of which entries, and as of when."""

    def found(self, reached: Reached) -> None:
        """They are found: nobody waits for that any more."""
        self.ever.add(reached)
        self.fresh.pop(reached, None)
        self._waiting.pop(reached, None)

    def is_awaited(self, reached: Reached) -> bool:
        """Whether they are to be found already."""
        return reached in self.fresh or reached in self._waiting

    def left_out(self, now: datetime, patience: timedelta) -> Iterator[tuple[Reached, ToBeFound]]:
        """Those who were to be found for so long: taken off the list by this. From now on the fresh
        ones wait.
        """
        while self._waiting:
            reached, (since, waiting) = next(iter(self._waiting.items()))
            if since > now - patience:
                break
            del self._waiting[reached]
            yield reached, waiting
        for reached, waiting in self.fresh.items():
            self._waiting[reached] = now, waiting
        self.fresh.clear()
