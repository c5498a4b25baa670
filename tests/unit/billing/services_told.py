"""What the two states say of services and of places given up late, step by step."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.billing.domain.record_cancellation import RECORD_CANCELLATION, RecordCancellation
from services.billing.domain.record_service import RECORD_SERVICE, RecordService
from services.billing.domain.settle_service import (
    APPROVE_SERVICE,
    DENY_SERVICE,
    ApproveService,
    DenyService,
)
from services.billing.domain.withdraw_service import WITHDRAW_SERVICE, WithdrawService
from shared.contracts.agreement import AgreedFacility
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, CaseId, EntryRef, ManifestId, ServiceId
from shared.tariff.fact import Service
from shared.tariff.registry import Component
from tests.unit.billing.story import (
    BED,
    CECOT,
    NAME,
    NOW,
    REGISTRY,
    Story,
    document,
)
from tests.unit.tariff.test_late_cancellation import AT_THREE, HELD_FOR

AUTHORITY = Actor("USA", "central-authority", "department-2")
ENTRY = EntryRef("accord.example/billing/0#12")
APPROVAL = EntryRef("accord.example/billing/0#15")
REMOVED = EntryRef("accord.example/intake/0#91")
PAPER = "ab" * 32
IN_MARCH = date(2025, 3, 20)


def service_id(number: int) -> ServiceId:
    return ServiceId(f"01940000-0000-7000-8000-{number:012d}")


def signed(story: Story, *components: Component) -> None:
    """Both states have signed these, with the facility and its clock."""
    agreed = msgspec.structs.replace(
        document(BED, *components), facilities=(AgreedFacility(CECOT, "America/El_Salvador"),)
    )
    story.activate(agreed)


def give(
    story: Story,
    number: int,
    given: Service,
    actor: Actor = REGISTRY,
    reference: str | None = None,
) -> tuple[Event, ...]:
    """The facility says that it gave a service."""
    command = RecordService(
        service=service_id(number),
        agreement=AgreementRef(NAME),
        given=given,
        reference=reference or f"PAPER-{number}",
        document=PAPER,
        now=NOW,
        actor=actor,
    )
    return story.decide(RECORD_SERVICE, command)


def give_up(story: Story, number: int = 1, **changed: Any) -> tuple[Event, ...]:  # noqa: ANN401 - fields of the command
    """The facility says that a place was given up late."""
    fields: dict[str, Any] = {
        "service": service_id(number),
        "agreement": AgreementRef(NAME),
        "manifest": ManifestId("01950000-0000-7000-8000-000000000001"),
        "case": CaseId("01950000-0000-7000-8000-000000000002"),
        "facility": CECOT,
        "removed": REMOVED,
        "held_for": HELD_FOR,
        "cancelled_at": AT_THREE.replace(second=1),
        "because_of_a_hold": False,
        "reference": f"PLACE-{number}",
        "document": PAPER,
        "now": NOW,
        "actor": REGISTRY,
    }
    return story.decide(RECORD_CANCELLATION, RecordCancellation(**{**fields, **changed}))


def approve(story: Story, number: int, actor: Actor = AUTHORITY) -> tuple[Event, ...]:
    command = ApproveService(service=service_id(number), recorded=ENTRY, actor=actor)
    return story.decide(APPROVE_SERVICE, command)


def deny(story: Story, number: int, actor: Actor = AUTHORITY) -> tuple[Event, ...]:
    command = DenyService(
        service=service_id(number), recorded=ENTRY, reason="not-in-the-log", actor=actor
    )
    return story.decide(DENY_SERVICE, command)


def withdraw(
    story: Story, number: int, actor: Actor = REGISTRY, approved: EntryRef | None = APPROVAL
) -> tuple[Event, ...]:
    """The facility takes back what was approved."""
    command = WithdrawService(
        service=service_id(number),
        recorded=ENTRY,
        approved=approved,
        reason="counted-twice",
        actor=actor,
    )
    return story.decide(WITHDRAW_SERVICE, command)


def hours(quantity: int, on: date = IN_MARCH) -> Service:
    return Service("guard", "hour", quantity, "guard-log", on)


def miles(quantity: int, on: date = IN_MARCH) -> Service:
    return Service("transport", "mile", quantity, "trip-log", on)
