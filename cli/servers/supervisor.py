"""Runs the services of the local stack as child processes and restarts the ones that die."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final, Self

from cli.servers.process import Child, Program, ServerUnavailableError, spawn, tail
from cli.servers.readiness import answers_well

QUICK_DEATH: Final = 10.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0


@dataclass(frozen=True)
class Service:
    """One program to keep running, and where it says that it can do its job."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    health_url: str | None = None


@dataclass
class Watch:
    """What the supervisor knows about one service at the moment."""

    service: Service
    program: Program
    child: Child | None = None
    restarts: int = 0
    given_up: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)


def warn(text: str) -> None:
    """Say something on standard error at once."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class Supervisor:
    """Keeps named services running until it is stopped; none of them outlives its process.

    On macOS one case is left: a supervisor killed with SIGKILL leaves its services running.
    """

    def __init__(
        self,
        services: Sequence[Service],
        logs: Path,
        *,
        quick_deaths: int = 10,
        say: Callable[[str], None] = warn,
    ) -> None:
        self._watches = {
            service.name: Watch(service, _program(service, logs)) for service in services
        }
        self._quick_deaths = quick_deaths
        self._say = say
        self._stopping = threading.Event()
        self._changing = threading.Lock()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start every service once; from here on each is restarted when it dies."""
        for watch in self._watches.values():
            self._say(f"{watch.service.name}: output in {watch.program.log}")
            self._launch(watch)
            watch.thread = threading.Thread(target=self._keep, args=(watch,), daemon=True)
            watch.thread.start()

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Return when every service says that it is ready; raise with its log if one does not."""
        deadline = time.monotonic() + timeout
        for watch in self._watches.values():
            while not _is_ready(watch.service):
                if watch.given_up or time.monotonic() > deadline:
                    raise _unavailable(watch, f"not ready within {timeout:g} s")
                if self._stopping.wait(0.1):
                    raise _unavailable(watch, "stopped before it was ready")

    def run_until_signal(self) -> None:
        """Block until SIGINT, SIGTERM or SIGHUP; raise if a service had to be given up."""
        stopping = threading.Event()

        def ask(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, ask) for number in numbers}
        try:
            while not stopping.wait(0.5):
                self.check()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def check(self) -> None:
        """Raise if a service died so often that it is no longer restarted."""
        for watch in self._watches.values():
            if watch.given_up:
                raise _unavailable(watch, f"given up after {self._quick_deaths} quick deaths")

    def pid(self, name: str) -> int:
        """The process id that a service has now."""
        child = self._watches[name].child
        if child is None:
            raise _unavailable(self._watches[name], "not started")
        return child.pid

    def restarts(self, name: str) -> int:
        """How often a service has been restarted."""
        return self._watches[name].restarts

    def stop(self, patience: float = 10.0) -> None:
        """End every service: SIGTERM to all at once, then SIGKILL to what is left."""
        with self._changing:
            self._stopping.set()
            children = [watch.child for watch in self._watches.values() if watch.child is not None]
        for child in children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + patience
        for child in children:
            child.stop(patience=max(0.0, deadline - time.monotonic()))

    def _launch(self, watch: Watch) -> bool:
        """Start a service, unless the supervisor is stopping: then nothing new may appear."""
        with self._changing:
            if self._stopping.is_set():
                return False
            watch.child = spawn(watch.program)
            return True

    def _keep(self, watch: Watch) -> None:
        quick = 0
        while (child := watch.child) is not None:
            started = time.monotonic()
            ended = child.wait()
            quick = quick + 1 if time.monotonic() - started < QUICK_DEATH else 0
            if self._stopping.is_set():
                return
            name, log = watch.service.name, watch.program.log
            if quick >= self._quick_deaths:
                watch.given_up = True
                self._say(f"{name}: ended {quick} times in a row, given up.\n{log}:\n{tail(log)}")
                return
            pause = min(FIRST_PAUSE * 2**quick, LONGEST_PAUSE)
            self._say(f"{name}: ended with {ended}, restarting in {pause:g} s; see {log}")
            if self._stopping.wait(pause) or not self._launch(watch):
                return
            watch.restarts += 1


def _program(service: Service, logs: Path) -> Program:
    log = logs / f"{service.name}.log"
    return Program(name=service.name, argv=service.argv, env=service.env, log=log)


def _is_ready(service: Service) -> bool:
    return service.health_url is None or answers_well(service.health_url)


def _unavailable(watch: Watch, why: str) -> ServerUnavailableError:
    log = watch.program.log
    return ServerUnavailableError(f"{watch.service.name}: {why}; {log}:\n{tail(log)}")
