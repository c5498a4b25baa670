"""Exceptions of orders and assurances: what a second subject has to see to (G2, D5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.intake.exception_rows.change import (
    SOON,
    Begins,
    Change,
    Ends,
    Over,
    Waits,
    of_office,
)
from shared.contracts.assurance import (
    AssuranceEndAsked,
    AssuranceEnded,
    AssuranceExpired,
    AssuranceGiven,
)
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.hold import (
    HoldAsserted,
    HoldBodyConfirmed,
    HoldBodyNamed,
    HoldLifted,
    HoldLiftRequested,
    HoldVerified,
)
from shared.kernel.actor import Actor, folded
from shared.kernel.dates import last_second
from shared.ledger.recorded import Recorded


def holds(recorded: Recorded) -> Iterator[Change]:
    """Orders that a second subject of the issuing office has to see to (G2)."""
    match recorded.event:
        case HoldAsserted() as event:
            asserter = Actor.read(event.asserted_by)
            about: dict[str, Any] = {"subject": event.hold, "person": event.scope.named_person}
            yield Waits(kind="hold-unverified", **about, **of_office(asserter))
            if not asserter.names_a_body:
                yield Waits(kind="hold-without-a-body", **about, **of_office(asserter))
        case HoldVerified() as event:
            yield Over("hold-unverified", event.hold)
        case HoldBodyNamed() as event:
            named = {**of_office(Actor.read(event.named_by)), "body": folded(event.body)}
            about = {"subject": event.hold, "person": event.scope.named_person}
            yield Waits(kind="hold-body-unconfirmed", **about, **named)
        case HoldBodyConfirmed() as event:
            yield Over("hold-without-a-body", event.hold)
            yield Over("hold-body-unconfirmed", event.hold)
        case HoldLiftRequested() as event:
            asking = of_office(Actor.read(event.requested_by))
            about = {"subject": event.hold, "person": event.scope.named_person}
            yield Waits(kind="lift-unconfirmed", **about, **asking)
        case HoldLifted() as event:
            for kind in ("hold-unverified", "lift-unconfirmed"):
                yield Over(kind, event.hold)
            yield Ends(event.hold, recorded.recorded_at)
        case _:
            pass


def exclusions(recorded: Recorded) -> Iterator[Change]:
    """Exclusions that end, by their last day or by a second subject (G8)."""
    match recorded.event:
        case ExclusionMatched(valid_until=date() as last_day) as event:
            yield Ends(event.exclusion, last_second(last_day))
        case ExclusionWithdrawn() as event:
            yield Ends(event.exclusion, recorded.recorded_at)
        case _:
            pass


def assurances(recorded: Recorded) -> Iterator[Change]:
    """What a government assured whoever it was given to, before it runs out (D5)."""
    match recorded.event:
        case AssuranceGiven() as event:
            receiver: dict[str, Any] = {
                "party": event.to_party,
                "office": event.to_office,
                "body": folded(event.to_body),
                "person": event.person,
            }
            ends: dict[str, Any] = {"due_at": event.until, "is_told": event.until - SOON}
            yield Waits(kind="assurance-runs-out", subject=event.assurance, **receiver, **ends)
            yield Waits(
                kind="assurance-end-asked", subject=event.assurance, **receiver, is_over=True
            )
        case AssuranceEndAsked() as event:
            yield Begins("assurance-end-asked", event.assurance)
        case AssuranceEnded() | AssuranceExpired() as event:
            yield Over("assurance-runs-out", event.assurance)
            yield Over("assurance-end-asked", event.assurance)
        case _:
            pass
