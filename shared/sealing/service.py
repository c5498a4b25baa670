"""What a service needs to seal its own log, put together from its key file and the policy."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import httpx

from shared.sealing.errors import KeyFileWrong
from shared.sealing.finality import Finality
from shared.sealing.keyfiles import read_log_signers, read_policy
from shared.sealing.log import SealedLog
from shared.sealing.postgres import PostgresTree
from shared.sealing.sealer import Pace, Sealer

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator
    from pathlib import Path

    from shared.kernel.clock import Clock
    from shared.ledger.log import Log
    from shared.telemetry.metrics import Metrics
    from shared.transparency.keys import VerifierKey
    from shared.transparency.policy import Policy
    from shared.transparency.signed_checkpoint import LogSigners

GOVERNMENTS = 2


class SealingSettings(Protocol):
    """Where the log is, what it is sealed with, and how often: `shared.service.settings`."""

    @property
    def database_url(self) -> str:
        """The service's own database."""
        ...

    @property
    def log_key(self) -> Path:
        """The file with the log's keys."""
        ...

    @property
    def policy(self) -> Path:
        """The file that names everybody's keys."""
        ...

    @property
    def seal_milliseconds(self) -> int:
        """The time between two checkpoints while entries come in."""
        ...


class Sealing:
    """One service's tree, its sealer, and its log as others check it."""

    def __init__(
        self, log: Log, settings: SealingSettings, clock: Clock, appended: asyncio.Event
    ) -> None:
        """Seal `log`; `appended` is its runner's. Raises `KeyFileWrong`."""
        signers, policy = (
            read_log_signers(settings.log_key, log.origin),
            read_policy(settings.policy),
        )
        _check(policy, signers, settings.policy)
        self._policy, self._policy_file = policy, settings.policy
        self._tree = PostgresTree(settings.database_url)
        self._client = httpx.AsyncClient()
        self.finality = Finality(self._tree, refuses=lambda: self.sealer.refuses)
        self.log = SealedLog(log, self._tree, self.finality)
        self.sealer = Sealer(
            self._tree,
            signers,
            policy,
            self._client,
            clock,
            appended=appended,
            told=self.finality.told,
            pace=Pace(interval=settings.seal_milliseconds / 1000),
        )

    def keys_of(self, origin: str) -> tuple[VerifierKey, ...]:
        """What another log signs with. Raises `KeyFileWrong` if the policy does not name it."""
        keys = self._policy.log_keys(origin)
        if not keys:
            raise KeyFileWrong(f"{self._policy_file} does not name the keys of {origin}")
        return keys

    def measure(self, metrics: Metrics) -> None:
        """Show how far the log is, and how many witnesses stay away, as gauges."""
        sizes = metrics.gauge("sealing_entries", "Entries of the log that are so far", "stage")
        sizes.labels("sealed").set_function(lambda: self.finality.known.sealed)
        sizes.labels("published").set_function(lambda: self.finality.known.published)
        sizes.labels("final").set_function(lambda: self.finality.known.final)
        away = metrics.gauge("sealing_witnesses_away", "Witnesses that do not cosign now")
        away.set_function(lambda: len(self.sealer.troubles))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything that has connections, for as long as the service runs."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._client)
            await self._tree.open()
            stack.push_async_callback(self._tree.close)
            yield


def _check(policy: Policy, signers: LogSigners, path: Path) -> None:
    """Refuse a policy under which nothing of this log could become final, or without witnesses."""
    if {*policy.log_keys(signers.origin)} != {*signers.verifiers}:
        raise KeyFileWrong(f"{path} does not name the keys of {signers.origin} that we sign with")
    spare = [name for name in policy.witness_names if policy.can_do_without(name)]
    if spare:
        raise KeyFileWrong(f"{path} calls final what {', '.join(spare)} need not have cosigned")
    unreachable = [name for name in policy.witness_names if not policy.witness_url(name)]
    if unreachable or len(policy.witness_names) < GOVERNMENTS:
        raise KeyFileWrong(
            f"{path} must name both governments' witnesses, each with the address of its node"
            + (f": {', '.join(unreachable)} has none" if unreachable else "")
        )
