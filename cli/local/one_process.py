"""All three services in one process around a broker in memory: the stack where there is no Kafka.

    python -m cli.local.one_process intake=8001 placement=8002 billing=8003

The environment is that of every service, with `ACCORD_DATABASE_URL_<SERVICE>` for each database.
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

from cli.local.addresses import HOST
from shared.messaging.broker import Broker
from shared.messaging.memory import MemoryBroker
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs

DATABASE_URL: Final = "ACCORD_DATABASE_URL"
GRACE_SECONDS: Final = 5


class _Server(uvicorn.Server):
    """A server that leaves signals to the process that it shares with others."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def compose(service: str, environ: Mapping[str, str], broker: Broker) -> Any:  # noqa: ANN401 - an ASGI app
    """A service's app, by the settings that it asks for, on this broker instead of Kafka."""
    assemble = import_module(f"services.{service}.app").assemble
    settings = get_type_hints(assemble)["settings"]
    own = {**environ, DATABASE_URL: environ[f"{DATABASE_URL}_{service.upper()}"]}
    return assemble(settings.read(own), broker)


async def serve(ports: Mapping[str, int], environ: Mapping[str, str]) -> None:
    """Serve each service on its port until SIGINT or SIGTERM."""
    broker = MemoryBroker()
    servers = [
        _Server(_config(compose(service, environ, broker), port)) for service, port in ports.items()
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
        sys.exit("a service could not start: its reason stands above")


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
    """Read `service=port` pairs and serve."""
    pairs = (argument.partition("=") for argument in arguments)
    ports = {service: int(port) for service, _, port in pairs}
    configure_logs("accord")
    look_seldom()
    uvloop.run(serve(ports, os.environ))


if __name__ == "__main__":
    main(sys.argv[1:])
