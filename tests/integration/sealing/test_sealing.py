"""A log is sealed, cosigned by both witnesses, published and final; and goes on where it was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from shared.sealing.proofs import prove_inclusion
from shared.transparency.note import parse_note
from shared.transparency.tlog_proof import TlogProof, verify_tlog_proof
from shared.transparency.witness import AddCheckpoint
from tests.integration.sealing.alarms import asked
from tests.support.ledgers import ORIGIN, SteppingClock
from tests.support.sealing import NOON
from tests.support.waiting import until
from tests.support.witnesses import WitnessDouble, down
from tests.support.workbench import sealing

if TYPE_CHECKING:
    from tests.support.workbench import Workbench


async def test_entries_become_sealed_and_final_and_can_be_proved_offline(
    workbench: Workbench,
) -> None:
    await workbench.append(300)
    async with sealing(workbench.sealer()):
        await workbench.until(final=300)
    assert (await workbench.sizes()).sealed == 300
    note = await workbench.tree.final_note()
    assert note == await workbench.tree.published_note()
    assert note is not None
    size = workbench.world.policy.open(note, ORIGIN).checkpoint.size
    proof = TlogProof(17, await prove_inclusion(workbench.tree, 17, size), note)
    (entry,) = await workbench.store.entries(17, 1)
    verify_tlog_proof(proof, entry, workbench.world.policy)
    await workbench.assert_one_history()


async def test_an_empty_log_is_final_once_both_have_cosigned_that_it_is_empty(
    workbench: Workbench,
) -> None:
    async def is_final() -> bool:
        return await workbench.tree.final_note() is not None

    async with sealing(workbench.sealer()):
        await until(is_final)
    note = await workbench.tree.final_note()
    assert note is not None
    signed = workbench.world.policy.open(note, ORIGIN)
    assert signed.checkpoint.size == 0
    assert workbench.world.policy.judge(signed).satisfied


async def test_a_request_to_a_witness_carries_the_logs_own_signatures_and_fits_any_witness(
    workbench: Workbench,
) -> None:
    for size in (1, 300):
        await workbench.append(size - (await workbench.store.head()).next_index)
        async with sealing(workbench.sealer()):
            await workbench.until(final=size)
    longest_proof = tuple(bytes(32) for _ in range(63))
    for request in workbench.world.usa.asked:
        by = {signature.name for signature in parse_note(request.note).signatures}
        assert by == {ORIGIN}
        assert len(AddCheckpoint(request.old, longest_proof, request.note).encode()) <= 10_240


async def test_a_new_process_goes_on_where_the_last_one_was(workbench: Workbench) -> None:
    for size in (1, 256, 257, 700):
        await workbench.append(size - (await workbench.store.head()).next_index)
        async with sealing(workbench.sealer()):
            await workbench.until(final=size)
    await workbench.assert_one_history()


async def test_nothing_new_is_signed_before_every_witness_has_cosigned_what_was_sealed_last(
    workbench: Workbench,
) -> None:
    await workbench.append(5)
    sealer = workbench.sealer()
    workbench.world.slv.behaviour = down
    async with sealing(sealer):
        await until(asked(workbench.world.slv, 5))
        assert (await workbench.sizes()).sealed == 0
        assert sealer.health().state == "waiting"
        assert "audit.slv.accord.example" in sealer.health().detail
        assert await sealer.check() is None
        workbench.world.slv.behaviour = WitnessDouble.decide
        await workbench.until(final=5)
        assert sealer.health().state == "running"


async def test_a_witness_that_goes_away_later_stops_nothing_but_finality(
    workbench: Workbench,
) -> None:
    await workbench.append(3)
    sealer = workbench.sealer()
    async with sealing(sealer):
        await workbench.until(final=3)
        workbench.world.usa.behaviour = down
        await workbench.append(4)
        await workbench.until(sealed=7, published=7)
        assert (await workbench.sizes()).final == 3
        assert await sealer.check() is None
        assert "audit.usa.accord.example" in sealer.troubles[0]
        workbench.world.usa.behaviour = WitnessDouble.decide
        await workbench.until(final=7)
        assert sealer.troubles == ()
    await workbench.assert_one_history()


async def test_a_clock_that_steps_back_never_takes_a_signatures_time_back(
    workbench: Workbench,
) -> None:
    clock = SteppingClock(NOON)
    await workbench.append(1)
    async with sealing(workbench.sealer(clock=clock)):
        await workbench.until(final=1)
        clock.step(timedelta(days=-400))
        await workbench.append(1)
        await workbench.until(final=2)
    assert (await workbench.tree.sealed()).sealed_at == NOON
    clock.step(timedelta(days=500))
    await workbench.append(1)
    async with sealing(workbench.sealer(clock=clock)):
        await workbench.until(final=3)
    assert (await workbench.tree.sealed()).sealed_at == NOON + timedelta(days=100)
    await workbench.assert_one_history()
