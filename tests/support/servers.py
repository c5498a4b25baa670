"""One PostgreSQL and one Kafka for a whole test run, started when a test first needs them.

The process that runs pytest (with xdist: the controller) hosts them and tells their addresses
over a socket; every worker asks there, so all of them share the same two servers. A server named
in DATABASE_URL or KAFKA_BOOTSTRAP is used instead, and nothing is started in its place.
"""

import json
import os
import shutil
import socket
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from cli.servers.kafka import KafkaServer, start_kafka
from cli.servers.postgres import PostgresServer, start_postgres
from cli.servers.process import ServerUnavailableError

Kind = Literal["postgres", "kafka"]
HOST_SOCKET: Final = "ACCORD_TEST_SERVERS"
# Making and removing a test's database is hundreds of files: in memory that is a tenth of the work.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
MEMORY_TO_SPARE: Final = 4 * 2**30
NAMED_IN: Final[Mapping[Kind, str]] = {"postgres": "DATABASE_URL", "kafka": "KAFKA_BOOTSTRAP"}


class ServerHost:
    """Starts each server when it is first asked for, and stops what it started."""

    def __init__(self) -> None:
        self._folder = _new_folder()
        self._data = self._folder
        self._locks: dict[Kind, threading.Lock] = {kind: threading.Lock() for kind in NAMED_IN}
        self._answers: dict[Kind, dict[str, str]] = {}
        self._running: list[PostgresServer | KafkaServer] = []
        self.socket = str(self._folder / "ask")
        self._desk = _Desk(self.socket, self.answer)
        self._thread = threading.Thread(target=self._desk.serve_forever, daemon=True)
        self._thread.start()

    def answer(self, kind: Kind) -> dict[str, str]:
        """The address of a server, or why there is none; the same answer every time."""
        with self._locks[kind]:
            if kind not in self._answers:
                try:
                    self._answers[kind] = {"address": self._address(kind)}
                except (ServerUnavailableError, OSError) as error:
                    self._answers[kind] = {"unavailable": str(error)}
            return self._answers[kind]

    def stop(self) -> None:
        """Stop answering, stop the servers and remove their data."""
        self._desk.shutdown()
        self._desk.server_close()
        self._thread.join()
        for server in self._running:
            server.stop()
        for folder in {self._folder, self._data}:
            shutil.rmtree(folder)

    def _address(self, kind: Kind) -> str:
        if named := os.environ.get(NAMED_IN[kind]):
            return named
        if kind == "postgres":
            if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_TO_SPARE:
                self._data = _new_folder(MEMORY)
            # No test ends the machine, and nobody reads these data afterwards.
            postgres = start_postgres(self._data / "postgres", durable=False)
            self._running.append(postgres)
            return postgres.url("postgres")
        kafka = start_kafka(self._folder / "kafka")
        self._running.append(kafka)
        return kafka.bootstrap


def _new_folder(place: Path | None = None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="accord-tests-", dir=place))
    folder.chmod(0o711)  # PostgreSQL runs as another account where we are root
    return folder


class _Desk(socketserver.ThreadingUnixStreamServer):
    """Where workers ask: one line with the kind of server in, one line of JSON out."""

    def __init__(self, path: str, answer: Callable[[Kind], dict[str, str]]) -> None:
        self.answer = answer
        super().__init__(path, _Question)


class _Question(socketserver.StreamRequestHandler):
    """One worker asking for one server."""

    server: _Desk

    def handle(self) -> None:
        asked = self.rfile.readline().decode().strip()
        for kind in NAMED_IN:
            if kind == asked:
                self.wfile.write(json.dumps(self.server.answer(kind)).encode())


def address(kind: Kind) -> str:
    """Ask the host of this test run for a server; raises with its reason if there is none."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[HOST_SOCKET])
        connection.sendall(f"{kind}\n".encode())
        with connection.makefile("rb") as reader:
            answer: dict[str, str] = json.loads(reader.read())
    if "unavailable" in answer:
        raise ServerUnavailableError(answer["unavailable"])
    return answer["address"]


def start_before_tests(kinds: Iterable[Kind]) -> None:
    """Start servers at once and side by side, before the clock of any test runs.

    A failure is not reported here: each test that needs the server fails with its reason.
    """

    def ask(kind: Kind) -> None:
        with suppress(ServerUnavailableError):
            address(kind)

    with ThreadPoolExecutor() as pool:
        list(pool.map(ask, kinds))
