"""The shell scripts of deploy/ do what docker-compose.yml counts on."""

import base64
import os
import subprocess
from pathlib import Path
from typing import Final

import asyncpg
import pytest
import yaml

from cli.stack.postgres import PostgresServer, start_postgres, wheel_binary

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"


def run(script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEPLOY / script), *arguments],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_secrets_made_are_the_ones_that_compose_names(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert run("new-secrets.sh", str(folder)).returncode == 0
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    made = {file.name: file.read_text() for file in folder.iterdir()}
    assert set(made) == set(compose["secrets"])
    assert len(set(made.values())) == len(made)
    assert len(base64.b64decode(made["intake_vault_key"], validate=True)) == 32
    assert all(len(value) >= 32 and "\n" not in value for value in made.values())
    assert folder.stat().st_mode & 0o777 == 0o700


def test_secrets_that_are_there_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("as it was")
    refused = run("new-secrets.sh", str(tmp_path))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_the_image_hands_the_password_on_without_a_url(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("a b$c")
    show = ["sh", "-c", 'printf %s "$PGPASSWORD"']
    assert run("entrypoint.sh", *show, PGPASSWORD_FILE=str(secret)).stdout == "a b$c"
    assert run("entrypoint.sh", *show, PGPASSWORD_FILE=str(tmp_path / "no")).returncode != 0
    assert run("entrypoint.sh", "sh", "-c", "exit 7").returncode == 7


async def test_a_new_database_gets_the_login_of_its_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_postgres(tmp_path / "postgres")
    try:
        done = run_init_script(server, tmp_path, "it's:odd@", monkeypatch)
        assert done.returncode == 0, done.stderr
        connection = await asyncpg.connect(server.url("postgres", "accord_intake", "it's:odd@"))
        member = "SELECT pg_has_role('accord_service', 'member')"
        owner = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert await connection.fetchval(member) is True
        assert await connection.fetchval(owner) is False
        await connection.close()
    finally:
        server.stop()


def run_init_script(
    server: PostgresServer, folder: Path, password: str, monkeypatch: pytest.MonkeyPatch
) -> subprocess.CompletedProcess[str]:
    """Run the script as the postgres image would, against a server of ours."""
    secret = folder / "secret"
    secret.write_text(password)
    monkeypatch.setenv("PATH", str(Path(wheel_binary("psql")).parent), prepend=os.pathsep)
    return run(
        "postgres/10-service-role.sh",
        PGHOST=server.host,
        PGPORT=str(server.port),
        PGPASSWORD=server.password,
        POSTGRES_USER=server.superuser,
        POSTGRES_DB="postgres",
        ACCORD_SERVICE_ROLE="accord_intake",
        ACCORD_SERVICE_PASSWORD_FILE=str(secret),
    )
