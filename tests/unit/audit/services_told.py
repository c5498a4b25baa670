"""A story of services and places given up late: recorded, approved, denied, invoiced."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from services.billing.domain.record_cancellation import RECORD_CANCELLATION, RecordCancellation
from services.billing.domain.record_service import RECORD_SERVICE, RecordService
from services.billing.domain.settle_service import (
    APPROVE_SERVICE,
    DENY_SERVICE,
    ApproveService,
    DenyService,
)
from services.billing.domain.withdraw_service import WITHDRAW_SERVICE, WithdrawService
from shared.contracts.hold import PersonScope
from shared.contracts.manifest import PersonRemoved
from shared.contracts.service import OccasionRecorded, ServiceApproved
from shared.kernel.ids import EntryRef, ServiceId
from shared.tariff.fact import Service
from tests.unit.audit.names import (
    AGREEMENT,
    AUTHORITY,
    CECOT,
    NIGHTLY,
    PAPER,
    REGISTRY,
    case,
    identity,
    journey,
    person,
)
from tests.unit.audit.story import Story
from tests.unit.audit.told import FIRST_NIGHT, night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

CENT = {"mode": "half-even", "place": "2"}
TARIFF: dict[str, Any] = {
    "currency": "USD",
    "components": [
        NIGHTLY["components"][0],
        {
            "kind": "per-unit",
            "id": "hours",
            "service": "guard",
            "unit": "hour",
            "paper": "guard-log",
            "rate": {"amount": "10.00", "currency": "USD"},
            "rounding": CENT,
        },
        {
            "kind": "late-cancellation",
            "id": "late",
            "rate": {"amount": "65.00", "currency": "USD"},
            "until": "15:00",
            "rounding": CENT,
        },
    ],
}
SOMETHING = ServiceId(identity(6, 99))
NOTHING = EntryRef("accord.example/intake/0#0")
HOURS = Service("guard", "hour", 3, "guard-log", night(1))


def service_id(number: int) -> ServiceId:
    return ServiceId(identity(6, number))


def entry_of(story: Story, service: str, number: int) -> EntryRef:
    """The entry of a service that was recorded, or of the n-th who was taken off."""
    recorded = story.world.logs[service].recorded
    kind = PersonRemoved if service == "intake" else OccasionRecorded
    return [entry for entry in recorded if isinstance(entry.event, kind)][number - 1].ref


def gave(story: Story, number: int, given: Service) -> None:
    story.act(
        "billing",
        RECORD_SERVICE,
        RecordService,
        REGISTRY,
        service=service_id(number),
        agreement=AGREEMENT,
        given=given,
        reference=f"LOG-{number}",
        document=PAPER,
    )


def gave_up(story: Story, number: int, nth: int, passenger: int) -> None:
    removals = [
        entry
        for entry in story.world.logs["intake"].recorded
        if isinstance(entry.event, PersonRemoved)
    ]
    story.act(
        "billing",
        RECORD_CANCELLATION,
        RecordCancellation,
        REGISTRY,
        service=service_id(number),
        agreement=AGREEMENT,
        manifest=journey(1),
        case=case(passenger),
        facility=CECOT,
        removed=removals[nth - 1].ref,
        held_for=FIRST_NIGHT,
        cancelled_at=removals[nth - 1].time,
        because_of_a_hold=False,
        reference=f"PLACE-{number}",
        document=PAPER,
    )


def settled(story: Story, number: int, *, denied: bool = False) -> None:
    recorded = entry_of(story, "billing", number)
    if denied:
        story.act(
            *("billing", DENY_SERVICE, DenyService, AUTHORITY),
            service=service_id(number),
            recorded=recorded,
            reason="not-in-the-log",
        )
    else:
        story.act(
            *("billing", APPROVE_SERVICE, ApproveService, AUTHORITY),
            service=service_id(number),
            recorded=recorded,
        )


def flown(story: Story) -> None:
    """Three are listed; one is taken off by the sender, one because of an order; one flies."""
    for number in (1, 2, 3):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT)
    story.opened(1)
    story.listed(1, 1, 2, 3)
    story.taken_off(1, 2)
    story.held(1, PersonScope(person(3)))
    story.taken_off(1, 3)
    story.sealed(1)
    story.boarded(1, 1)
    story.departed(1)
    story.arrived(1)
    story.offered(1)
    story.accepted(1)


@cache
def served() -> list[Entry]:
    """A night, three hours of a guard, miles that are denied, and a place given up late."""
    story = Story().agreed(tariff=TARIFF).facility()
    flown(story)
    story.on(night(3)).counted(night(0), 1)
    gave(story, 1, HOURS)
    gave(story, 2, Service("guard", "hour", 40, "guard-log", night(2)))
    gave_up(story, 3, 1, 2)
    settled(story, 1)
    settled(story, 2, denied=True)
    settled(story, 3)
    story.on(date(2025, 4, 3)).closed("2025-03")
    story.certified()
    return story.facts()


def withdrew(story: Story, number: int) -> None:
    approvals = [
        entry.ref
        for entry in story.world.logs["billing"].recorded
        if isinstance(entry.event, ServiceApproved) and entry.event.service == service_id(number)
    ]
    story.act(
        *("billing", WITHDRAW_SERVICE, WithdrawService, REGISTRY),
        service=service_id(number),
        recorded=entry_of(story, "billing", number),
        approved=approvals[0],
        reason="counted-twice",
    )


@cache
def taken_back() -> list[Entry]:
    """Hours and a place that were approved, certified and then withdrawn; the place once more."""
    story = Story().agreed(tariff=TARIFF).facility()
    flown(story)
    story.on(night(3)).counted(night(0), 1)
    gave(story, 1, HOURS)
    gave_up(story, 2, 1, 2)
    settled(story, 1)
    settled(story, 2)
    story.on(date(2025, 4, 3)).closed("2025-03")
    withdrew(story, 1)
    withdrew(story, 2)
    gave_up(story, 3, 1, 2)
    settled(story, 3, denied=True)
    gave_up(story, 4, 1, 2)
    story.on(date(2025, 5, 3)).closed("2025-04", 2)
    return story.facts()


@cache
def of_somebody() -> list[Entry]:
    """The same without what is charged for nobody: no table follows a custody there."""
    return [entry for entry in taken_back() if getattr(entry.event, "custody", "") is not None]
