"""How long 100,000 cases take in batches of 10,000 lines, and how much memory intake has then.

The service is the real one: its own process, its database with fsync on, its relay publishing to
Kafka. Each person is registered by a line of a batch too, before the time is taken; then one more
batch is sent again, and each of its lines is answered as before.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import uvloop

from bench.http import (
    AGREEMENT,
    READY_SECONDS,
    WITHIN_THE_TERM,
    Intake,
    prepare,
    resident_mib,
    running_intake,
)
from bench.wire import CREATED
from cli.demo.offices import US_INTAKE
from shared.web.batches.ndjson import MOST_LINES, NDJSON_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CASES = 100_000
LIMIT_SECONDS = 60
"""What 100,000 cases may take."""
Line = dict[str, Any]


class Batches:
    """Sends batches in the name of the sending state's intake agency, one after another."""

    def __init__(self, intake: Intake) -> None:
        """Send them to `intake`."""
        self._token = intake.token(US_INTAKE)
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{intake.port}", timeout=READY_SECONDS * 10
        )

    async def send(self, path: str, lines: list[Line]) -> list[Line]:
        """The answers of one batch, a line each."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": NDJSON_TYPE}
        content = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        response = await self._client.post(path, content=content, headers=headers)
        response.raise_for_status()
        return [msgspec.json.decode(line) for line in response.content.splitlines()]

    async def close(self) -> None:
        """Leave."""
        await self._client.aclose()


def _in_parts(count: int, lines: int, line: Callable[[int], Line]) -> Iterator[list[Line]]:
    for start in range(0, count, lines):
        yield [line(number) for number in range(start, min(start + lines, count))]


def _person(number: int) -> Line:
    body = {"name": f"Synthetic Person {number}", "birth_date": "1990-01-02", "sex": "male"}
    return {"idempotency_key": f"person-{number}", "body": body}


def _case_of(people: list[str]) -> Callable[[int], Line]:
    def case(number: int) -> Line:
        body = {
            "person": people[number],
            "agreement": AGREEMENT,
            "kind": "third-country",
            "proposed_at": WITHIN_THE_TERM,
        }
        return {"idempotency_key": f"case-{number}", "body": body}

    return case


async def measure(intake: Intake, cases: int, lines: int) -> tuple[float, int, bool]:
    """Seconds for so many cases, how many were recorded, and whether a repeat says the same."""
    await prepare(intake, 1)
    batches = Batches(intake)
    people: list[str] = []
    for part in _in_parts(cases, lines, _person):
        answers = await batches.send("/v1/persons:batch", part)
        people += [line["answer"]["person"] for line in answers]
    recorded, last, answers = 0, [], []
    started = time.perf_counter()
    for last in _in_parts(cases, lines, _case_of(people)):
        answers = await batches.send("/v1/cases:batch", last)
        recorded += sum(line["status"] == CREATED for line in answers)
    seconds = time.perf_counter() - started
    again = await batches.send("/v1/cases:batch", last)
    await batches.close()
    return seconds, recorded, _said(again) == _said(answers)


def _said(answers: list[Line]) -> list[str]:
    return [line["answer"]["case"] for line in answers]


def run(*, smoke: bool) -> int:
    """Measure and print; 1 if a case was not recorded, a repeat differs or it took too long."""
    cases, lines = (500, 100) if smoke else (CASES, MOST_LINES)
    with ExitStack() as until:
        intake = running_intake(until)
        seconds, recorded, is_same = uvloop.run(measure(intake, cases, lines))
        memory = resident_mib(intake.pid)
    print(
        f"{cases:,} cases in batches of {lines:,}: {seconds:.1f} s,"
        f" {cases / seconds:,.0f} a second; {recorded:,} of {cases:,} recorded, a repeated batch"
        f" {'is answered as before' if is_same else 'differs'}; intake has {memory:.0f} MiB"
    )
    is_in_time = smoke or seconds <= LIMIT_SECONDS
    return 0 if recorded == cases and is_same and is_in_time else 1
