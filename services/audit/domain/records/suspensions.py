"""Which agreements are suspended, by whom, and which were terminated for when (G23, D4)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.audit.domain.mark import Mark
from shared.kernel.ids import AgreementId, SuspensionId


class Suspension(msgspec.Struct, frozen=True):
    """One suspension that stands: the entry, and who said it."""

    entry: Mark
    by: str
    since: datetime


class Ended(msgspec.Struct, frozen=True):
    """One that was lifted, and when that was."""

    suspension: Suspension
    resumed_at: datetime

    def stood(self, at: datetime) -> bool:
        """Whether it stood at a moment."""
        return self.suspension.since <= at < self.resumed_at


class Suspensions:
    """Every suspension that stands, and the last day of each agreement that was terminated."""

    def __init__(self) -> None:
        """Begin with none."""
        self.last_days: dict[AgreementId, date] = {}
        self.drilled_on: dict[AgreementId, date] = {}
        """The earliest return that was practised under each agreement (G24)."""
        self._standing: dict[AgreementId, dict[SuspensionId, Suspension]] = {}
        self.ended: dict[AgreementId, list[Ended]] = {}
        self._followed: dict[AgreementId, dict[SuspensionId, Suspension]] = {}

    def of(self, agreement: AgreementId) -> dict[SuspensionId, Suspension]:
        """The suspensions of an agreement that stand, the oldest first."""
        return self._standing.setdefault(agreement, {})

    def reserving(self, agreement: AgreementId) -> dict[SuspensionId, Suspension]:
        """Those that placement says it follows, by its own log."""
        return self._followed.setdefault(agreement, {})
