"""Keys of logs and witnesses: private ones for their owner, public ones for the policy of all."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import COULD_NOT, WRONG_USE
from shared.sealing.keyfiles import read_log_signers, read_policy, read_witness_signers

ORIGIN = "accord.example/intake/0"
WITNESSES = ("audit.usa.accord.example", "audit.slv.accord.example")
URL = "http://127.0.0.1:8001"


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["keys", *map(str, arguments)])
    return done.exit_code, done.stdout + done.stderr


def made(*arguments: object) -> dict[str, Any]:
    status, said = run(*arguments, "--json")
    assert status == 0, said
    told: dict[str, Any] = json.loads(said)
    return told


def test_a_logs_keys_are_ones_that_its_service_takes(tmp_path: Path) -> None:
    told = made("log", ORIGIN, "--out", tmp_path / "intake.key")
    signers = read_log_signers(tmp_path / "intake.key", ORIGIN)
    assert told["keys"] == [key.encode() for key in signers.verifiers]
    assert (tmp_path / "intake.key.pub").read_text().split() == told["keys"]
    assert stat.S_IMODE((tmp_path / "intake.key").stat().st_mode) == 0o600


def test_a_witness_keys_are_ones_that_its_node_takes(tmp_path: Path) -> None:
    told = made("witness", WITNESSES[0], "--out", tmp_path / "usa.key")
    signers = read_witness_signers(tmp_path / "usa.key")
    assert told["keys"] == [key.encode() for key in signers.verifiers]


def test_a_policy_asks_for_both_governments(tmp_path: Path) -> None:
    made("log", ORIGIN, "--out", tmp_path / "intake.key")
    named: list[object] = ["--log", f"{tmp_path}/intake.key.pub={URL}"]
    for name in WITNESSES:
        made("witness", name, "--out", tmp_path / name)
        named += ["--witness", f"{tmp_path / name}.pub=http://{name}:8004"]
    told = made("policy", *named, "--out", tmp_path / "policy")
    policy = read_policy(tmp_path / "policy")
    assert told["witnesses"] == list(policy.witness_names) == list(WITNESSES)
    assert (policy.origins, policy.quorum) == ((ORIGIN,), "bilateral")
    assert policy.log_url(ORIGIN) == URL
    assert policy.witness_url(WITNESSES[1]) == f"http://{WITNESSES[1]}:8004"
    assert len(policy.witness_keys(WITNESSES[0])) == 2


@pytest.mark.parametrize("word", ["log", "witness"])
def test_signing_keys_are_never_replaced(word: str, tmp_path: Path) -> None:
    made(word, "somebody.example", "--out", tmp_path / "key")
    before = (tmp_path / "key").read_bytes()
    status, said = run(word, "somebody.example", "--out", tmp_path / "key")
    assert (status, (tmp_path / "key").read_bytes()) == (COULD_NOT, before)
    assert "never replaced" in said


@pytest.mark.parametrize("name", ["a b", "a+b", ""])
def test_a_name_that_no_note_can_carry_is_wrong_use(name: str, tmp_path: Path) -> None:
    assert run("log", name, "--out", tmp_path / "key")[0] == WRONG_USE
    assert not (tmp_path / "key").exists()


def test_a_policy_is_made_of_public_keys_that_are_there(tmp_path: Path) -> None:
    made("log", ORIGIN, "--out", tmp_path / "key")
    wanted = ("--witness", tmp_path / "none", "--out", tmp_path / "policy")
    assert run("policy", "--log", tmp_path / "key.pub", *wanted)[0] == WRONG_USE
    status, said = run("policy", "--log", tmp_path / "key", *wanted)
    assert status == WRONG_USE, "a private key is no public one"
    assert "ed25519" not in said
