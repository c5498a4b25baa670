"""How offices ask for things: a command, and then whatever everybody else does about it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

import msgspec

from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from tests.support.three_logs import ThreeLogs

if TYPE_CHECKING:
    from shared.kernel.event import Event


class Asking:
    """Asks the services for things, and lets everybody react."""

    def __init__(self, *, in_step: bool = True) -> None:
        """`in_step`: everybody reacts after each step; otherwise when the story says so."""
        self.world = ThreeLogs()
        self.in_step = in_step

    def act(
        self,
        service: str,
        decider: Decider[Any, Any],
        command: type[msgspec.Struct],
        actor: Actor,
        /,
        **fields: Any,  # noqa: ANN401 - whatever the command has
    ) -> tuple[Event, ...]:
        """Ask, as an office does; then everybody reacts."""
        try:
            return self.world.act(service, decider, command, actor, **fields)
        finally:
            if self.in_step:
                self.world.settle()

    def on(self, day: date | datetime) -> Self:
        """Let the time be noon of a day, or an instant, if it is not later already."""
        noon = (
            day
            if isinstance(day, datetime)
            else datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        )
        self.world.now = max(self.world.now, noon)
        return self

    @property
    def now(self) -> datetime:
        return self.world.now
