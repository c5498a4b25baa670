"""Witnesses that are away, slow, confused or of another opinion: recovery, or an alarm."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.sealing.errors import SealingStopped
from shared.sealing.heads import Sizes
from shared.transparency.note import signature_lines
from shared.transparency.witness import TLOG_SIZE
from tests.integration.sealing.alarms import asked, in_trouble, stopped
from tests.support.signers import STRANGER, known_checkpoint
from tests.support.waiting import until
from tests.support.witnesses import PLAIN, Answer, WitnessDouble, answering, down, late
from tests.support.workbench import QUICK, Workbench, sealing

if TYPE_CHECKING:
    from shared.transparency.witness import AddCheckpoint
    from tests.support.witnesses import Behaviour

AT = 1_743_508_801


async def test_with_both_witnesses_away_nothing_is_signed_and_nobody_is_shown_anything(
    workbench: Workbench,
) -> None:
    await workbench.append(3)
    workbench.world.usa.behaviour = workbench.world.slv.behaviour = down
    sealer = workbench.sealer()
    async with sealing(sealer):
        await until(asked(workbench.world.usa, 5))
        assert sealer.health().state == "waiting"
        assert await workbench.sizes() == Sizes(0, 0, 0)


async def test_what_no_witness_remembers_is_not_published(workbench: Workbench) -> None:
    await workbench.append(3)
    async with sealing(workbench.sealer()):
        await workbench.until(final=3)
        workbench.world.usa.behaviour = workbench.world.slv.behaviour = down
        await workbench.append(3)
        await workbench.until(sealed=6)
        await until(asked(workbench.world.usa, len(workbench.world.usa.asked) + 3))
        assert (await workbench.sizes()).published == 3
        workbench.world.usa.behaviour = WitnessDouble.decide
        await workbench.until(published=6)
        assert (await workbench.sizes()).final == 3


def cosigning_another(double: WitnessDouble, _request: AddCheckpoint) -> Answer:
    """Valid signatures, of another checkpoint."""
    return Answer(200, PLAIN, signature_lines(double.signers.cosign(known_checkpoint(7), AT)))


RECOVERABLE: dict[str, Behaviour] = {
    "the connection breaks": down,
    "nonsense": answering(200, b"\xff\x00 nonsense"),
    "nothing": answering(200),
    "a page that is not the protocol's": answering(200, b"<html></html>", "text/html"),
    "somebody else's cosignature": answering(
        200, signature_lines(STRANGER.cosign(known_checkpoint(5), AT))
    ),
    "a cosignature of something else": cosigning_another,
    "one cosignature of two": lambda double, request: Answer(
        200, PLAIN, double.decide(request).body.partition(b"\n")[0] + b"\n"
    ),
    "far too much": answering(200, b"x" * 100_000),
    "a conflict without a size": answering(409, b"", TLOG_SIZE),
    "a size that is no number": answering(409, b"-1\n", TLOG_SIZE),
    "a size of another type": answering(409, b"1\n", PLAIN),
    "sizes that change": lambda double, _request: Answer(
        409, TLOG_SIZE, b"%d\n" % (len(double.asked) % 5)
    ),
    "the size that it was sent": lambda _double, request: Answer(
        409, TLOG_SIZE, b"%d\n" % min(request.old, 4)
    ),
    "400": answering(400),
    "403": answering(403),
    "404": answering(404),
    "500": answering(500),
    "503 with a word for when": lambda _double, _request: Answer(
        503, PLAIN, b"", (("retry-after", "1"),)
    ),
    "a redirection": answering(302),
}


@pytest.mark.parametrize("name", RECOVERABLE)
async def test_a_witness_that_answers_nonsense_is_asked_again_and_delays_only_finality(
    workbench: Workbench, name: str
) -> None:
    await workbench.append(5)
    sealer = workbench.sealer()
    async with sealing(sealer):
        await workbench.until(final=5)
        workbench.world.usa.behaviour = RECOVERABLE[name]
        await workbench.append(3)
        await workbench.until(sealed=8, published=8)
        await until(in_trouble(sealer))
        assert (await workbench.sizes()).final == 5
        assert await sealer.check() is None
        workbench.world.usa.behaviour = WitnessDouble.decide
        await workbench.until(final=8)
    await workbench.assert_one_history()


ALARMING: dict[str, tuple[Behaviour, str]] = {
    "a larger size": (answering(409, b"99\n", TLOG_SIZE), "has cosigned size 99"),
    "another root": (answering(409, b"5\n", TLOG_SIZE), "another root of size 5"),
    "a proof that it does not accept": (answering(422), "refuses the proof"),
}


@pytest.mark.parametrize("name", ALARMING)
async def test_a_witness_with_another_history_stops_the_sealer_before_it_signs(
    workbench: Workbench, name: str
) -> None:
    await workbench.append(5)
    sealer = workbench.sealer()
    async with sealing(sealer):
        await workbench.until(final=5)
    workbench.world.slv.behaviour, why = ALARMING[name]
    await workbench.append(3)
    assert why in await stopped(sealer)
    assert await workbench.sizes() == Sizes(5, 5, 5)
    workbench.world.slv.behaviour = WitnessDouble.decide
    async with sealing(sealer):
        await workbench.until(final=8)
        assert await sealer.check() is None


@pytest.mark.parametrize("name", ["a larger size", "a proof that it does not accept"])
async def test_a_witness_that_turns_later_stops_the_sealer_too(
    workbench: Workbench, name: str
) -> None:
    await workbench.append(5)
    sealer = workbench.sealer()
    running = asyncio.create_task(sealer.run())
    await workbench.until(final=5)
    workbench.world.slv.behaviour, why = ALARMING[name]
    await workbench.append(3)
    with pytest.raises(SealingStopped, match=why):
        await running
    assert "stopped" in str(await sealer.check())


async def test_a_refusal_to_sign_stands_until_all_witnesses_are_content(
    workbench: Workbench,
) -> None:
    workbench.world.usa.behaviour = ALARMING["another root"][0]
    await workbench.append(5)
    sealer = workbench.sealer()
    workbench.world.usa.behaviour = answering(409, b"0\n", TLOG_SIZE)
    why = await stopped(sealer)
    workbench.world.usa.behaviour = down
    async with sealing(sealer):
        await until(asked(workbench.world.usa, len(workbench.world.usa.asked) + 3))
        assert await sealer.check() == f"stopped: {why}"
        workbench.world.usa.behaviour = WitnessDouble.decide
        await workbench.until(final=5)
        assert await sealer.check() is None


async def test_a_slow_witness_holds_up_finality_and_nothing_else(workbench: Workbench) -> None:
    await workbench.append(5)
    held = threading.Event()
    async with sealing(workbench.sealer()):
        await workbench.until(final=5)
        workbench.world.usa.script.append(late(held))
        for size in (7, 9, 11):
            await workbench.append(2)
            await workbench.until(sealed=size, published=size)
        assert (await workbench.sizes()).final == 5
        held.set()
        await workbench.until(final=11)
    await workbench.assert_one_history()


async def test_a_witness_that_never_answers_is_given_up_and_asked_again(
    workbench: Workbench,
) -> None:
    await workbench.append(5)
    held = threading.Event()
    workbench.world.usa.script.append(late(held))
    impatient = msgspec.structs.replace(QUICK, answer=0.1)
    sealer = workbench.sealer(pace=impatient)
    async with sealing(sealer):
        await until(in_trouble(sealer))
        assert "did not answer within 0.1 seconds" in sealer.troubles[0]
        held.set()
        await workbench.until(final=5)
    await workbench.assert_one_history()


async def test_a_witness_that_lost_its_memory_is_led_from_where_it_is(
    workbench: Workbench,
) -> None:
    await workbench.append(300)
    async with sealing(workbench.sealer()):
        await workbench.until(final=300)
        seen = dict(workbench.world.usa.seen)
        await workbench.append(300)
        await workbench.until(final=600)
        workbench.world.usa.seen = seen
        await workbench.append(3)
        await workbench.until(final=603)
        workbench.world.slv.seen = {}
        await workbench.append(3)
        await workbench.until(final=606)
    await workbench.assert_one_history()
