"""Another service's entry as commands of our own, and what they say about where they come from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from shared.kernel.actor import INDEPENDENT, Actor
from shared.ledger.recorded import Idempotency, Provenance
from shared.ledger.work import Step

if TYPE_CHECKING:
    from shared.kernel.decider import Decider
    from shared.ledger.recorded import Recorded

OFFICE = "ops"


def follower(service: str) -> Actor:
    """Who acts when a service follows another one's log: the service itself, for neither state."""
    return Actor(INDEPENDENT, OFFICE, f"{service}-follower")


def steps_because_of(
    foreign: Recorded, service: str, *commands: tuple[Decider[Any, Any], object]
) -> tuple[Step, ...]:
    """Steps of `service` that follow from another log's entry, in this order.

    They happen at the entry's own time, with its correlation, and name it as their cause. Each has
    an idempotency key made of that name and its index here: what comes again does not act again.
    """
    provenance = Provenance(
        actor=follower(service),
        time=foreign.time,
        correlation=foreign.correlation,
        causation=foreign.ref,
        traceparent=foreign.traceparent,
        agreement=getattr(foreign.event, "agreement", None),
    )
    return tuple(
        Step(decider, command, provenance, _idempotency(foreign, index))
        for index, (decider, command) in enumerate(commands)
    )


def _idempotency(foreign: Recorded, place: int) -> Idempotency:
    """One digest for key and request: an upgrade may map an entry otherwise, not act again."""
    digest = hashlib.sha256(f"{foreign.ref}/{place}".encode()).digest()
    return Idempotency(digest, digest)
