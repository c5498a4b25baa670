"""Databases are migrated by their owner, and the migrations lead to the tables in the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
import pytest
from typer.testing import CliRunner

from cli import migrate
from cli.main import app
from cli.output import COULD_NOT, FINDING
from cli.servers.postgres import PostgresServer
from tests.support.processes import ROOT

COMMAND: Final = [sys.executable, "-c", "from cli.main import main; main()"]


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def without_password(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    address = parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}")
    return address.geturl(), parts.password or ""


async def test_a_database_is_migrated_with_the_password_kept_out_of_the_url(
    database_url: str,
) -> None:
    url, password = without_password(database_url)
    done = run("migrate", "intake", ACCORD_MIGRATION_URL=url, PGPASSWORD=password)
    assert (done.returncode, done.stderr) == (0, "")
    connection = await asyncpg.connect(database_url)
    try:
        origin = await connection.fetchval("SELECT origin FROM log_head")
        assert origin == "accord.example/intake/0"
    finally:
        await connection.close()


async def test_a_migration_that_changes_nothing_leaves_what_was_folded(database_url: str) -> None:
    assert run("migrate", "billing", ACCORD_MIGRATION_URL=database_url).returncode == 0
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("INSERT INTO snapshots VALUES ('stay/1', 'older', 7, '')")
        again = run("migrate", "billing", "--json", ACCORD_MIGRATION_URL=database_url)
        assert (again.returncode, again.stdout) == (0, '{"migrated": "billing"}\n')
        assert await connection.fetchval("SELECT count(*) FROM snapshots") == 1
    finally:
        await connection.close()


def test_a_government_migrates_the_database_of_its_audit_node(database_url: str) -> None:
    for _ in range(2):
        done = run("migrate", "audit", "--json", ACCORD_MIGRATION_URL=database_url)
        assert (done.returncode, done.stdout) == (0, '{"migrated": "audit"}\n'), done.stderr


def test_a_wrong_password_is_a_sentence_and_no_stack_trace(database_url: str) -> None:
    url, _ = without_password(database_url)
    done = run("migrate", "intake", ACCORD_MIGRATION_URL=url, PGPASSWORD="wrong")
    assert done.returncode == COULD_NOT
    assert "intake's database could not be migrated: password authentication" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrations_and_tables_agree(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    done = CliRunner().invoke(app, ["check-migrations"])
    assert done.exit_code == 0, done.output
    assert done.stdout == "intake: good\nplacement: good\nbilling: good\naudit: good\n"


def test_a_column_that_no_migration_makes_is_a_finding(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(migrate.migrations_of("intake"), tmp_path / "intake")
    (first,) = (tmp_path / "intake" / "versions").glob("0001_*.py")
    column = '        sa.Column("receiving", sa.Text, nullable=False),\n'
    first.write_text(first.read_text().replace(column, "", 1))
    real = migrate.migrations_of
    monkeypatch.setattr(
        migrate, "migrations_of", lambda name: tmp_path / name if name == "intake" else real(name)
    )
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    done = CliRunner().invoke(app, ["check-migrations"])
    assert done.exit_code == FINDING
    assert "receiving" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[1:] == ["placement: good", "billing: good", "audit: good"]
