"""A real Apache Kafka broker: one KRaft node on loopback, its data in a folder that we choose."""

import base64
import re
import socket
import struct
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cli.servers.jars import LOCAL, java, kafka_jars
from cli.servers.process import Child, Program, ServerUnavailableError, free_port, spawn, tail

START_PATIENCE: Final = 90.0
METADATA: Final = 3
METADATA_VERSION: Final = 1
ANSWER: Final = struct.Struct(">iii")
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
HEAP: Final = ("-Xms128m", "-Xmx512m")


@dataclass(frozen=True)
class KafkaServer:
    """A Kafka that others may connect to: one that we run, or one that was named to us."""

    bootstrap: str
    child: Child | None = field(default=None, repr=False)

    def stop(self) -> None:
        """Shut our broker down and wait until it is gone; a broker named to us goes on."""
        if self.child is not None:
            self.child.stop(patience=20)


def start_kafka(
    folder: Path, *, port: int | None = None, further: str = "", users: Mapping[str, str] = NOBODY
) -> KafkaServer:
    """Start the broker whose data live in `folder`, formatting the folder the first time.

    `further` properties win over ours; `users` (name to password) may log in by SCRAM-SHA-512.
    """
    program, jars = java(), kafka_jars()
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    config = folder / "server.properties"
    config.write_text(_properties(folder / "data", port, _other_port(port)) + further)
    command = [program, *HEAP, "-cp", f"{jars}/*"]
    command.append(f"-Dlog4j2.configurationFile={(LOCAL / 'log4j2.properties').as_uri()}")
    # Kafka writes this file last when it formats, so an interrupted format is done again.
    if not (folder / "data" / "meta.properties").exists():
        _format(command, config, folder / "format.log", users)
    argv = [*command, "kafka.Kafka", str(config)]
    child = spawn(Program(name="kafka", argv=argv, log=folder / "kafka.log"))
    server = KafkaServer(bootstrap=f"127.0.0.1:{port}", child=child)
    _await_answer(child, port)
    return server


def _properties(data: Path, port: int, controller: int) -> str:
    """The template under deploy/local with this broker's ports and folder filled in."""
    values = {"port": str(port), "controller_port": str(controller), "data": str(data)}
    template = (LOCAL / "kafka.properties").read_text()
    return re.sub(r"\$\{(\w+)\}", lambda hole: values[hole[1]], template)


def _other_port(port: int) -> int:
    while (other := free_port()) == port:
        pass
    return other


def _format(command: list[str], config: Path, log: Path, users: Mapping[str, str]) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    arguments = ["format", "--standalone", "--ignore-formatted", "--config", str(config)]
    arguments.append(f"--cluster-id={cluster}")  # one argument, since it may begin with a dash
    for name, password in users.items():
        arguments += ["--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]"]
    argv = [*command, "kafka.tools.StorageTool", *arguments]
    child = spawn(Program(name="kafka-format", argv=argv, log=log))
    try:
        ended = child.wait()
    finally:
        child.stop()
    if ended != 0:
        raise ServerUnavailableError(f"Kafka could not format its folder:\n{tail(log)}")


def _await_answer(child: Child, port: int) -> None:
    """Return when the broker knows itself to be in the cluster; stop it and raise if it fails."""
    deadline = time.monotonic() + START_PATIENCE
    serving = False
    try:
        while not (serving := is_serving(port)):
            if child.returncode is not None or time.monotonic() > deadline:
                break
            time.sleep(0.1)
    finally:
        if not serving:
            child.stop()
    if not serving:
        log = child.program.log
        raise ServerUnavailableError(f"Kafka did not start; {log}:\n{tail(log)}")


def is_serving(port: int) -> bool:
    """Whether the broker answers a Metadata request with at least one registered broker.

    An open port alone would not do: it opens before the broker takes requests. The request is
    Kafka's Metadata v1 with no topics: int16 key, int16 version, int32 correlation id, null
    client id, empty topic array. The answer: int32 correlation id, int32 count of brokers, ...
    """
    request = struct.pack(">hhihi", METADATA, METADATA_VERSION, 1, -1, 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(ANSWER.size, socket.MSG_WAITALL)
    except OSError:
        return False
    if len(answer) < ANSWER.size:
        return False
    _size, correlation, brokers = ANSWER.unpack(answer)
    return bool(correlation == 1 and brokers > 0)
