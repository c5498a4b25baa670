"""A process of its own that rebuilds custody and the invoice from Kafka alone, and compares.

Reads what the services claim as JSON from standard input, and every log from its topic; prints a
`Verdict` as JSON. Exit status: 0 equal, 1 different, 3 could not check.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import msgspec

from cli.demo.rebuilt import Line, Rebuilt
from shared.kernel.money import Money, total
from shared.ledger.entry import decode
from shared.messaging.broker import topic_name
from shared.messaging.kafka import KafkaBroker
from shared.messaging.replay import read_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.messaging.broker import Broker

ORDER = ("intake", "placement", "billing")
WAIT_SECONDS = 60.0


class ClaimedLine(msgspec.Struct, frozen=True):
    """A line of the invoice as billing shows it."""

    custody: str
    component: str
    nights: int
    amount: Money


class Claims(msgspec.Struct, frozen=True):
    """What the services say: how long their logs are, where everybody is, what is owed."""

    bootstrap: str
    prefix: str
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


async def replay(claims: Claims, broker: Broker) -> Verdict:
    """Rebuild from the topics and compare."""
    rebuilt = Rebuilt()
    entries = {service: await _read(claims, broker, service, rebuilt) for service in ORDER}
    first = next(differences(claims, rebuilt), None)
    return Verdict(
        equal=first is None,
        entries=entries,
        custodies=len(rebuilt.custody),
        lines=len(rebuilt.lines.get(claims.period, {})),
        difference=first,
    )


async def _read(claims: Claims, broker: Broker, service: str, rebuilt: Rebuilt) -> int:
    """Every entry of a log from its topic, waiting for the relay to have published all of it."""
    topic = topic_name(claims.prefix, service)
    read = 0
    async with asyncio.timeout(WAIT_SECONDS):
        while read < claims.sizes[service]:
            done, read = read, 0
            async for page in read_pages(broker, topic):
                for entry in page:
                    if read >= done:
                        recorded = decode(entry)
                        rebuilt.take(recorded.event, recorded.ref)
                    read += 1
            if read < claims.sizes[service]:
                await asyncio.sleep(0.2)
    return read


def differences(claims: Claims, rebuilt: Rebuilt) -> Iterator[str]:
    """Whatever is not as it should be, one after another."""
    yield from rebuilt.broken
    yield from _custody(claims.custody, rebuilt.custody)
    lines = rebuilt.lines.get(claims.period, {})
    claimed = {(one.custody, one.component): Line(one.nights, one.amount) for one in claims.lines}
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
        verdict = asyncio.run(replay(claims, KafkaBroker(claims.bootstrap)))
    except Exception as error:  # noqa: BLE001 - whatever it was, it could not be checked
        verdict = Verdict(equal=False, entries={}, difference=f"could not check: {error!r}")
        sys.stdout.buffer.write(msgspec.json.encode(verdict))
        return 3
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    return 0 if verdict.equal else 1


if __name__ == "__main__":
    sys.exit(main())
