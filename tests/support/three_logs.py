"""The three services in memory: their decisions, their logs as bytes, and their reactions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import msgspec

from services.billing.reactions import TO_INTAKE, TO_PLACEMENT
from services.billing.reactions import react as billing_reacts
from services.intake import deadlines as intakes_clock
from services.intake import reactions as intake
from services.placement import deadlines as placements_clock
from services.placement import reactions as placement
from shared.kernel.event import Event, tags_of
from shared.kernel.rejected import NotYet, Rejected
from shared.ledger.deadline_clock import clock_of
from shared.ledger.entry import encode
from shared.ledger.machine import new_id
from shared.ledger.recorded import Provenance, Recorded
from shared.ledger.work import Step
from tests.support.decider_specification import DecisionLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.actor import Actor
    from shared.kernel.decider import Decider
    from shared.ledger.deadlines import Deadline

SERVICES = ("intake", "placement", "billing")
TICK = timedelta(milliseconds=7)

_Follows = tuple[str, str, Collection[type[Event]], Callable[[Recorded], tuple[Step, ...]]]
_FOLLOWS: tuple[_Follows, ...] = (
    ("placement", "intake", placement.TYPES, placement.react),
    ("intake", "placement", intake.TYPES, intake.react),
    ("intake", "billing", intake.OF_BILLING, intake.react),
    ("billing", "intake", TO_INTAKE.types, billing_reacts),
    ("billing", "placement", TO_PLACEMENT.types, billing_reacts),
)
"""Who follows whose log, which types, and what it does about them."""
_CLOCKS: dict[str, Any] = {"intake": intakes_clock, "placement": placements_clock}
"""What falls due in each service that has a clock."""


def origin(service: str) -> str:
    """The log of a service."""
    return f"accord.example/{service}/0"


class MemoryLog(DecisionLog):
    """One service's log: what was recorded, and its bytes."""

    def __init__(self, keep: Callable[[Event], None]) -> None:
        super().__init__()
        self.recorded: list[Recorded] = []
        self.entries: list[bytes] = []
        self._keep = keep

    def record(self, event: Event) -> None:
        """Append an event as an entry."""
        super().record(event)
        self._keep(event)


class ThreeLogs:
    """Three services that decide against their own logs and follow one another's."""

    def __init__(self, now: datetime = datetime(2025, 3, 16, 7, tzinfo=UTC)) -> None:
        self.logs = {service: MemoryLog(partial(self._record, service)) for service in SERVICES}
        self.now = now
        self._by: Provenance
        self.weakened: list[tuple[Decider[Any, Any], Decider[Any, Any]]] = []
        """Deciders, and what a service that does less than ours has in their place."""
        self._due: list[tuple[Deadline, str]] = []
        self._positions = {(follower, other): 0 for follower, other, _, _ in _FOLLOWS}

    def act(
        self,
        service: str,
        decider: Decider[Any, Any],
        command: type[msgspec.Struct],
        actor: Actor,
        /,
        time: datetime | None = None,
        **fields: object,
    ) -> tuple[Event, ...]:
        """Ask for a command, as an office would; a refusal is recorded where it matters, and
        raised. What was due before is worked off first, as the clock of each service does.
        """
        asked_at = self.now
        self._work_off()
        said = {"actor": actor, "now": asked_at, "on": asked_at.date(), "proposed_at": asked_at}
        for name in said.keys() & set(command.__struct_fields__):
            fields.setdefault(name, said[name])
        provenance = Provenance(actor=actor, time=time or asked_at, correlation=new_id())
        return self._decide(service, decider, command(**fields), provenance)

    def _work_off(self) -> None:
        while self._due and self._due[0][0].due_at <= self.now:
            deadline, service = heappop(self._due)
            actor, story = clock_of(service), f"{deadline.kind}/{deadline.subject}"
            provenance = Provenance(actor=actor, time=deadline.due_at, correlation=story)
            with suppress(Rejected):
                decider, command = _CLOCKS[service].fall_due(deadline, self.now)
                self._decide(service, decider, command, provenance)

    def settle(self) -> None:
        """Let everybody react until nobody has anything to react to."""
        while any([self.follow(follower, other) for follower, other in self._positions]):  # noqa: C419 - each of them, not the first
            pass

    def follow(self, service: str, other: str) -> bool:
        """One service reacts to what is new in another's log; gives whether it saw anything."""
        _, _, types, react = next(row for row in _FOLLOWS if row[:2] == (service, other))
        seen = False
        log = self.logs[other]
        for recorded in log.recorded[self._positions[service, other] :]:
            if isinstance(recorded.event, tuple(types)) and not self._react(
                service, react(recorded)
            ):
                break
            self._positions[service, other] += 1
            seen = True
        return seen

    def _react(self, service: str, steps: tuple[Step, ...]) -> bool:
        for step in steps:
            try:
                self._decide(service, step.decider, step.command, step.provenance)
            except Rejected:
                continue
            except NotYet:
                return False
        return True

    def _decide(
        self,
        service: str,
        decider: Decider[Any, Any],
        command: Any,  # noqa: ANN401 - any command of its decider
        provenance: Provenance,
    ) -> tuple[Event, ...]:
        self._by = provenance
        decider = next((less for ours, less in self.weakened if ours is decider), decider)
        return self.logs[service].decide(decider, command)

    def _record(self, service: str, event: Event) -> None:
        provenance = self._by
        self.now += TICK
        log = self.logs[service]
        recorded = Recorded(
            event=event,
            tags=tags_of(event),
            sequence=len(log.entries),
            origin=origin(service),
            entry_id=new_id(),
            time=provenance.time,
            recorded_at=self.now,
            actor=str(provenance.actor),
            correlation=provenance.correlation,
        )
        log.recorded.append(recorded)
        log.entries.append(encode(recorded, provenance, None))
        if service in _CLOCKS:
            for deadline in _CLOCKS[service].deadlines(recorded):
                heappush(self._due, (deadline, service))

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """Every entry of every log, with its origin."""
        for service, log in self.logs.items():
            for entry in log.entries:
                yield origin(service), entry
