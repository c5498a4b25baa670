"""Verifies an export from its files, as `accord audit verify` does, on one core.

Printed beside it, over the same bytes in the same run: hashlib alone, once for each entry.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cli.audit.export import exported
from cli.audit.folder import FolderSource
from cli.audit.source_audit import SourceAudit
from cli.audit.trust import Trust
from cli.output import Output
from tests.support.entries import entries
from tests.support.sealed_logs import ORIGINS, WITNESSES, MemorySource, policy, sealed

if TYPE_CHECKING:
    from collections.abc import Callable

WANTED = 200_000
"""Entries a second (issue 4)."""
COMMAND = """
from cli.main import main
try:
    main()
finally:
    import sys
    with open("/proc/self/status") as status:
        sys.stderr.writelines(line for line in status if line.startswith("VmHWM"))
"""


def make(folder: Path, count: int) -> list[bytes]:
    """Export a log of so many entries; gives them."""
    origin = ORIGINS[0]
    written = [
        entry.replace(b'"correlation":"story-', b'"correlation":"story-%d-' % index)
        for index, entry in enumerate(entries(1_000, origin=origin) * -(-count // 1_000))
    ][:count]
    source = MemorySource({origin: sealed(origin, written, WITNESSES)}, policy([origin]))
    exported(source, Trust.of(source), folder, Output(as_json=True))
    return written


def hash_alone(written: list[bytes]) -> None:
    for entry in written:
        sha256(b"\0" + entry).digest()


def verify(folder: Path, count: int) -> None:
    source = FolderSource(folder)
    audit = SourceAudit(source, Trust.of(source)).run()
    if audit.status != 0 or [log.size for log in audit.logs] != [count]:
        raise SystemExit(f"not proved: {audit}")


def as_a_command(folder: Path) -> str:
    """What it takes from the shell, with the start of the interpreter."""
    command = [sys.executable, "-c", COMMAND, "audit", "verify", str(folder), "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    elapsed = time.perf_counter() - started
    kibibytes = int(done.stderr.split()[-2])  # "VmHWM:     46080 kB"
    return f"as a command: {elapsed:.1f} s, at most {kibibytes / 1024:.0f} MiB"


def rate(work: Callable[[], None], count: int) -> float:
    """Entries a second of processor time, of all threads: one core's worth."""
    started = time.process_time()
    work()
    return count / (time.process_time() - started)


def run(*, smoke: bool) -> int:
    """Measure three times and print; 1 when it is too slow."""
    count = 2_000 if smoke else 200_000
    best = 0.0
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as name:
        folder = Path(name) / "export"
        written = make(folder, count)
        size = sum(map(len, written)) / count
        for attempt in range(1, 4):
            alone = rate(lambda: hash_alone(written), count)
            whole = rate(lambda: verify(folder, count), count)
            best = max(best, whole)
            print(
                f"{attempt}. verified: {whole:>9,.0f} entries/s of {size:.0f} bytes   "
                f"hashlib alone: {alone:>9,.0f} entries/s   ratio {whole / alone:.2f}"
            )
        print(as_a_command(folder))
    return 0 if smoke or best >= WANTED else 1
