"""A test run starts each server once, for all of its workers, and never skips for want of one."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from cli.servers.postgres import PostgresServer

ROOT: Final = Path(__file__).parents[2]
# What the outer run has set and the inner one must not see.
NAMING: Final = {"DATABASE_URL", "KAFKA_BOOTSTRAP", "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"}
PATIENCE: Final = 240  # a run starts its servers while other tests have the processors

pytestmark = pytest.mark.timeout(PATIENCE + 20)

WRITES_ADDRESS: Final = """
import os, pathlib, time
def note(server):
    here = pathlib.Path(__file__).with_name(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    here.write_text(f"{server.host}:{server.port} {server.setting('data_directory')}")
    time.sleep(0.5)  # so that the other worker gets the other test
def test_one(postgres_server): note(postgres_server)
def test_two(postgres_server): note(postgres_server)
"""
NEEDS_KAFKA: Final = "def test_kafka(kafka_bootstrap): assert False, 'not reached'\n"
NEEDS_NOTHING: Final = """
import os, pathlib
def test_nothing_was_started():
    desk = pathlib.Path(os.environ["ACCORD_TEST_SERVERS"])
    assert [entry.name for entry in desk.parent.iterdir()] == [desk.name]
"""


def run_pytest(folder: Path, tests: str, *options: str, **env: str) -> tuple[int, str]:
    """Run tests in a pytest of their own, with the fixtures of this repository."""
    (folder / "test_inner.py").write_text(tests)
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider"]
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *options, "-q", str(folder / "test_inner.py")],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in NAMING} | env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return outcome.returncode, outcome.stdout


def test_all_workers_share_one_server_and_it_is_gone_afterwards(tmp_path: Path) -> None:
    status, output = run_pytest(tmp_path, WRITES_ADDRESS, "-n", "2", "--dist=each")
    assert status == 0, output
    addresses = {(tmp_path / worker).read_text() for worker in ("gw0", "gw1")}
    assert len(addresses) == 1
    address, _, data = addresses.pop().partition(" ")
    host, _, port = address.partition(":")
    assert not accepts(host, int(port))
    assert not Path(data).parents[1].exists()


def accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_named_server_is_used_and_goes_on(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    named = postgres_server.url("postgres")
    status, output = run_pytest(tmp_path, WRITES_ADDRESS, DATABASE_URL=named)
    assert status == 0, output
    used = (tmp_path / "alone").read_text().partition(" ")[0]
    assert used == f"{postgres_server.host}:{postgres_server.port}"
    assert accepts(postgres_server.host, postgres_server.port)


def test_a_run_that_needs_no_server_starts_none(tmp_path: Path) -> None:
    status, output = run_pytest(tmp_path, NEEDS_NOTHING)
    assert status == 0, output


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_a_missing_server_fails_the_run_and_says_what_to_install(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    status, output = run_pytest(tmp_path, NEEDS_KAFKA, *options, PATH="/none", JAVA_HOME="")
    assert status == 1
    assert "1 error" in output
    assert "skipped" not in output
    assert "install it (Debian or Ubuntu: `apt-get install openjdk-17-jre-headless" in output
