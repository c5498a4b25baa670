"""The servers under a local stack: those that were named to us, or our own."""

import os
import socket
import subprocess
from pathlib import Path
from typing import Final

from cli.output import CouldNot
from cli.servers.jars import FETCH_PATIENCE, cache_folder, java, kafka_jars
from cli.servers.kafka import KafkaServer, start_kafka
from cli.servers.postgres import PostgresServer, start_postgres
from cli.servers.process import ServerUnavailableError

POSTGRES_NAMED_IN: Final = "DATABASE_URL"
KAFKA_NAMED_IN: Final = "KAFKA_BOOTSTRAP"
KNOCK_SECONDS: Final = 5.0


def named_postgres() -> str | None:
    """The address of a PostgreSQL that we are to use, for a role that may create databases."""
    return os.environ.get(POSTGRES_NAMED_IN, "").strip() or None


def named_kafka() -> str | None:
    """The address of a Kafka that we are to use."""
    return os.environ.get(KAFKA_NAMED_IN, "").strip() or None


def why_no_kafka() -> str | None:
    """What is missing on this machine for a Kafka of our own, if none was named; fetches jars."""
    if named_kafka():
        return None
    try:
        java()
        kafka_jars()
    except ServerUnavailableError as error:
        return str(error)
    except subprocess.TimeoutExpired:
        return f"Kafka's jars could not be fetched from Maven Central within {FETCH_PATIENCE:g} s"
    except OSError as error:
        raise CouldNot(
            f"{cache_folder()} cannot be used ({error.strerror}): name another folder for "
            "downloads in ACCORD_CACHE"
        ) from error
    return None


def obtain_postgres(folder: Path) -> PostgresServer:
    """The PostgreSQL that was named, or one of our own with its data in `folder`."""
    if url := named_postgres():
        return PostgresServer.at(url)
    return start_postgres(folder)


def obtain_kafka(folder: Path) -> KafkaServer:
    """The Kafka that was named, or one of our own with its data in `folder`."""
    bootstrap = named_kafka()
    if bootstrap is None:
        return start_kafka(folder)
    host, _, port = bootstrap.partition(",")[0].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), KNOCK_SECONDS).close()
    except (OSError, ValueError) as error:
        raise CouldNot(
            f"no Kafka answers at {bootstrap} ({error}): start it, or unset {KAFKA_NAMED_IN} "
            "to have one started"
        ) from error
    return KafkaServer(bootstrap)
