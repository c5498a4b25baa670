"""A service that another one follows: what it says is in its sealed log and in its topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.entries import publish
from tests.support.served_log import ServedLog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractAsyncContextManager

    from shared.messaging.broker import Broker


class Neighbour:
    """One service's log, as far as a test has it say anything."""

    def __init__(self, service: str, broker: Broker) -> None:
        self.origin = f"accord.example/{service}/0"
        self._topic = f"accord.{service}"
        self._broker = broker
        self._log = ServedLog([], origin=self.origin)

    @property
    def said(self) -> int:
        """How many entries the log has."""
        return len(self._log.held)

    def serving(self) -> AbstractAsyncContextManager[str]:
        """Serve the log; gives its address."""
        return self._log.serving()

    async def say(self, entries: Iterable[bytes]) -> None:
        """Seal these as the next entries, and publish them."""
        first = self.said
        self._log.held.extend(entries)
        await publish(self._broker, self._topic, list(enumerate(self._log.held))[first:])
