"""What the supervisor runs: a process for each program, or one process for all of them."""

import os
import sys
from collections.abc import Mapping
from typing import Final

from cli.local.addresses import HOST, NODES, ORIGIN_PREFIX, SERVICES, code_of
from cli.local.databases import Databases
from cli.local.folder import StackFolder
from cli.local.one_process import GRACE_SECONDS, suffix_of
from cli.servers.supervisor import Service

DATABASE_URL: Final = "ACCORD_DATABASE_URL"
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
    where = urls(ports)
    addresses = {f"ACCORD_{name.upper()}_URL": where[name] for name in SERVICES}
    return {
        **inherited,
        **addresses,
        "ACCORD_KAFKA_BOOTSTRAP": bootstrap,
        "ACCORD_TOPIC_PREFIX": topic_prefix,
        "ACCORD_ORIGIN_PREFIX": ORIGIN_PREFIX,
        "ACCORD_POLICY": str(folder.log_keys.policy.resolve()),
        "ACCORD_JWKS": str(folder.jwks.resolve()),
        "ACCORD_VAULT_KEY_FILE": str(folder.vault_key.resolve()),
    }


def own_settings(
    program: str, ports: Mapping[str, int], folder: StackFolder, databases: Databases
) -> dict[str, str]:
    """What one program is told alone: its database, its keys; and a node whose it is."""
    own = {DATABASE_URL: databases.url(program)}
    key = str(folder.log_keys.key(program).resolve())
    if program not in NODES:
        return {**own, "ACCORD_LOG_KEY": key}
    (peer,) = NODES.keys() - {program}
    return {
        **own,
        "ACCORD_PARTY": NODES[program],
        "ACCORD_WITNESS_KEY": key,
        "ACCORD_PEER_URL": urls(ports)[peer],
    }


def separate(
    ports: Mapping[str, int], env: Mapping[str, str], owned: Mapping[str, Mapping[str, str]]
) -> list[Service]:
    """Each program as a process of its own."""
    return [
        Service(
            name=program,
            argv=[
                *(sys.executable, "-m", "uvicorn", f"services.{code_of(program)}.app:create_app"),
                *("--factory", "--host", HOST, "--port", str(port), "--no-access-log"),
                *("--loop", "uvloop", "--http", "httptools"),
                *("--timeout-graceful-shutdown", str(GRACE_SECONDS)),
            ],
            env={**env, **owned[program]},
            health_url=f"http://{HOST}:{port}/status",
        )
        for program, port in ports.items()
    ]


def together(
    ports: Mapping[str, int], env: Mapping[str, str], owned: Mapping[str, Mapping[str, str]]
) -> list[Service]:
    """All programs in one process, which is healthy when the last of them is."""
    suffixed = {
        f"{name}_{suffix_of(program)}": value
        for program, settings in owned.items()
        for name, value in settings.items()
    }
    pairs = [f"{program}={port}" for program, port in ports.items()]
    return [
        Service(
            name=ONE_PROCESS,
            argv=[sys.executable, "-m", "cli.local.one_process", *pairs],
            env={**env, **suffixed},
            health_url=f"http://{HOST}:{list(ports.values())[-1]}/status",
        )
    ]
