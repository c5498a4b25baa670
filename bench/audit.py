"""Replays three logs as an audit node does: merged, every rule checked, beside decoding alone.

`python -m bench audit` makes a year of custody by hand, replays it and prints entries a second by
the processor's own time, the ratio to msgspec decoding the same bytes in the same run, and what
the replay holds in memory per entry of ever longer logs.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from typing import TYPE_CHECKING

import msgspec

from bench.made_entries import origin
from bench.made_logs import MadeLogs
from services.audit.domain.causal_order import merge
from services.audit.domain.entry import Entry, Position, read_entry
from services.audit.domain.replay import Replay
from shared.telemetry.garbage import look_seldom
from tests.support.signing import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 3
Logs = dict[str, list[bytes]]


def plain(logs: Logs) -> float:
    """Seconds to decode every entry with msgspec, without any type."""
    decoder = msgspec.json.Decoder()
    started = time.process_time()
    for entries in logs.values():
        for entry in entries:
            decoder.decode(entry)
    return time.process_time() - started


def read(logs: Logs) -> float:
    """Seconds to read every entry as a fact."""
    started = time.process_time()
    for fact in facts(logs):
        for _ in fact:
            pass
    return time.process_time() - started


def replayed(logs: Logs) -> tuple[float, Replay]:
    """Seconds to read, merge and check every entry; nothing is to be found."""
    replay = Replay(KEYS.fault)
    started = time.process_time()
    findings = [finding for fact in merged(logs) for finding in replay.feed(fact)]
    findings += replay.finish()
    spent = time.process_time() - started
    if findings:
        raise SystemExit(f"{len(findings)} findings in honest logs, the first: {findings[0]}")
    return spent, replay


def facts(logs: Logs) -> Iterator[Iterator[Entry]]:
    for service, entries in logs.items():
        yield _facts(service, entries)


def _facts(service: str, entries: list[bytes]) -> Iterator[Entry]:
    name = origin(service)
    return (read_entry(entry, Position(name, index)) for index, entry in enumerate(entries))


def merged(logs: Logs) -> Iterator[Entry]:
    return merge(_facts(service, entries) for service, entries in logs.items())


def memory(persons: int, nights: int) -> None:
    """What the replay of a log holds once it is done: it follows persons, not nights."""
    logs = MadeLogs(persons, nights).entries
    count = sum(map(len, logs.values()))
    gc.collect()
    tracemalloc.start()
    _, replay = replayed(logs)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report = replay.report()
    print(
        f"{persons:>5} persons, {nights:>3} nights, {count:>9,} entries:"
        f" {held / 1_048_576:.1f} MiB held, {report.nights_accrued:,} nights"
    )


def run(*, smoke: bool) -> int:
    """Measure and print."""
    persons, nights = (12, 40) if smoke else (238, 360)
    logs = MadeLogs(persons, nights).entries
    count = sum(map(len, logs.values()))
    look_seldom()  # as every process of a node does
    print(
        f"{count:,} entries: "
        + ", ".join(f"{name} {len(entries):,}" for name, entries in logs.items())
    )
    for attempt in range(1, ATTEMPTS + 1):
        decoded, facts_read, (checked, _) = plain(logs), read(logs), replayed(logs)
        print(
            f"{attempt}. msgspec alone: {count / decoded:>9,.0f} entries/s   "
            f"facts: {count / facts_read:>9,.0f}   "
            f"replayed: {count / checked:>9,.0f} entries/s   ratio {decoded / checked:.2f}"
        )
    for length in (nights // 4, nights // 2, nights):
        memory(persons // 2, length)
    return 0
