"""Child processes that end with this one, and the error for a server that cannot be had."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DIES_WITH_PARENT: Final = Path(__file__).with_name("dies_with_parent.py")
LOG_TAIL: Final = 4_000

# The kernel's parent-death signal comes when the *thread* that forked ends. So every child is
# started by this one thread, which lives as long as the process does.
_spawner: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class ServerUnavailableError(RuntimeError):
    """A server of the local stack cannot be started; the text says what to install or to read."""


@dataclass(frozen=True)
class Program:
    """What to run: its arguments and environment, and how it may end."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    death_signal: signal.Signals = signal.SIGKILL
    user: str | None = None
    pass_closed_folders: bool = False


class Child:
    """A running program in a process group of its own, its output going to a log file."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program = program
        self._process = process
        self._ending = threading.Lock()

    @property
    def pid(self) -> int:
        """The program's own process id: the wrapper has become the program."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, or None as long as it runs."""
        self._sweep_if_ended(block=False)
        return self._process.returncode

    def wait(self) -> int:
        """Block until the program has ended by itself, and sweep its process group."""
        self._sweep_if_ended(block=True)
        return self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Signal the program alone; nothing happens if it has ended."""
        self._process.send_signal(number)

    def stop(self, how: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> int:
        """Ask it to end, wait up to `patience` seconds, then kill what is left of its group."""
        self.send(how)
        deadline = time.monotonic() + patience
        while self.returncode is None and time.monotonic() < deadline:
            time.sleep(0.02)
        self._finish()
        return self._process.wait()

    def _sweep_if_ended(self, *, block: bool) -> None:
        if self._process.returncode is not None:
            return
        if not hasattr(os, "waitid"):  # macOS before Python 3.13: no look without reaping
            _ = self._process.wait() if block else self._process.poll()
            return
        with suppress(ChildProcessError):
            # WNOWAIT leaves the zombie, so its group number cannot belong to anybody else yet.
            how = os.WEXITED | os.WNOWAIT | (0 if block else os.WNOHANG)
            if os.waitid(os.P_PID, self.pid, how) is not None:
                self._finish()

    def _finish(self) -> None:
        with self._ending:
            if self._process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
                self._process.wait()


def spawn(program: Program) -> Child:
    """Start a program that cannot outlive this process (on macOS: save for SIGKILL)."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    return _spawner.submit(_spawn, program).result()


def _spawn(program: Program) -> Child:
    wrapper = [sys.executable, "-I", "-S", str(DIES_WITH_PARENT), str(os.getpid())]
    how = [str(int(program.death_signal)), program.user or "-"]
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            [*wrapper, *how, str(int(program.pass_closed_folders)), *program.argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=None if program.env is None else dict(program.env),
            start_new_session=True,  # a Ctrl-C in the terminal is for us; we stop the children
        )
    return Child(program, process)


def tail(log: Path) -> str:
    """The end of a log file, for the text of an error."""
    with suppress(FileNotFoundError):
        return log.read_bytes()[-LOG_TAIL:].decode(errors="replace")
    return ""


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
