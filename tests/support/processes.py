"""Processes as tests look at them: parents with children, and whether anything still runs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
# A parent killed with SIGKILL takes its children along on Linux alone: see
# cli/servers/dies_with_parent.py.
ENDINGS: Final = [signal.SIGINT, signal.SIGTERM] + (
    [signal.SIGKILL] if sys.platform == "linux" else []
)


def eventually(condition: Callable[[], bool], patience: float = 60.0) -> bool:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_running(pid: int) -> bool:
    """Whether a process still does anything; a zombie that nobody has collected does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        if sys.platform == "linux":
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        os.kill(pid, 0)
        return True
    return False


# Where tests run in the background of a shell, SIGINT is ignored, and children inherit that.
_HEEDS_SIGINT: Final = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"


def run_parent(script: str, *arguments: str) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a process that has children of its own, and learn their ids."""
    parent = subprocess.Popen(
        [sys.executable, "-c", _HEEDS_SIGINT + script, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    children: list[int] = json.loads(parent.stdout.readline())
    parent.stdout.close()
    return parent, children
