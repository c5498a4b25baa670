"""Every benchmark runs, small: its figures are printed as it goes and its checks hold."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support.processes import ROOT

PATIENCE = 280
RATE = r"[\d,]+"
SPREAD = rf"{RATE} \({RATE} to {RATE}\)"
RATIO = r"\d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\)"
PRINTED = {
    "append": (
        rf"all at one facility: {SPREAD} commands/s, {RATIO} x pgbench, {RATIO} x eventsourcing",
        rf"contended / own: {RATIO}$",
    ),
    "audit": (
        rf"3\. msgspec alone: +{RATE} entries/s .* replayed: +{RATE} entries/s +ratio \d\.\d\d",
    ),
    "http": (
        rf"{RATE} durable cases/s, .* 500 recorded$",
        r"a person costs what [\d.]+ cases cost: [\d.]+ times as many a second",
    ),
    "replay": (r"3\. consumed only: .* ratio \d+\.\d\d",),
    "verify": (
        rf"3\. verified: +{RATE} entries/s .* hashlib alone: +{RATE} entries/s   ratio \d+\.\d\d",
        r"as a command: \d+\.\d s, at most \d+ MiB",
    ),
    "seal": (
        r"sealing costs -?\d+\.\d% of append throughput .* all final [\d,]+ ms after",
        r"a proof from a log of 20,000 entries: \d+\.\d\d ms .* 15 hashes at the most",
    ),
    "final": (r"recorded to final at 30 entries/s: p50 \d+ ms, p99 \d+ ms, 60 of 60 final",),
    "history": (r"close a month, cold +[\d.]+ ms +[\d.]+ ms +\d+\.\d\d$",),
    "batches": (r"500 cases in batches of 100: .* 500 of 500 recorded, .* answered as before",),
    "boarding": (
        r"a boarding reads 2 times .* append 4 round trips; the first after a start \d+$",
        rf"90 passengers, [\d.]+ ms each: the last 30 take {RATIO} times",
    ),
    "memory": (r"billing: \d+ MiB at start, \d+ MiB after 4,000 entries in intake's log$",),
}

pytestmark = pytest.mark.timeout(PATIENCE + 20)


@pytest.mark.parametrize("bench", PRINTED)
def test_a_benchmark_runs_small_and_prints_its_ratios(bench: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", bench, "--smoke"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for line in PRINTED[bench]:
        assert re.search(line, done.stdout, re.MULTILINE), done.stdout
