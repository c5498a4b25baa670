"""What a service does under twice the load that it can carry: how much it takes, how soon that is
final, and whether holds still get in.

Persons are registered over HTTP as fast as 64 connections can; then at twice that rate, whether or
not the answers keep up. Meanwhile holds, and registrations that wait for finality, come ten times a
second.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.final import Steady
from bench.http import CONNECTIONS, Intake, prepare
from bench.wire import CREATED, Connection, Load, load, post
from cli.demo.offices import US_COURT, US_INTAKE
from cli.local.stack import LocalStack
from shared.ledger.machine import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBES_PER_SECOND = 10
SECONDS = 10
FINAL_SECONDS = 2.0
SAMPLE_SECONDS = 0.2
METRICS = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
UNFINAL_AGE = re.compile(rb"^accord_unfinal_age_seconds\S* (\S+)$", re.MULTILINE)
WAITING = "Prefer: wait=final\r\n"
ORDER = {
    "scope": {"kind": "country", "country": "VEN"},
    "form": "oral",
    "received_at": "2025-03-15T22:45:00Z",
    "reference": "25-cv-766",
}


class Flood:
    """Requests against one intake."""

    def __init__(self, stack: LocalStack) -> None:
        """Ask the intake of this stack."""
        self.port = urlsplit(stack.urls["intake"]).port or 0
        self.intake = Intake(self.port, stack.folder.keys, stack.pid("intake"))
        self._numbers = itertools.count(1)
        self.ages: list[float] = []
        """How old the oldest entry was that was not final, in seconds, again and again."""

    def persons(self, more: str = "") -> Iterator[bytes]:
        """One person after another, each an entry."""
        token, host = self.intake.token(US_INTAKE), f"127.0.0.1:{self.port}"
        for number in self._numbers:
            body = b'{"name":"Synthetic %d","birth_date":"1990-01-02","sex":"male"}' % number
            yield post(host, "/v1/persons", token, new_id(), body, more=more)

    def holds(self) -> Iterator[bytes]:
        """An oral order again and again."""
        token, host = self.intake.token(US_COURT), f"127.0.0.1:{self.port}"
        while True:
            yield post(host, "/v1/holds", token, new_id(), msgspec.json.encode(ORDER), more=WAITING)

    async def unfinal_ages(self) -> None:
        """Ask for the age of the oldest unfinal entry for ever."""
        made = asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self.port)
        _, connection = await made
        while True:
            _, metrics = await connection.ask(METRICS % self.port)
            self.ages += map(float, UNFINAL_AGE.findall(metrics))
            await asyncio.sleep(SAMPLE_SECONDS)

    async def at(self, requests: Iterator[bytes], rate: float, seconds: float) -> Load:
        """Send at this rate, for so long."""
        wanted = [*itertools.islice(requests, int(rate * seconds))]
        return await Steady(self.port).run(wanted, rate)


async def measure(stack: LocalStack, seconds: int) -> int:
    """Measure and print; how many rules were broken."""
    flood = Flood(stack)
    await prepare(flood.intake, 0)
    requests = itertools.islice(flood.persons(), 500 * seconds)
    carried = await load(flood.port, requests, CONNECTIONS, again=True)
    rate = 2 * carried.rate
    await asyncio.sleep(FINAL_SECONDS)
    ages = asyncio.create_task(flood.unfinal_ages())
    flooded, probes, holds = await asyncio.gather(
        flood.at(flood.persons(), rate, seconds),
        flood.at(flood.persons(WAITING), PROBES_PER_SECOND, seconds),
        flood.at(flood.holds(), PROBES_PER_SECOND, seconds),
    )
    ages.cancel()
    print(f"carried {carried.rate:,.0f}/s; asked for {rate:,.0f}/s: {_counts(flooded)}")
    print(f"the oldest entry that was not final: at the most {max(flood.ages) * 1_000:.0f} ms")
    print(f"registrations that wait for finality: {_counts(probes)}, {_finals(probes)}")
    print(f"holds that wait for finality: {_counts(holds)}, {_finals(holds)}")
    late = sum(seconds_taken > FINAL_SECONDS for seconds_taken in holds.took)
    return late + sum(count for status, count in holds.statuses.items() if status != CREATED)


def _counts(done: Load) -> str:
    return ", ".join(f"{count:,} × {status}" for status, count in sorted(done.statuses.items()))


def _finals(done: Load) -> str:
    answers = [msgspec.json.decode(body) for body in done.bodies]
    final = sum(answer.get("receipt", {}).get("status") == "final" for answer in answers)
    return f"{final:,} final, p50 {done.percentile(0.5):.0f} ms, p99 {done.percentile(0.99):.0f} ms"


def run(*, smoke: bool) -> int:
    """Measure and print; 1 if a hold was refused, or was not final in time."""
    with LocalStack(None, ports="free", say=lambda _: None) as stack:
        broken = uvloop.run(measure(stack, 2 if smoke else SECONDS))
    return 1 if broken else 0
