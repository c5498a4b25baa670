"""The shell scripts of deploy/ do what docker-compose.yml counts on."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import asyncpg
import pytest
import yaml

from cli.servers.postgres import PostgresServer, start_postgres
from cli.servers.postgres_programs import wheel_binary
from services.intake.vault_keys import read_keys
from shared.sealing.keyfiles import read_log_signers, read_policy, read_witness_signers

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
ACCORD: Final = str(Path(sys.executable).with_name("accord"))


def run(script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEPLOY / script), *arguments],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the script makes; no test changes it."""
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    done = run("new-secrets.sh", str(folder), ACCORD=ACCORD)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_secrets_made_are_the_ones_that_compose_names(secrets: Path) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    made = {file.name: file.read_text() for file in secrets.iterdir()}
    secret = {name: text for name, text in made.items() if name in compose["secrets"]}
    assert set(secret) == set(compose["secrets"])
    assert {name.removesuffix("_key.pub") for name in made.keys() - secret.keys()} == {
        *("intake_log", "placement_log", "billing_log"),
        *("audit_usa_witness", "audit_slv_witness", "policy"),
    }
    assert len(set(secret.values())) == len(secret)
    assert read_keys(secrets / "intake_vault_key").retired == ()
    assert all(len(value) >= 32 for value in secret.values())
    assert secrets.stat().st_mode & 0o777 == 0o700


def test_the_policy_made_is_that_of_the_keys_made_beside_it(secrets: Path) -> None:
    policy = read_policy(secrets / "policy")
    for service, port in (("intake", 8001), ("placement", 8002), ("billing", 8003)):
        origin = f"accord.example/{service}/0"
        signers = read_log_signers(secrets / f"{service}_log_key", origin)
        assert policy.log_keys(origin) == signers.verifiers
        assert policy.log_url(origin) == f"http://{service}:{port}"
    for party, port in (("usa", 8004), ("slv", 8005)):
        witness = read_witness_signers(secrets / f"audit_{party}_witness_key")
        assert policy.witness_keys(witness.name) == witness.verifiers
        assert policy.witness_url(witness.name) == f"http://audit-{party}:{port}"


def test_without_the_command_no_half_a_folder_is_made(tmp_path: Path) -> None:
    refused = run("new-secrets.sh", str(tmp_path / "secrets"), ACCORD=str(tmp_path / "none"))
    assert refused.returncode == 3
    assert "make up" in refused.stderr
    assert not (tmp_path / "secrets").exists()


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
