"""How long an entry takes from recorded to final, with the whole stack on this machine.

Cases are proposed at a steady rate, each with `Prefer: wait=final`: the answer comes when both
governments have cosigned. What is measured is the whole answer, so recording is in it too.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.http import AGREEMENT, WITHIN_THE_TERM, Intake, prepare
from bench.wire import Connection, Load, post
from cli.demo.offices import US_INTAKE
from cli.local.stack import LocalStack
from shared.ledger.machine import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

PER_SECOND = 300
CONNECTIONS = 256


class Steady:
    """A load at a steady rate, whether or not the answers keep up."""

    def __init__(self, port: int, *, again: bool = False) -> None:
        """Ask the service on this port; what it sheds is counted, or else asked again as a client
        would.
        """
        self._port = port
        self._again = again
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        self.result = Load()

    async def run(self, requests: Sequence[bytes], per_second: float) -> Load:
        """Send them, one every 1/`per_second` seconds; a late answer delays none."""
        for _ in range(CONNECTIONS):
            made = asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
            self._free.put_nowait((await made)[1])
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, request in enumerate(requests):
                due = started + number / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(self._one(request, due))
        self.result.seconds = time.perf_counter() - started
        return self.result

    async def _one(self, request: bytes, due: float) -> None:
        connection = await self._free.get()
        ask = connection.ask_until_taken if self._again else connection.ask
        status, body = await ask(request)
        self.result.note(status, body, time.perf_counter() - due)
        self._free.put_nowait(connection)


async def measure(stack: LocalStack, count: int, per_second: int) -> tuple[Load, int]:
    """Warm up, then measure: the load, and how many of its answers said final."""
    port = urlsplit(stack.urls["intake"]).port or 0
    intake = Intake(port, stack.folder.keys, stack.pid("intake"))
    persons = await prepare(intake, per_second + count)
    token = intake.token(US_INTAKE)

    def request(person: str) -> bytes:
        case = {
            "person": person,
            "agreement": AGREEMENT,
            "kind": "third-country",
            "proposed_at": WITHIN_THE_TERM,
        }
        body = msgspec.json.encode(case)
        host = f"127.0.0.1:{port}"
        return post(host, "/v1/cases", token, new_id(), body, more="Prefer: wait=final\r\n")

    requests = [request(person) for person in persons]
    await Steady(port, again=True).run(requests[:per_second], per_second)
    load = await Steady(port, again=True).run(requests[per_second:], per_second)
    said = [msgspec.json.decode(body)["receipt"]["status"] for body in load.bodies]
    return load, said.count("final")


def run(*, smoke: bool) -> int:
    """Measure and print; 1 if any entry was not final in time."""
    per_second = PER_SECOND // 10 if smoke else PER_SECOND
    count = per_second * (2 if smoke else 30)
    with LocalStack(None, ports="free", say=lambda _: None) as stack:
        load, final = uvloop.run(measure(stack, count, per_second))
    print(
        f"recorded to final at {per_second} entries/s: p50 {load.percentile(0.5):.0f} ms, "
        f"p99 {load.percentile(0.99):.0f} ms, {final:,} of {count:,} final within the wait"
    )
    return 0 if final == count else 1
