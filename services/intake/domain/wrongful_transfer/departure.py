"""A departure that took place: what came after it is held against it, and what follows (D7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.intake.domain import handover
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import ClearanceState, Traveller
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest.journey import Journey
from services.intake.domain.manifest.passenger import Passenger
from services.intake.domain.wrongful_transfer.under_way import Journeys
from shared.contracts.agreement import AgreementDocument
from shared.contracts.manifest import LegDeparted
from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from shared.kernel.dates import last_second, utc_date
from shared.kernel.decider import Reading, side_by_side
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId, agreement_of, custody_of
from shared.kernel.rejected import Finding

ON_BOARD = frozenset({"boarded", "offered", "transferred"})


class Departed(msgspec.Struct, frozen=True):
    """One journey that has begun, those on it whom something may reach, and what stands by now."""

    journey: Journey
    last: LegDeparted
    people: tuple[tuple[CaseId, Passenger], ...]
    agreement: AgreementState
    clearances: tuple[ClearanceState, ...]
    """Of each of the people, in their order, as of the last departure of the journey."""

    def each(self) -> Iterator[tuple[CaseId, Passenger, ClearanceState]]:
        """Each of the people, and what stands about them."""
        for (case, passenger), cleared in zip(self.people, self.clearances, strict=True):
            yield case, passenger, cleared

    def document(self, moment: datetime) -> AgreementDocument:
        """The version of a day, in UTC (D6)."""
        agreement = agreement_of(self.journey.agreement)
        return agreements.binding(self.agreement, agreement, utc_date(moment))

    def due_at(self, ordered_at: datetime) -> datetime:
        """When a recall is due, by the version of the day of its order: as a return is (D6)."""
        days = timedelta(days=self.document(ordered_at).returns.days)
        return last_second(utc_date(ordered_at) + days)


def read(listed: Journeys) -> Reading[tuple[Departed, ...]]:
    """The journeys of these cases that have begun, with whoever of them is not back."""
    of_manifest: dict[ManifestId, list[CaseId]] = {}
    for case, manifest in sorted(listed.items()):
        of_manifest.setdefault(manifest, []).append(case)
    if not of_manifest:
        return ()
    departed = yield from side_by_side(
        *(_departed(manifest, cases) for manifest, cases in of_manifest.items())
    )
    return tuple(each for each in departed if each is not None)


def _departed(manifest: ManifestId, cases: Sequence[CaseId]) -> Reading[Departed | None]:
    journey, *read = yield (
        journeys.fold(manifest),
        *(passengers.fold(manifest, case) for case in cases),
        *(handover.fold(case) for case in cases),
    )
    known: Journey = journeys.known(journey, manifest)
    listed, offers = read[: len(cases)], read[len(cases) :]
    on_board = [
        (case, passenger)
        for case, passenger, offer in zip(cases, listed, offers, strict=True)
        if passenger is not None and passenger.status in ON_BOARD and not offer.returned
    ]
    if known.under_way is None or not on_board:
        return None
    last, way = known.under_way
    travellers = (Traveller(case, passenger.person) for case, passenger in on_board)
    agreement, cleared = yield from clearance.read(
        agreement_of(known.agreement), known.receiving, *travellers, way=way
    )
    return Departed(known, last, tuple(on_board), agreement, cleared)


class Closing(msgspec.Struct, frozen=True):
    """What would have closed the gate, since when it binds, and who issued it, if that stands."""

    finding: Finding
    since: datetime
    issuer: str | None = None


def wrongful(
    departed: Departed,
    case: CaseId,
    passenger: Passenger,
    found: Sequence[Closing],
    found_at: datetime,
) -> Iterator[Event]:
    """What is recorded of a person whose gate this would have closed: who is not handed over is
    recalled, once.
    """
    journey = departed.journey
    about: dict[str, Any] = {
        "manifest": journey.manifest,
        "agreement": journey.agreement,
        "case": case,
        "person": passenger.person,
    }
    for closing in found:
        yield WrongfulTransferFound(
            **about,
            facility=journey.facility,
            custody=custody_of(case),
            sending=journey.sending,
            receiving=journey.receiving,
            closes=closing.finding,
            since=closing.since,
            issuer=closing.issuer,
            departed_at=departed.last.departed_at,
            found_at=found_at,
        )
    if found and passenger.status != "transferred" and passenger.recalled is None:
        yield RecallOrdered(**about, ordered_at=found_at, due_at=departed.due_at(found_at))
