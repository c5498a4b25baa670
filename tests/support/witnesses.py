"""Both governments' witnesses as doubles on real HTTP: C2SP's own decisions, or a script."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shared.sealing.keyfiles import KeySeeds, write_seeds
from shared.transparency.merkle import EMPTY_ROOT
from shared.transparency.note import signature_lines
from shared.transparency.policy import LogEntry, bilateral
from shared.transparency.witness import (
    TLOG_SIZE,
    Accepted,
    AddCheckpoint,
    Refused,
    Seen,
    encode_size,
    judge,
    parse_add_checkpoint,
)
from tests.support.sealed_logs import log_signers as followed_signers
from tests.support.signers import SLV, USA, log_signers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.transparency.checkpoint import Checkpoint
    from shared.transparency.cosignature import WitnessSigners
    from shared.transparency.keys import VerifierKey
    from shared.transparency.policy import Policy

PLAIN = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """What a witness answers; no status at all is a connection that breaks."""

    status: int | None
    kind: str = PLAIN
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Behaviour = Callable[["WitnessDouble", AddCheckpoint], Answer]


class WitnessDouble:
    """One witness: decides as C2SP says, unless a behaviour is set or stands next in its script."""

    def __init__(
        self, signers: WitnessSigners, log_keys: Mapping[str, Sequence[VerifierKey]]
    ) -> None:
        """Cosign with these keys what logs with those keys have signed."""
        self.signers = signers
        self.log_keys = log_keys
        self.seen: dict[str, Seen] = {}
        self.cosigned: list[Checkpoint] = []
        self.asked: list[AddCheckpoint] = []
        self.script: deque[Behaviour] = deque()
        self.behaviour: Behaviour = WitnessDouble.decide
        self._lock = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one request."""
        request = parse_add_checkpoint(body)
        self.asked.append(request)
        behaviour = self.script.popleft() if self.script else self.behaviour
        return behaviour(self, request)

    def decide(self, request: AddCheckpoint) -> Answer:
        """What a sound witness answers; it remembers what it saw before it does."""
        with self._lock:
            origin = request.origin
            seen = self.seen.get(origin, Seen(0, EMPTY_ROOT))
            judged = judge(request, seen, self.log_keys)
            match judged:
                case Accepted():
                    checkpoint = judged.checkpoint.checkpoint
                    self.seen[origin] = judged.seen
                    self.cosigned.append(checkpoint)
                    lines = signature_lines(self.signers.cosign(checkpoint, int(time.time())))
                    return Answer(200, PLAIN, lines)
                case Refused(size=None):
                    return Answer(judged.status, PLAIN, judged.detail.encode())
                case Refused(size=size):
                    return Answer(judged.status, TLOG_SIZE, encode_size(size or 0))


def down(_witness: WitnessDouble, _request: AddCheckpoint) -> Answer:
    """The connection breaks."""
    return Answer(None)


def answering(status: int, body: bytes = b"", kind: str = PLAIN) -> Behaviour:
    """Always this answer, whatever is asked."""
    return lambda _witness, _request: Answer(status, kind, body)


def late(until: threading.Event) -> Behaviour:
    """A sound answer, as soon as the event is set."""

    def answer(witness: WitnessDouble, request: AddCheckpoint) -> Answer:
        until.wait(60)
        return witness.decide(request)

    return answer


FOLLOWED = tuple(f"accord.example/{service}/0" for service in ("intake", "placement", "billing"))
"""The logs that services follow: a policy names all of them."""


class World:
    """Two witnesses and one log, which no other test knows of."""

    def __init__(self, address: str, origin: str) -> None:
        """The witnesses answer below `address`."""
        self.address = address
        keys = log_signers(origin).verifiers
        self.origin = origin
        self.witnesses = {
            name: WitnessDouble(signers, {origin: keys})
            for name, signers in (("usa", USA), ("slv", SLV))
        }
        self.usa, self.slv = self.witnesses["usa"], self.witnesses["slv"]
        others = [
            key
            for other in FOLLOWED
            for key in followed_signers(other).verifiers
            if other != origin
        ]
        self.policy: Policy = bilateral(
            [LogEntry(key) for key in (*keys, *others)],
            [
                (key, f"{address}/{name}")
                for name, double in self.witnesses.items()
                for key in double.signers.verifiers
            ],
        )

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The log's key file and the policy, as a service is given them."""
        key, policy = folder / "log.key", folder / "policy"
        write_seeds(key, KeySeeds(self.origin, bytes([1]) * 32, bytes([1]) * 32))
        policy.write_text(self.policy.encode())
        return key, policy


class WitnessHost:
    """Serves the witnesses of every test of a run, each below a path of its own."""

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def world(self, origin: str) -> World:
        """Two witnesses that have seen nothing yet."""
        name = uuid.uuid4().hex
        world = World(f"http://127.0.0.1:{self._server.server_port}/{name}", origin)
        self._server.worlds[name] = world
        return world

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """The listening socket and the worlds behind it."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.worlds: dict[str, World] = {}


class _Request(BaseHTTPRequestHandler):
    """POST /<world>/<witness>/add-checkpoint over kept-alive connections."""

    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        _, world, witness, _call = self.path.split("/")
        answer = self.server.worlds[world].witnesses[witness].add_checkpoint(body)
        if answer.status is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("content-type", answer.kind)
        self.send_header("content-length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Say nothing."""
