"""The sealer: makes a log's entries a tree, signs it, and never signs a second history.

What it signs is moved into the database by compare-and-swap before it leaves the process, and
nothing new is signed until every witness has cosigned what was sealed last: a log that was restored
from an old backup is found out by the witnesses, who know more than it does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from shared.sealing.cosigning import GRACE_SECONDS, Cosigning
from shared.sealing.errors import Overtaken, SealingStopped
from shared.sealing.heads import EMPTY_HEAD, SealedHead
from shared.sealing.witness import ANSWER_SECONDS, Witness, WitnessAhead
from shared.telemetry.logs import logger
from shared.telemetry.status import Health, Patience, Status
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.errors import TransparencyError
from shared.transparency.signed_checkpoint import SignedCheckpoint, sign_checkpoint
from shared.transparency.tiles import TreeBuilder, partial_tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import httpx

    from shared.kernel.clock import Clock
    from shared.sealing.heads import Published
    from shared.sealing.store import TreeStore
    from shared.transparency.policy import Policy
    from shared.transparency.signed_checkpoint import LogSigners

MANY = 256
PAGE = 8192
"""So many leaves at once: hashing them holds up this process's requests by a few milliseconds."""
_log = logger("sealer")


class Pace(msgspec.Struct, frozen=True):
    """How often the sealer does what it does, in seconds."""

    interval: float = 0.1
    """Between two checkpoints, while there are new entries."""
    busy: float = 0.18
    """The same while entries come in by the thousand: what a checkpoint costs is then shared."""
    poll: float = 0.1
    """How often to look for entries that another process appended."""
    grace: float = GRACE_SECONDS
    answer: float = ANSWER_SECONDS

    def after(self, leaves: int) -> float:
        """How long to wait after a checkpoint that took in so many entries."""
        return max(self.interval, self.busy) if leaves > MANY else self.interval


class Sealer:
    """Seals one log. Run it alone among the replicas: `alone(url, sealer.name, sealer.run)`.

    Should two run at once all the same, one of them moves the sealed head and the other begins
    again from there.
    """

    def __init__(
        self,
        store: TreeStore,
        signers: LogSigners,
        policy: Policy,
        client: httpx.AsyncClient,
        clock: Clock,
        *,
        appended: asyncio.Event,
        told: Callable[[SealedHead | Published], None],
        pace: Pace | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Seal the log of `store`; `appended` is the runner's, `told` hears of every new head."""
        self.name = f"sealer {signers.origin}"
        self._store = store
        self._signers = signers
        self._policy = policy
        self._client = client
        self._clock = clock
        self._appended = appended
        self._told = told
        self._pace = pace or Pace()
        self._patience = patience or Patience()
        self._status = Status(self.name, self._patience)
        self._refusal = ""
        self._highest = EMPTY_HEAD
        self._heard: tuple[SealedHead, ...] = ()
        self._witnesses: Sequence[Witness] = ()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What the witnesses did instead of cosigning, those that did not."""
        return tuple(witness.trouble for witness in self._witnesses if witness.trouble)

    @property
    def refuses(self) -> bool:
        """Whether it will sign nothing until all witnesses are content."""
        return bool(self._refusal)

    def health(self) -> Health:
        """How it is doing now; a refusal to sign stands until all witnesses are content."""
        health = self._status.health()
        if not self._refusal:
            return health
        return msgspec.structs.replace(health, state="stopped", detail=self._refusal)

    async def check(self) -> str | None:
        """Why this is not ready, or nothing. A witness that is away is no reason."""
        health = self.health()
        return None if health.ready else f"{health.state}: {health.detail}"

    async def run(self) -> None:
        """Seal until cancelled. Raises `SealingStopped` rather than sign a second history."""
        self._heard = ()  # as long as the lock is held nobody else seals, and no longer
        while True:
            try:
                await self._seal_on()
            except SealingStopped as error:
                self._refusal = str(error)
                _log.critical("the sealer refuses to sign", log=self.name, why=str(error))
                raise
            except asyncio.CancelledError:
                self._status.stand_by()
                raise
            except Overtaken as error:
                _log.warning("begun again", log=self.name, why=str(error))
            except Exception as error:  # noqa: BLE001 - whatever it was, the database tells where to go on
                pause = self._status.failed(f"{type(error).__name__}: {error}")
                _log.warning("sealing failed", log=self.name, why=repr(error), retry_in=pause)
                await asyncio.sleep(pause)

    async def _seal_on(self) -> None:
        """Go on from the sealed head, until something fails."""
        head = await self._stored_head()
        tree = await self._tree(head)
        cosigning = Cosigning(
            self._store,
            self._policy,
            self._new_witnesses(),
            self._clock,
            unanswered=not any(_same(heard, head) for heard in self._heard),
            on_published=self._told,
            grace=self._pace.grace,
        )
        cosigning.offer(self._signed(head))
        self._told(head)
        beside = asyncio.create_task(cosigning.run())
        try:
            while True:
                head = await self._look(tree, head, cosigning, beside)
        except WitnessAhead as error:
            await self._explain(error)
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)

    async def _look(
        self,
        tree: TreeBuilder,
        head: SealedHead,
        cosigning: Cosigning,
        beside: asyncio.Task[None],
    ) -> SealedHead:
        """Look for new entries once, and seal them if every witness has been heard."""
        if unheard := cosigning.unheard:
            self._status.waits(f"nothing is signed before these have cosigned: {unheard}")
            await self._pause(beside, self._pace.poll)
            return head
        self._refusal, self._heard = "", (head,)
        started = asyncio.get_running_loop().time()
        leaves = await self._store.leaves(head.size, PAGE)
        if leaves:
            head, signed = await self._seal(tree, head, leaves)
            cosigning.offer(signed)
        self._status.succeeded(len(leaves) if len(leaves) == PAGE else 0)
        if not leaves:
            await self._pause(beside, self._pace.poll, self._appended)
        passed = asyncio.get_running_loop().time() - started
        await self._pause(beside, self._pace.after(len(leaves)) - passed)
        return head

    async def _pause(
        self, beside: asyncio.Task[None], seconds: float, until: asyncio.Event | None = None
    ) -> None:
        """Wait; raises what the cosigning beside it was ended by."""
        woken = {asyncio.ensure_future(until.wait())} if until else set()
        try:
            await asyncio.wait(
                {beside, *woken}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for waiting in woken:
                waiting.cancel()
        if beside.done():
            await beside

    async def _seal(
        self, tree: TreeBuilder, old: SealedHead, leaves: Sequence[bytes]
    ) -> tuple[SealedHead, SignedCheckpoint]:
        """Extend the tree, sign it, and move the sealed head before anybody sees the signature."""
        grown = tree.extend(leaves)
        at = max(self._clock.now(), old.sealed_at)
        signed = self._sign(tree.size, tree.root(), at)
        new = SealedHead(tree.size, tree.root(), signed.encoded, at)
        self._heard = (old, new)  # should the database not answer, it is at one of the two
        if not await self._store.seal(old, new, grown):
            raise Overtaken(f"the sealed head is not at size {old.size} any more")
        self._highest = new
        self._told(new)
        return new, signed

    def _sign(self, size: int, root: bytes, at: datetime) -> SignedCheckpoint:
        checkpoint = Checkpoint(self._signers.origin, size, root)
        note = sign_checkpoint(checkpoint, self._signers, max(1, int(at.timestamp())))
        return SignedCheckpoint(checkpoint, note)

    def _signed(self, head: SealedHead) -> SignedCheckpoint:
        """The checkpoint of a sealed head; the empty tree, which nobody sealed, is signed here."""
        if head.size == 0:
            return self._sign(head.size, head.root, self._clock.now())
        try:
            signed = self._policy.open(head.note, self._signers.origin)
        except TransparencyError as error:
            raise SealingStopped(f"the sealed head is not signed by this log: {error}") from error
        if (signed.checkpoint.size, signed.checkpoint.root) != (head.size, head.root):
            raise SealingStopped(f"the sealed head of size {head.size} is not what was signed")
        return signed

    async def _stored_head(self) -> SealedHead:
        """The sealed head, if it is not behind what this process has signed already."""
        head = await self._store.sealed()
        highest = self._highest
        if head.size < highest.size or (head.size == highest.size and head.root != highest.root):
            raise SealingStopped(
                f"the database is at size {head.size}, this process has signed size {highest.size}"
                ": is the database a restored backup?"
            )
        self._highest = head
        return head

    async def _tree(self, head: SealedHead) -> TreeBuilder:
        """The tree as it is stored, if it has the root that was signed."""
        try:
            tree = TreeBuilder.from_tiles(
                head.size, await self._store.tiles(partial_tiles(head.size))
            )
        except TransparencyError as error:
            raise SealingStopped(f"the stored tree is damaged: {error}") from error
        if tree.root() != head.root:
            raise SealingStopped(
                f"the stored tree of size {head.size} has not the root that was signed"
            )
        return tree

    async def _explain(self, error: WitnessAhead) -> None:
        """Whether another process of ours has sealed what the witness saw."""
        head = await self._store.sealed()
        if head.size >= error.theirs:
            raise Overtaken(str(error)) from error
        raise SealingStopped(f"{error}: is the database a restored backup?") from error

    def _new_witnesses(self) -> Sequence[Witness]:
        self._witnesses = witnesses_of(
            self._policy, self._client, self._patience, answer_seconds=self._pace.answer
        )
        return self._witnesses


def witnesses_of(
    policy: Policy, client: httpx.AsyncClient, patience: Patience, *, answer_seconds: float
) -> Sequence[Witness]:
    """The witnesses of a policy that have an address, to be asked with this client."""
    named = ((name, policy.witness_url(name)) for name in policy.witness_names)
    return [
        Witness(
            client,
            name,
            url,
            policy.witness_keys(name),
            patience,
            answer_seconds=answer_seconds,
        )
        for name, url in named
        if url is not None
    ]


def _same(head: SealedHead, other: SealedHead) -> bool:
    return (head.size, head.root) == (other.size, other.root)
