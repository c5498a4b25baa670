"""Which programs a local stack has, and where they answer: at known ports, or at free ones."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import MappingProxyType
from typing import Final, Literal

from cli.output import CouldNot, UsedWrongly

HOST: Final = "127.0.0.1"
PORTS: Final[Mapping[str, int]] = MappingProxyType(
    {"intake": 8001, "placement": 8002, "billing": 8003, "audit-usa": 8004, "audit-slv": 8005}
)
SERVICES: Final = ("intake", "placement", "billing")
"""The programs that keep a log."""
NODES: Final[Mapping[str, str]] = MappingProxyType({"audit-usa": "USA", "audit-slv": "SLV"})
"""The audit nodes, and whose each is."""
ORIGIN_PREFIX: Final = "accord.example"
Choice = Literal["known", "free", "known-or-free"] | Mapping[str, int]
"""The known ports, any free ones, or these."""
LAST_PORT: Final = 65_535


def code_of(program: str) -> str:
    """The service whose code a program runs: both audit nodes run the same."""
    return program.partition("-")[0]


def origin_of(service: str) -> str:
    """The origin of a service's log."""
    return f"{ORIGIN_PREFIX}/{service}/0"


def witness_of(node: str) -> str:
    """The name with which a node cosigns."""
    return f"audit.{NODES[node].lower()}.{ORIGIN_PREFIX}"


def choose_ports(choice: Choice) -> dict[str, int]:
    """A port for each program; raises if certain ones are wanted and one is taken."""
    if choice == "free":
        return _free_ports()
    wanted = PORTS if isinstance(choice, str) else choice
    taken = [f"{port} ({name})" for name, port in wanted.items() if not _is_free(port)]
    if not taken:
        return dict(wanted)
    if choice == "known-or-free":
        return _free_ports()
    raise CouldNot(
        f"port {', '.join(taken)} is taken: stop what listens there, choose others with "
        "--port-base or --port, or use free ports with --free-ports"
    )


def ports_from(base: int, named: Sequence[str] = ()) -> dict[str, int]:
    """Ports in a row from `base` on, in the order of `PORTS`, save those named as `intake=9101`.

    Raises `UsedWrongly` for a program that there is not, a port that is none, and one named twice.
    """
    ports = {name: base + index for index, name in enumerate(PORTS)}
    for pair in named:
        name, _, number = pair.partition("=")
        if name not in PORTS or not (number.isascii() and number.isdigit()):
            known = ", ".join(PORTS)
            raise UsedWrongly(f"--port {pair}: say it as NAME=NUMBER, with one of {known}")
        ports[name] = int(number)
    wrong = [f"{name}={port}" for name, port in ports.items() if not 1 <= port <= LAST_PORT]
    if wrong:
        raise UsedWrongly(f"{', '.join(wrong)}: a port is a number from 1 to {LAST_PORT}")
    if len({*ports.values()}) < len(ports):
        raise UsedWrongly("two programs have the same port: " + ", ".join(map(str, ports.values())))
    return ports


def _free_ports() -> dict[str, int]:
    with ExitStack() as held:  # all at once, so that no port is given twice
        probes = {name: held.enter_context(socket.socket()) for name in PORTS}
        for probe in probes.values():
            probe.bind((HOST, 0))
        return {name: int(probe.getsockname()[1]) for name, probe in probes.items()}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
