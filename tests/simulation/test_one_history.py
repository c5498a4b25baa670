"""Whatever happens to sealers, witnesses, clocks and databases: all that left is of one history."""

from __future__ import annotations

import asyncio
import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import msgspec
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from shared.sealing.errors import SealingStopped
from shared.sealing.memory import MemoryTree
from shared.sealing.sealer import Pace, Sealer
from shared.telemetry.status import Patience
from shared.transparency.checkpoint import Checkpoint, parse_checkpoint
from shared.transparency.merkle import Frontier, leaf_hash
from shared.transparency.note import parse_note
from tests.support.faults import POINTS, Crash, CrashingTree
from tests.support.ledgers import ORIGIN, SteppingClock
from tests.support.sealing import LOG, NOON
from tests.support.witnesses import WitnessDouble, World, down

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.sealing.store import TreeStore

HURRY = Pace(interval=0.0, poll=0.001, grace=0.01, answer=1.0)
NO_PATIENCE = Patience(first=0.001, longest=0.002)


@dataclass
class Entries:
    """As much of a log as sealing needs: bytes, one after the other."""

    held: list[bytes] = field(default_factory=list)

    async def entries(self, first: int, limit: int) -> list[bytes]:
        return self.held[first : first + limit]


class Append(msgspec.Struct, frozen=True):
    """So many entries are recorded."""

    count: int


class Run(msgspec.Struct, frozen=True):
    """So many processes seal for a while, until all is sealed or one dies at a point."""

    sealers: int
    dies: str = ""
    abandoned: bool = False
    """Whether both witnesses go away in the midst of it, and more entries come."""


class Away(msgspec.Struct, frozen=True):
    """A witness goes away, or comes back."""

    witness: str
    away: bool


class Backup(msgspec.Struct, frozen=True):
    """The database is copied."""


class Restore(msgspec.Struct, frozen=True):
    """The database is replaced by its last copy."""


class StepClock(msgspec.Struct, frozen=True):
    """The clock goes to another time."""

    hours: int


Happening = Append | Run | Away | Backup | Restore | StepClock
DISTURBANCE: st.SearchStrategy[Happening] = st.one_of(
    st.builds(Away, st.sampled_from(["usa", "slv"]), st.booleans()),
    st.builds(Backup),
    st.builds(Restore),
    st.builds(StepClock, st.integers(-48, 48)),
)
ROUND = st.tuples(
    st.lists(DISTURBANCE, max_size=2),
    st.builds(Append, st.sampled_from([0, 1, 2, 255, 256, 300])),
    st.builds(Run, st.integers(1, 3), st.sampled_from(["", "", "", *POINTS]), st.booleans()),
)
HAPPENINGS: st.SearchStrategy[list[Happening]] = st.lists(ROUND, min_size=3, max_size=6).map(
    lambda rounds: [step for before, append, run in rounds for step in (*before, append, run)]
)


class Simulation:
    """One log and its witnesses; every timeline that the database was ever on."""

    def __init__(self) -> None:
        """Start with an empty log, and a backup of it."""
        self.world = World("http://witnesses.example", ORIGIN)
        self.clock = SteppingClock(NOON)
        self.log = Entries()
        self.tree = MemoryTree(self.log)  # type: ignore[arg-type]  # it reads entries and nothing else
        self.backup = copy.deepcopy(self.tree), 0
        self.timelines = [self.log.held]
        self.published: list[Checkpoint] = []
        self.refusals = 0
        self._made = 0

    async def happens(self, what: Happening) -> None:
        match what:
            case Append(count):
                self.log.held += [b"entry %d" % (self._made + n) for n in range(count)]
                self._made += count
            case Run():
                await self.run(what)
            case Away(witness, away):
                sound = WitnessDouble.decide
                self.world.witnesses[witness].behaviour = down if away else sound
            case Backup():
                self.backup = self._copied(self.tree), len(self.log.held)
            case Restore():
                kept, size = self.backup
                self.log = Entries(self.log.held[:size])
                self.timelines.append(self.log.held)
                self.tree = self._copied(kept)
            case StepClock(hours):
                self.clock.step(timedelta(hours=hours))

    def _copied(self, tree: MemoryTree) -> MemoryTree:
        """The same tree over the log as it is now."""
        twin = copy.copy(tree)
        vars(twin).update(_log=self.log, _tiles=dict(vars(tree)["_tiles"]))
        return twin

    async def run(self, how: Run) -> None:
        """Let processes seal until all entries are, or they refuse, or one of them dies."""
        transport = httpx.MockTransport(self._answer)
        async with httpx.AsyncClient(transport=transport) as client:
            trees: list[TreeStore] = [CrashingTree(self.tree, how.dies)]
            trees += [self.tree] * (how.sealers - 1)
            running = [self._sealer(tree, client) for tree in trees]
            tasks = [asyncio.create_task(task.run()) for task in running]
            await self._settled(running, tasks)
            if how.abandoned:
                await self.happens(Away("usa", away=True))
                await self.happens(Away("slv", away=True))
                await self.happens(Append(3))
                await self._settled(running, tasks)
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                self.refusals += isinstance(ended, SealingStopped)
                assert isinstance(ended, asyncio.CancelledError | SealingStopped | Crash), ended
        await self._look()

    async def _settled(
        self, running: Sequence[Sealer], tasks: Sequence[asyncio.Task[None]]
    ) -> None:
        for _ in range(60):
            sizes = await self.tree.sizes()
            heard = all(task.health().state == "running" for task in running)
            done = heard and sizes.final == sizes.sealed == len(self.log.held)
            if done or all(task.done() for task in tasks):
                return
            await asyncio.sleep(0.001)

    def _sealer(self, tree: TreeStore, client: httpx.AsyncClient) -> Sealer:
        return Sealer(
            tree,
            LOG,
            self.world.policy,
            client,
            self.clock,
            appended=asyncio.Event(),
            told=lambda _: None,
            pace=HURRY,
            patience=NO_PATIENCE,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        witness = self.world.witnesses[request.url.path.split("/")[1]]
        answer = witness.add_checkpoint(request.content)
        if answer.status is None:
            raise httpx.ConnectError("away", request=request)
        headers = {"content-type": answer.kind}
        return httpx.Response(answer.status, headers=headers, content=answer.body)

    async def _look(self) -> None:
        """What somebody sees who looks at the log from outside."""
        if note := await self.tree.published_note():
            self.published.append(parse_checkpoint(parse_note(note).text))

    def seen(self) -> set[tuple[int, bytes]]:
        """Sizes and roots of all that a witness remembers or that was published, ever."""
        cosigned = [head for double in self.world.witnesses.values() for head in double.cosigned]
        return {(head.size, head.root) for head in (*cosigned, *self.published)}

    def roots(self, timeline: Sequence[bytes]) -> set[tuple[int, bytes]]:
        """Every size and root that a history had."""
        frontier = Frontier()
        roots = {(0, frontier.root())}
        for entry in timeline:
            frontier.append(leaf_hash(entry))
            roots.add((frontier.size, frontier.root()))
        return roots


async def simulate(happenings: Sequence[Happening]) -> Simulation:
    simulation = Simulation()
    for what in happenings:
        await simulation.happens(what)
    return simulation


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(HAPPENINGS)
def test_whatever_happens_all_that_others_saw_is_of_one_history(
    happenings: list[Happening],
) -> None:
    simulation = asyncio.run(simulate(happenings))
    seen = simulation.seen()
    assert any(seen <= simulation.roots(timeline) for timeline in simulation.timelines)
    event(f"refused to sign: {simulation.refusals > 0}")
    event(f"more than one final checkpoint: {len(seen) > 2}")


def test_the_simulation_sees_a_restored_backup_refused_and_a_sound_log_become_final() -> None:
    happenings: list[Happening] = [Append(3), Run(1), Backup(), Append(4), Run(2), Restore()]
    simulation = asyncio.run(simulate([*happenings, Run(1)]))
    assert simulation.refusals == 1
    assert {size for size, _ in simulation.seen()} >= {3, 7}


def test_a_sealer_that_does_not_ask_first_is_found_out_by_this_simulation() -> None:
    """The alarm of this test itself: two histories are told from one."""
    simulation = Simulation()
    asyncio.run(simulation.happens(Append(3)))
    one = simulation.roots(simulation.log.held)
    asyncio.run(simulation.happens(Restore()))
    asyncio.run(simulation.happens(Append(3)))
    other = simulation.roots(simulation.log.held)
    seen = {max(one), max(other)}
    assert not any(seen <= simulation.roots(line) for line in simulation.timelines)


def test_what_was_signed_while_both_witnesses_were_away_is_seen_by_nobody() -> None:
    away_and_back = [Away("usa", away=False), Away("slv", away=False)]
    happenings: list[Happening] = [Append(3), Run(1), Backup(), Run(1, abandoned=True), Restore()]
    happenings += [*away_and_back, Append(2), Run(1)]
    simulation = asyncio.run(simulate(happenings))
    assert any(simulation.seen() <= simulation.roots(line) for line in simulation.timelines)
