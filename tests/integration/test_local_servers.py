"""The stack without Docker does what it says: durable servers, and no process left behind."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aiokafka
import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from cli.servers.jars import java, kafka_jars
from cli.servers.kafka import start_kafka
from cli.servers.postgres import PostgresServer, start_postgres
from cli.servers.process import ServerUnavailableError
from tests.support.processes import ENDINGS, eventually, is_running, run_parent

HOLDING_POSTGRES: Final = """
import json, pathlib, sys, time
from cli.servers.postgres import start_postgres
server = start_postgres(pathlib.Path(sys.argv[1]))
try:
    print(json.dumps([server.child.pid]), flush=True)
    time.sleep(600)
finally:
    server.stop()
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = start_postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


async def test_postgresql_answers_and_is_durable(postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(postgres.url("postgres"))
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await connection.fetchval("SELECT current_setting($1)", setting) == "on"
        assert connection.get_server_version().major == 18
        assert await connection.fetchval("SHOW max_connections") == "300"
    finally:
        await connection.close()


async def test_a_login_is_a_member_of_its_group_and_owns_nothing(postgres: PostgresServer) -> None:
    postgres.create_database("owned")
    postgres.create_login("someone", "p'ss word", member_of="accord_service")
    postgres.create_login("someone", "new:p@ss", member_of="accord_service")
    connection = await asyncpg.connect(postgres.url("owned", "someone", "new:p@ss"))
    try:
        member = "SELECT pg_has_role(current_user, 'accord_service', 'member')"
        assert await connection.fetchval(member)
        assert not await connection.fetchval(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", "accord_service"
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine ()")
    finally:
        await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.url("owned", "someone", "p'ss word"))


async def test_a_dropped_database_is_gone_though_someone_was_in_it(
    postgres: PostgresServer,
) -> None:
    postgres.create_database("short lived")
    connection = await asyncpg.connect(postgres.url("short lived"))
    postgres.drop_database("short lived")
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(postgres.url("short lived"))
    connection.terminate()


def test_postgresql_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    first = start_postgres(tmp_path)
    first.create_database("kept")
    first.stop()
    again = start_postgres(tmp_path)
    try:
        again.create_database("kept")  # would be made anew, and emptied, if it were not there
        assert PostgresServer.at(again.url("kept")).setting("fsync") == "on"
    finally:
        again.stop()


async def test_a_server_for_a_test_run_spares_the_disk_and_still_commits_before_it_answers(
    tmp_path: Path,
) -> None:
    server = start_postgres(tmp_path, durable=False)
    try:
        assert (server.setting("fsync"), server.setting("full_page_writes")) == ("off", "off")
        assert server.setting("synchronous_commit") == "on"
    finally:
        server.stop()


@pytest.mark.parametrize("ending", ENDINGS)
def test_postgresql_ends_with_the_process_that_started_it(
    tmp_path: Path, ending: signal.Signals
) -> None:
    parent, children = run_parent(HOLDING_POSTGRES, str(tmp_path))
    assert all(map(is_running, children))
    parent.send_signal(ending)
    parent.wait(timeout=30)
    assert eventually(lambda: not any(map(is_running, children)))


def test_a_server_that_was_named_is_left_running(postgres: PostgresServer) -> None:
    PostgresServer.at(postgres.url("postgres")).stop()
    assert postgres.setting("fsync") == "on"


async def test_kafka_answers_and_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    first = start_kafka(tmp_path)
    try:
        admin = AIOKafkaAdminClient(bootstrap_servers=first.bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic("kept", num_partitions=1, replication_factor=1)])
        await admin.close()
        async with aiokafka.AIOKafkaProducer(bootstrap_servers=first.bootstrap) as producer:
            await producer.send_and_wait("kept", b"entry 0")
    finally:
        first.stop()
    again = start_kafka(tmp_path)
    try:
        consumer = aiokafka.AIOKafkaConsumer(
            "kept", bootstrap_servers=again.bootstrap, auto_offset_reset="earliest"
        )
        async with consumer:
            record = await consumer.getone()
        assert (record.offset, record.value) == (0, b"entry 0")
    finally:
        again.stop()
    assert again.child is not None
    assert not is_running(again.child.pid)


def program(folder: Path, name: str, script: str) -> None:
    """Put a stand-in for a program on the PATH."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but what the test puts there, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("ACCORD_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


@pytest.mark.usefixtures("bare_path")
def test_without_java_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailableError, match="apt-get install openjdk-17-jre-headless"):
        start_kafka(tmp_path / "kafka")


def test_an_old_java_is_refused_by_its_version(bare_path: Path) -> None:
    program(bare_path, "java", "echo 'openjdk version \"11.0.2\"' >&2")
    with pytest.raises(ServerUnavailableError, match=r"Java 17 or newer, .* is 11"):
        java()
    program(bare_path, "java", "echo 'java version \"1.8.0_402\"' >&2")
    with pytest.raises(ServerUnavailableError, match=r"Java 17 or newer, .* is 8"):
        java()


@pytest.mark.usefixtures("bare_path")
def test_without_maven_the_message_says_what_to_install() -> None:
    with pytest.raises(ServerUnavailableError, match=r"no `mvn`: install it .* maven"):
        kafka_jars()


def test_an_interrupted_download_is_never_taken_for_a_full_one(
    bare_path: Path, tmp_path: Path
) -> None:
    find_folder = 'for last; do :; done; folder="${last#-DoutputDirectory=}"'
    program(bare_path, "mvn", f'{find_folder}; : > "$folder/half.jar"; echo broken; exit 1')
    with pytest.raises(ServerUnavailableError, match="broken"):
        kafka_jars()
    assert list((tmp_path / "cache").iterdir()) == []
    program(bare_path, "mvn", f'{find_folder}; : > "$folder/whole.jar"')
    assert [jar.name for jar in kafka_jars().iterdir()] == ["whole.jar"]
    program(bare_path, "mvn", "exit 1")
    assert [jar.name for jar in kafka_jars().iterdir()] == ["whole.jar"]
