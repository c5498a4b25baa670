"""Services and cancellations: recorded and waiting, and what intake says of who was taken off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from services.audit.domain.records.terms import Standing
from shared.contracts.service import CancellationRecorded, OccasionRecorded
from shared.kernel.codes import Slug
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef, FacilityId, ServiceId
from shared.tariff.component import Charge


class Removal(msgspec.Struct, frozen=True, gc=False):
    """Somebody was taken off a manifest: when, for which day, and whether it costs nothing."""

    at: datetime
    arrival: datetime
    """When the journey's last leg was to depart."""
    facility: FacilityId
    is_free: bool
    """Whether an order, an assurance or the receiving state itself stood in the way, or no place
    could be held: nobody owes anything then.
    """


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """What one state recorded, the entry that says so, and the month once it is approved."""

    ref: EntryRef
    event: OccasionRecorded
    period: str = ""
    removal: Removal | None = None
    """Whose place was given up, which nothing else is charged for meanwhile (F13)."""

    @property
    def evidence(self) -> tuple[EntryRef, ...]:
        """What a charge of it rests on: for a cancellation the removal too."""
        rests_on = (self.event.removed,) if isinstance(self.event, CancellationRecorded) else ()
        return (*rests_on, self.ref)


class Charged(msgspec.Struct, frozen=True, gc=False):
    """What was approved: by which entry, under which version, and what charges for it."""

    ref: EntryRef
    agreement: AgreementRef
    recorded: Recorded
    standings: dict[Slug, Standing]


class Services:
    """Everything that waits for the other state's word, and who gave it in months not certified."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[ServiceId, Recorded] = {}
        self.removals: dict[EntryRef, Removal] = {}
        """Those that are not charged for: each is taken by the cancellation that names it."""
        self.approved: Recorded | None = None
        """The one whose charges are being read."""
        self.charges: dict[Slug, tuple[Standing, Charge[Any]]] = {}
        """What it costs by the signed terms, under each component."""
        self.charged: dict[ServiceId, Charged] = {}
        self.withdrawn: Charged | None = None
        """The one whose reversals are being read."""
        self.attested_by: dict[tuple[AgreementId, str], set[str]] = {}

    def free_again(self, recorded: Recorded) -> None:
        """Nothing is charged for it: the place that was given up may be recorded with a paper."""
        if isinstance(recorded.event, CancellationRecorded) and recorded.removal is not None:
            self.removals[recorded.event.removed] = recorded.removal
