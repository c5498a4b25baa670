"""`accord up` as a person has it: real processes, ready on five ports, and nothing left after."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cli.agreement.sign import signature
from cli.keys.tokens import agreement_key, mint
from cli.local.addresses import PORTS
from cli.output import COULD_NOT
from cli.servers.postgres import PostgresServer
from shared.contracts.agreement import read_agreement
from shared.web.yaml_document import parse_yaml
from tests.support.processes import ROOT, eventually, is_running

COMMAND: Final = [sys.executable, "-c", "from cli.main import main; main()"]
PROGRAMS: Final = {*PORTS}
NAMED: Final = ("DATABASE_URL", "KAFKA_BOOTSTRAP", "JAVA_HOME")
# Seven processes start while other tests have the processors.
PATIENCE: Final = 240.0

pytestmark = pytest.mark.timeout(PATIENCE * 2)


def descendants(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="],  # noqa: S607 - the system's own
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found: set[int] = set()
    while more := {child for child, parent in pairs if parent in {pid, *found}} - found:
        found |= more
    return found


@contextmanager
def up(folder: Path, **environ: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The stack in the foreground of another process, and what it says when it is ready."""
    inherited = {name: value for name, value in os.environ.items() if name not in NAMED}
    process = subprocess.Popen(
        [*COMMAND, "up", "--json", "--free-ports", "--folder", str(folder)],
        cwd=ROOT,
        env={**inherited, **environ},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def post(said: Mapping[str, Any], token: str, path: str, **body: Any) -> Any:  # noqa: ANN401 - any JSON
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": os.urandom(8).hex()}
    if "content" in body:
        headers["Content-Type"] = "application/yaml"
    answer = httpx.post(f"{said['urls']['intake']}{path}", headers=headers, timeout=60, **body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


def token_by_command(folder: Path) -> str:
    named = ["--party", "SLV", "--office", "facility-registry", "--subject", "cecot-registry-1"]
    done = subprocess.run(
        [*COMMAND, "token", *named, "--folder", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def entries(said: Mapping[str, Any], service: str) -> int:
    size = httpx.get(f"{said['urls'][service]}/v1/log", timeout=30).json()["size"]
    return int(size)


def sign_an_agreement(folder: Path, said: Mapping[str, Any]) -> None:
    document = (ROOT / "agreements" / "usa-slv-2025.yaml").read_bytes()
    authorities = [
        mint(folder / "keys", party=party, office="central-authority", subject=f"{party}-1")
        for party in ("USA", "SLV")
    ]
    post(said, authorities[0], "/v1/agreements", content=document)
    terms = read_agreement(parse_yaml(document))
    for party, authority in zip(("USA", "SLV"), authorities, strict=True):
        made = signature(terms, agreement_key(folder / "keys", party))
        signed = {"version": 1, "signature": made}
        post(said, authority, "/v1/agreements/usa-slv-2025/signatures", json=signed)


def test_up_serves_services_and_audit_nodes_and_leaves_no_process(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "stack"
    with up(folder) as (process, said):
        assert set(said["urls"]) == PROGRAMS
        assert Path(said["policy"]).read_text().count("\nlog ") == 5
        for url in said["urls"].values():
            assert httpx.get(f"{url}/status", timeout=30).status_code == httpx.codes.OK
        assert said["broker"].startswith("127.0.0.1:")
        started = descendants(process.pid)
        assert {*said["pids"].values()} < started
        assert len(started) >= len(PROGRAMS) + 2, "PostgreSQL and Kafka are there, too"
        header = {"Authorization": f"Bearer {token_by_command(folder)}"}
        cases = httpx.get(f"{said['urls']['intake']}/v1/cases", headers=header, timeout=30)
        assert cases.status_code == httpx.codes.OK
        sign_an_agreement(folder, said)
        assert eventually(lambda: entries(said, "billing") == 1, PATIENCE)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert eventually(lambda: not any(map(is_running, started)))


def test_without_java_one_process_says_so_and_facts_cross_between_services(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    folder, environ = tmp_path / "stack", without_java(tmp_path, postgres_server)
    with up(folder, **environ) as (process, said):
        assert said["broker"] == "memory"
        assert "there is no `java`: install it" in said["why_no_kafka"]
        (together,) = {*said["pids"].values()}
        sign_an_agreement(folder, said)
        assert eventually(lambda: entries(said, "billing") == 1, PATIENCE)
        recorded = entries(said, "intake")
        assert "is running in" in second_stack(folder, environ)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert eventually(lambda: not is_running(together))
    with up(folder, **environ) as (_, said):
        assert (entries(said, "intake"), entries(said, "billing")) == (recorded, 1)


def second_stack(folder: Path, environ: Mapping[str, str]) -> str:
    """What is said to somebody who starts another stack in the same folder."""
    second = subprocess.run(
        [*COMMAND, "up", "--folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == COULD_NOT
    assert "Traceback" not in second.stderr
    return second.stderr


def without_java(folder: Path, server: PostgresServer) -> dict[str, str]:
    """A machine without Java or any other program; a PostgreSQL is named, to be quick."""
    return {"PATH": str(folder / "none"), "DATABASE_URL": server.url("postgres")}
