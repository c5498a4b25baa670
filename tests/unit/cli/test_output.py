"""Foreseeable trouble is a sentence and an exit status; JSON stays JSON whatever happens."""

import json
from pathlib import Path

import jwt
import pytest
from typer.testing import CliRunner

from cli.local.folder import StackFolder
from cli.main import app
from cli.output import COULD_NOT, WRONG_USE
from shared.kernel.actor import Actor
from shared.ledger.machine import SystemClock
from shared.web.identity.verifier import Verifier, load_keys

REGISTRY = ("--party", "SLV", "--office", "facility-registry", "--subject", "cecot-registry-1")


@pytest.fixture
def stack(tmp_path: Path) -> StackFolder:
    folder = StackFolder(tmp_path / "stack")
    folder.prepare()
    return folder


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_token_is_one_that_the_services_take(stack: StackFolder) -> None:
    status, said, _ = run("token", *REGISTRY, "--folder", stack.root)
    assert status == 0
    header = f"Bearer {said.strip()}".encode()
    identity, _ = Verifier(load_keys(stack.jwks), SystemClock()).identify(header)
    assert identity.actor == Actor(party="SLV", office="facility-registry", subject=REGISTRY[-1])


def test_scope_and_life_of_a_token_are_as_asked(stack: StackFolder) -> None:
    options = ("--scope", "accord:read", "--ttl", 60, "--folder", stack.root, "--json")
    status, said, _ = run("token", *REGISTRY, *options)
    claims = jwt.decode(json.loads(said)["token"], options={"verify_signature": False})
    assert (status, claims["scope"], claims["exp"] - claims["iat"]) == (0, "accord:read", 60)


def test_where_there_are_no_keys_the_answer_says_how_to_get_them(tmp_path: Path) -> None:
    status, said, complaint = run("token", *REGISTRY, "--folder", tmp_path)
    assert (status, said) == (COULD_NOT, "")
    assert "accord up" in complaint
    assert "accord keys new" in complaint


def test_an_unknown_office_is_wrong_use(stack: StackFolder) -> None:
    wrong = ("--party", "SLV", "--office", "tsar", "--subject", "x", "--folder", stack.root)
    status, _, complaint = run("token", *wrong)
    assert status == WRONG_USE
    assert "has no office 'tsar'" in complaint


def test_in_json_trouble_is_json_too(tmp_path: Path) -> None:
    status, said, complaint = run("token", *REGISTRY, "--folder", tmp_path, "--json")
    assert (status, complaint) == (COULD_NOT, "")
    assert "no keys" in json.loads(said)["error"]


def test_keys_are_made_for_the_parties_that_are_named(tmp_path: Path) -> None:
    status, said, _ = run("keys", "new", tmp_path, "--party", "NOR", "--party", "NLD", "--json")
    made = json.loads(said)
    assert (status, made["parties"]) == (0, ["NOR", "NLD"])
    assert set(json.loads(Path(made["jwks"]).read_text())) == {"NOR", "NLD"}


def test_keys_are_never_replaced(stack: StackFolder) -> None:
    before = stack.jwks.read_bytes()
    status, _, complaint = run("keys", "new", stack.keys)
    assert (status, stack.jwks.read_bytes()) == (COULD_NOT, before)
    assert "never replaced" in complaint


def test_keys_have_no_place_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, _, complaint = run("keys", "new", tmp_path / "file" / "keys")
    assert status == COULD_NOT
    assert "give a folder that you may write to" in complaint


@pytest.mark.parametrize("url", ["", "mysql://somewhere/x"])
def test_a_migration_needs_an_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_MIGRATION_URL", url)
    status, _, complaint = run("migrate", "intake")
    assert status == WRONG_USE
    assert "ACCORD_MIGRATION_URL" in complaint


def test_a_service_that_does_not_exist_is_wrong_use() -> None:
    assert run("migrate", "customs")[0] == WRONG_USE
