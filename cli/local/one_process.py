"""All programs in one process around a broker in memory: the stack where there is no Kafka.

    python -m cli.local.one_process intake=8001 placement=8002 audit-usa=8004

The environment is that of every program; what is one program's own has its name at the end:
`ACCORD_DATABASE_URL_INTAKE`, `ACCORD_PARTY_AUDIT_USA`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, get_type_hints

import uvicorn
import uvloop

from cli.local.addresses import HOST, code_of
from shared.messaging.broker import Broker
from shared.messaging.memory import MemoryBroker
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs

GRACE_SECONDS: Final = 5


class _Server(uvicorn.Server):
    """A server that leaves signals to the process that it shares with others."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def suffix_of(program: str) -> str:
    """How the names of a program's own settings end."""
    return program.upper().replace("-", "_")


def compose(program: str, environ: Mapping[str, str], broker: Broker) -> Any:  # noqa: ANN401 - an ASGI app
    """A program's app, by the settings that it asks for, on this broker instead of Kafka."""
    assemble = import_module(f"services.{code_of(program)}.app").assemble
    settings = get_type_hints(assemble)["settings"]
    suffix = f"_{suffix_of(program)}"
    own = {
        name.removesuffix(suffix): value for name, value in environ.items() if name.endswith(suffix)
    }
    return assemble(settings.read({**environ, **own}), broker)


async def serve(ports: Mapping[str, int], environ: Mapping[str, str]) -> None:
    """Serve each program on its port until SIGINT or SIGTERM."""
    broker = MemoryBroker()
    servers = [
        _Server(_config(compose(program, environ, broker), port)) for program, port in ports.items()
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)

    async def serve_one(server: uvicorn.Server) -> None:
        await server.serve()
        stop()  # one that could not start takes the others along, and is started again with them

    await asyncio.gather(*map(serve_one, servers))
    if not all(server.started for server in servers):
        sys.exit("a program could not start: its reason stands above")


def _config(app: Any, port: int) -> uvicorn.Config:  # noqa: ANN401 - an ASGI app
    return uvicorn.Config(
        app,
        host=HOST,
        port=port,
        http="httptools",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def main(arguments: Sequence[str]) -> None:
    """Read `program=port` pairs and serve."""
    pairs = (argument.partition("=") for argument in arguments)
    ports = {program: int(port) for program, _, port in pairs}
    configure_logs("accord")
    look_seldom()
    uvloop.run(serve(ports, os.environ))


if __name__ == "__main__":
    main(sys.argv[1:])
