"""What the tests of sealing wait for, and a sealer that must refuse."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from shared.sealing.errors import SealingStopped
from tests.support.witnesses import WitnessDouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from shared.sealing.sealer import Sealer

    Condition = Callable[[], Awaitable[bool]]


def asked(double: WitnessDouble, times: int) -> Condition:
    async def so_often() -> bool:
        return len(double.asked) >= times

    return so_often


def in_trouble(sealer: Sealer) -> Condition:
    async def one() -> bool:
        return bool(sealer.troubles)

    return one


def in_state(sealer: Sealer, wanted: str) -> Condition:
    async def so() -> bool:
        return sealer.health().state == wanted

    return so


async def stopped(sealer: Sealer) -> str:
    """Run a sealer that refuses to sign; why it does."""
    with pytest.raises(SealingStopped) as refusal:
        async with asyncio.timeout(60):
            await sealer.run()
    assert sealer.health().state == "stopped"
    assert sealer.refuses
    assert await sealer.check() == f"stopped: {refusal.value}"
    return str(refusal.value)
