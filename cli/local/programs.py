"""What the supervisor runs: a process for each service, or one process for all of them."""

import os
import sys
from collections.abc import Mapping
from typing import Final

from cli.local.addresses import HOST
from cli.local.databases import Databases
from cli.local.folder import StackFolder
from cli.local.one_process import DATABASE_URL, GRACE_SECONDS
from cli.stack.supervisor import Service

ONE_PROCESS: Final = "services"
MEMORY: Final = "memory"
# What only the owner of the servers may know, or what would speak for another stack.
NOT_FOR_SERVICES: Final = ("DATABASE_URL", "KAFKA_BOOTSTRAP", "PGPASSWORD")


def urls(ports: Mapping[str, int]) -> dict[str, str]:
    """Where each service answers."""
    return {service: f"http://{HOST}:{port}" for service, port in ports.items()}


def environment(
    folder: StackFolder, ports: Mapping[str, int], bootstrap: str, topic_prefix: str
) -> dict[str, str]:
    """What all services are told alike; nothing of the caller's own settings passes through."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in NOT_FOR_SERVICES and not name.startswith("ACCORD_")
    }
    addresses = {f"ACCORD_{name.upper()}_URL": url for name, url in urls(ports).items()}
    return {
        **inherited,
        **addresses,
        "ACCORD_KAFKA_BOOTSTRAP": bootstrap,
        "ACCORD_TOPIC_PREFIX": topic_prefix,
        "ACCORD_JWKS": str(folder.jwks.resolve()),
        "ACCORD_VAULT_KEY_FILE": str(folder.vault_key.resolve()),
    }


def separate(
    ports: Mapping[str, int], env: Mapping[str, str], databases: Databases
) -> list[Service]:
    """Each service as a process of its own."""
    return [
        Service(
            name=service,
            argv=[
                *(sys.executable, "-m", "uvicorn", f"services.{service}.app:create_app"),
                *("--factory", "--host", HOST, "--port", str(port), "--no-access-log"),
                *("--loop", "uvloop", "--http", "httptools"),
                *("--timeout-graceful-shutdown", str(GRACE_SECONDS)),
            ],
            env={**env, DATABASE_URL: databases.url(service)},
            health_url=f"http://{HOST}:{port}/readyz",
        )
        for service, port in ports.items()
    ]


def together(
    ports: Mapping[str, int], env: Mapping[str, str], databases: Databases
) -> list[Service]:
    """All services in one process, which is healthy when the last of them is."""
    owned = {f"{DATABASE_URL}_{name.upper()}": databases.url(name) for name in ports}
    pairs = [f"{service}={port}" for service, port in ports.items()]
    return [
        Service(
            name=ONE_PROCESS,
            argv=[sys.executable, "-m", "cli.local.one_process", *pairs],
            env={**env, **owned},
            health_url=f"http://{HOST}:{list(ports.values())[-1]}/readyz",
        )
    ]
