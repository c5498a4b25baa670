"""How long an entry takes from recorded to final, with the whole stack on this machine.

Persons are registered at a steady rate, each with `Prefer: wait=final`: the answer comes when both
governments have cosigned. What is measured is the whole answer, so recording is in it too.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.wire import Connection, Load, post
from cli.demo.offices import US_INTAKE
from cli.local.stack import LocalStack
from shared.ledger.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

PER_SECOND = 300
CONNECTIONS = 256
BODY = b'{"name":"Synthetic Person %d","birth_date":"1990-01-02","sex":"male"}'


class Steady:
    """A load at a steady rate, whether or not the answers keep up."""

    def __init__(self, port: int, request: Callable[[int], bytes]) -> None:
        """Ask `request(number)` of the service on this port."""
        self._port = port
        self._request = request
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        self.result = Load()

    async def run(self, count: int, per_second: float) -> Load:
        """Send `count` requests, one every 1/`per_second` seconds; a late answer delays none."""
        for _ in range(CONNECTIONS):
            made = asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
            self._free.put_nowait((await made)[1])
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                due = started + number / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(self._one(number, due))
        self.result.seconds = time.perf_counter() - started
        return self.result

    async def _one(self, number: int, due: float) -> None:
        connection = await self._free.get()
        status, body = await connection.ask(self._request(number))
        self.result.took.append(time.perf_counter() - due)
        self.result.statuses[status] = self.result.statuses.get(status, 0) + 1
        self.result.bodies.append(body)
        self._free.put_nowait(connection)


async def measure(stack: LocalStack, count: int) -> tuple[Load, int]:
    """Warm up, then measure: the load, and how many of its answers said final."""
    token = stack.token(*US_INTAKE)
    address = urlsplit(stack.urls["intake"])

    def request(first: int) -> Callable[[int], bytes]:
        def one(number: int) -> bytes:
            return post(
                address.netloc,
                "/v1/persons",
                token,
                new_id(),
                BODY % (first + number),
                more="Prefer: wait=final\r\n",
            )

        return one

    port = address.port or 0
    await Steady(port, request(0)).run(PER_SECOND, PER_SECOND)
    load = await Steady(port, request(PER_SECOND)).run(count, PER_SECOND)
    said = [msgspec.json.decode(one)["receipt"]["status"] for one in load.bodies]
    return load, said.count("final")


def run(*, smoke: bool) -> int:
    """Measure and print; 1 if any entry was not final in time."""
    count = PER_SECOND * (2 if smoke else 30)
    with LocalStack(None, ports="free", say=lambda _: None) as stack:
        load, final = uvloop.run(measure(stack, count))
    print(
        f"recorded to final at {PER_SECOND} entries/s: p50 {load.percentile(0.5):.0f} ms, "
        f"p99 {load.percentile(0.99):.0f} ms, {final:,} of {count:,} final within the wait"
    )
    return 0 if final == count else 1
