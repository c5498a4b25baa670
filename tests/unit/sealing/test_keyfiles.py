"""Key files and the policy: made once, readable by their owner alone, refused with what to do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from shared.sealing.errors import KeyFileWrong
from shared.sealing.keyfiles import (
    KeySeeds,
    new_seeds,
    read_log_signers,
    read_policy,
    read_witness_signers,
    write_seeds,
)
from tests.support.signers import ORIGIN, POLICY

WITNESS = "audit.usa.accord.example"


def test_keys_are_read_as_they_were_written(tmp_path: Path) -> None:
    log, witness = new_seeds(ORIGIN), new_seeds(WITNESS)
    write_seeds(tmp_path / "log", log)
    write_seeds(tmp_path / "witness", witness)
    signers = read_log_signers(tmp_path / "log", ORIGIN)
    assert signers.verifiers == log.log_signers().verifiers
    cosigners = read_witness_signers(tmp_path / "witness")
    assert cosigners.verifiers == witness.witness_signers().verifiers
    assert new_seeds(ORIGIN) != new_seeds(ORIGIN)


def test_a_key_file_is_its_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "log"
    write_seeds(path, new_seeds(ORIGIN))
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_seeds(path, new_seeds(ORIGIN))
    assert path.read_bytes() == content


def test_the_keys_of_another_log_are_refused(tmp_path: Path) -> None:
    write_seeds(tmp_path / "log", new_seeds("accord.example/billing/0"))
    with pytest.raises(KeyFileWrong, match=r"has the keys of accord\.example/billing/0, not of"):
        read_log_signers(tmp_path / "log", ORIGIN)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"name": "x", "ed25519": "c2VjcmV0", "ml_dsa_44": 5}',
        b'{"name": "x", "ed25519": "%%", "ml_dsa_44": ""}',
        b'{"name": "x", "ed25519": "", "ml_dsa_44": "", "more": 1}',
    ],
)
def test_what_is_no_key_file_is_refused_without_quoting_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    with pytest.raises(KeyFileWrong, match="is no key file: make one with `accord keys log") as log:
        read_log_signers(path, ORIGIN)
    with pytest.raises(KeyFileWrong, match="make one with `accord keys witness"):
        read_witness_signers(path)
    assert "c2VjcmV0" not in str(log.value)


def test_seeds_of_the_wrong_length_are_refused(tmp_path: Path) -> None:
    write_seeds(tmp_path / "log", KeySeeds(ORIGIN, b"short", bytes(32)))
    write_seeds(tmp_path / "witness", KeySeeds(WITNESS, bytes(32), b"short"))
    with pytest.raises(KeyFileWrong, match="5 bytes, not 32; make one"):
        read_log_signers(tmp_path / "log", ORIGIN)
    with pytest.raises(KeyFileWrong, match="5 bytes, not 32; make one"):
        read_witness_signers(tmp_path / "witness")


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileWrong, match=r"No such file or directory.*accord keys log"):
        read_log_signers(tmp_path / "nowhere", ORIGIN)
    with pytest.raises(KeyFileWrong, match=r"No such file or directory.*accord keys policy"):
        read_policy(tmp_path / "nowhere")


def test_a_policy_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_text(POLICY.encode())
    assert read_policy(path) == POLICY


@pytest.mark.parametrize("content", [b"", b"log x\n", b"\xff\n"])
def test_what_is_no_policy_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy"
    path.write_bytes(content)
    with pytest.raises(KeyFileWrong, match=r"is no policy: .*accord keys policy"):
        read_policy(path)
