"""Journeys: a manifest's plan, how far its legs have come, and who was ever on its list."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.contracts.manifest import ManifestOpened
from shared.kernel.codes import Country
from shared.kernel.ids import CaseId, EntryRef
from shared.kernel.rejected import Refusal


class Progress(msgspec.Struct):
    """How far one leg has come."""

    authorised_by: str = ""
    authorised_at: datetime | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None


class Journey(msgspec.Struct):
    """One manifest. It is kept until everybody on it was transferred or taken off."""

    opened: ManifestOpened
    progress: tuple[Progress, ...]
    listed: dict[CaseId, list[EntryRef]] = msgspec.field(default_factory=dict)
    """Who is or was on the list, and the entries that took them off or offered them."""

    boarded_at: dict[CaseId, datetime] = msgspec.field(default_factory=dict)
    """When each passed the door, the last time."""
    no_place: dict[CaseId, tuple[EntryRef, Refusal]] = msgspec.field(default_factory=dict)
    """For whom no place could be held, the entry that says so, and why."""

    @property
    def begun(self) -> bool:
        """Whether its first leg has departed."""
        return self.progress[0].departed_at is not None

    @property
    def stopped_over(self) -> Country | None:
        """Where it stands between two legs; nowhere before its start, in the air or at its end."""
        stops = zip(self.opened.legs[:-1], self.progress, self.progress[1:], strict=False)
        for leg, here, onward in stops:
            if here.arrived_at is not None and onward.departed_at is None:
                return leg.destination
        return None

    @property
    def ahead(self) -> tuple[int, ...]:
        """The numbers of its legs that have not departed."""
        numbered = enumerate(self.progress, start=1)
        return tuple(number for number, made in numbered if made.departed_at is None)

    @property
    def stopovers(self) -> tuple[Country, ...]:
        """Where it will still stop over: before the last leg, and not departed for yet."""
        stops = zip(self.opened.legs[:-1], self.progress, strict=False)
        return tuple(leg.destination for leg, made in stops if made.departed_at is None)

    @property
    def next_departure(self) -> datetime:
        """The plan of the leg that comes next, or of the last one."""
        legs = zip(self.opened.legs, self.progress, strict=True)
        ahead = (leg.planned_departure for leg, progress in legs if progress.departed_at is None)
        return next(ahead, self.opened.legs[-1].planned_departure)
