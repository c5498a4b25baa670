"""A process of its own that rebuilds custody and the invoice from Kafka alone, and compares.

Reads what the services claim as JSON from standard input, and every log from its topic; prints a
`Verdict` as JSON. Exit status: 0 equal, 1 different, 3 could not check.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec

from cli.demo.rebuilt import Line, Rebuilt
from cli.local.addresses import SERVICES, origin_of
from shared.kernel.money import Money, total
from shared.ledger.entry import decode
from shared.messaging.broker import topic_name
from shared.messaging.errors import LogBroken
from shared.messaging.kafka import KafkaBroker
from shared.messaging.origin import OriginLog
from shared.messaging.topic_reader import read_pages
from shared.sealing.keyfiles import read_policy
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from shared.messaging.broker import Broker

WAIT_SECONDS = 60.0
AGAIN_SECONDS = 0.1


class ClaimedLine(msgspec.Struct, frozen=True):
    """A line of the invoice as billing shows it."""

    custody: str
    component: str
    quantity: int
    amount: Money


class Claims(msgspec.Struct, frozen=True):
    """What the services say: how long their logs are, where everybody is, what is owed."""

    bootstrap: str | None
    """Where Kafka answers; without one the logs are read from the services over HTTP."""
    prefix: str
    urls: dict[str, str]
    policy: str
    """The file that names everybody's keys."""
    sizes: dict[str, int]
    custody: dict[str, str]
    period: str
    earned: Money
    lines: tuple[ClaimedLine, ...]


class Verdict(msgspec.Struct, frozen=True):
    """What came of the comparison; `difference` names the first one."""

    equal: bool
    entries: dict[str, int]
    custodies: int = 0
    lines: int = 0
    difference: str | None = None


async def replay(claims: Claims) -> Verdict:
    """Rebuild from the logs and compare."""
    rebuilt = Rebuilt()
    entries: dict[str, int] = {}
    for service in SERVICES:
        entries[service] = 0
        async with asyncio.timeout(WAIT_SECONDS):
            async for page in pages(claims, service):
                for entry in page:
                    recorded = decode(entry)
                    rebuilt.take(recorded.event, recorded.ref)
                entries[service] += len(page)
    first = next(differences(claims, rebuilt), None)
    return Verdict(
        equal=first is None,
        entries=entries,
        custodies=len(rebuilt.custody),
        lines=len(rebuilt.lines.get(claims.period, {})),
        difference=first,
    )


def pages(claims: Claims, service: str) -> AsyncIterator[list[bytes]]:
    """Every entry of a log, in pages: from its topic, or over HTTP where there is no Kafka."""
    if claims.bootstrap is None:
        return _from_origin(claims, service)
    topic = topic_name(claims.prefix, service)
    return _from_topic(KafkaBroker(claims.bootstrap), topic, claims.sizes[service])


async def _from_origin(claims: Claims, service: str) -> AsyncIterator[list[bytes]]:
    """The log as it is sealed, once that is so."""
    origin, size = origin_of(service), claims.sizes[service]
    keys = read_policy(Path(claims.policy)).log_keys(origin)
    async with httpx.AsyncClient(timeout=30) as client:
        log = OriginLog(client, claims.urls[service], origin, keys)
        goal = await _sealed(log, size)
        entries = await log.entries(0, goal.size)
        if others := await log.unsigned(Frontier(), [*map(leaf_hash, entries)], goal):
            raise LogBroken(
                origin, others[0].index, "its origin gives another entry than it signed"
            )
        yield entries[:size]


async def _sealed(log: OriginLog, size: int) -> Checkpoint:
    """The first checkpoint that covers so many entries."""
    while True:
        newest = await log.newest()
        if newest is not None and newest.size >= size:
            return newest
        await asyncio.sleep(AGAIN_SECONDS)


async def _from_topic(broker: Broker, topic: str, size: int) -> AsyncIterator[list[bytes]]:
    """The topic up to `size`, once the relay has published that much."""
    read = 0
    while read < size:
        seen = 0
        async for page in read_pages(broker, topic):
            yield page[max(0, read - seen) :]
            seen += len(page)
        read = max(read, seen)


def differences(claims: Claims, rebuilt: Rebuilt) -> Iterator[str]:
    """Whatever is not as it should be, one after another."""
    yield from rebuilt.broken
    yield from _custody(claims.custody, rebuilt.custody)
    lines = rebuilt.lines.get(claims.period, {})
    claimed = {(one.custody, one.component): Line(one.quantity, one.amount) for one in claims.lines}
    yield from _lines("the invoice over HTTP", claimed, lines)
    drafted = rebuilt.drafted.get(claims.period, {})
    yield from _lines("the invoice's entries", drafted, lines)
    earned = total((line.amount for line in lines.values()), claims.earned.currency)
    if not earned == claims.earned == rebuilt.earned.get(claims.period):
        yield f"earned in {claims.period}: rebuilt {earned}, claimed {claims.earned}"


def _custody(claimed: Mapping[str, str], rebuilt: Mapping[str, str]) -> Iterator[str]:
    for custody in sorted(claimed.keys() | rebuilt.keys()):
        if claimed.get(custody) != rebuilt.get(custody):
            yield (
                f"custody {custody}: rebuilt {rebuilt.get(custody, 'not there')}, "
                f"claimed {claimed.get(custody, 'not there')}"
            )


def _lines(
    where: str, claimed: Mapping[tuple[str, str], Line], rebuilt: Mapping[tuple[str, str], Line]
) -> Iterator[str]:
    for key in sorted(claimed.keys() | rebuilt.keys()):
        if claimed.get(key) != rebuilt.get(key):
            yield f"line {key} of {where}: rebuilt {rebuilt.get(key)}, claimed {claimed.get(key)}"


def main() -> int:
    """Read the claims, replay, print the verdict."""
    claims = msgspec.json.decode(sys.stdin.buffer.read(), type=Claims)
    try:
        verdict = asyncio.run(replay(claims))
    except Exception as error:  # noqa: BLE001 - whatever it was, it could not be checked
        verdict = Verdict(equal=False, entries={}, difference=f"could not check: {error!r}")
        sys.stdout.buffer.write(msgspec.json.encode(verdict))
        return 3
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    return 0 if verdict.equal else 1


if __name__ == "__main__":
    sys.exit(main())
