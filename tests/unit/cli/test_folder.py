"""A stack's folder: what is made once is kept, secrets are the owner's, and one stack uses it."""

import stat
from pathlib import Path

import pytest

from cli.keys.tokens import PARTIES, mint
from cli.local.addresses import NODES, PORTS, SERVICES, origin_of
from cli.local.folder import StackFolder
from cli.output import CouldNot
from services.intake.vault_keys import read_keys
from shared.sealing.keyfiles import read_log_signers, read_policy, read_witness_signers


def test_what_is_made_once_is_kept(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path / "stack")
    folder.prepare()
    made = [folder.jwks.read_bytes(), folder.vault_key.read_bytes(), folder.name]
    folder.prepare()
    assert [folder.jwks.read_bytes(), folder.vault_key.read_bytes(), folder.name] == made


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path)
    folder.prepare()
    secrets = [folder.vault_key, *(folder.keys / f"{party}.private.jwk" for party in PARTIES)]
    secrets += [folder.log_keys.key(program) for program in PORTS]
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in secrets} == {0o600}
    assert stat.S_IMODE(folder.keys.stat().st_mode) == 0o700
    assert {secret.parent for secret in secrets} == {folder.root, folder.keys}


def test_the_vault_key_is_one_that_intake_takes(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path)
    folder.prepare()
    assert read_keys(folder.vault_key).retired == ()


def test_every_party_of_the_first_agreement_has_a_key(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path)
    folder.prepare()
    tokens = {mint(folder.keys, party=p, office="court", subject="clerk-1") for p in PARTIES}
    assert len(tokens) == len(PARTIES)


def test_every_log_and_every_node_signs_with_keys_that_the_policy_names(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path)
    folder.prepare()
    urls = {program: f"http://127.0.0.1:{port}" for program, port in PORTS.items()}
    folder.log_keys.write_policy(urls)
    policy = read_policy(folder.log_keys.policy)
    for service in SERVICES:
        origin = origin_of(service)
        signers = read_log_signers(folder.log_keys.key(service), origin)
        assert policy.log_keys(origin) == signers.verifiers
        assert policy.log_url(origin) == urls[service]
    for node in NODES:
        witness = read_witness_signers(folder.log_keys.key(node))
        assert policy.witness_keys(witness.name) == witness.verifiers
        assert policy.witness_url(witness.name) == urls[node]


def test_keys_of_logs_and_witnesses_are_made_once(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path)
    folder.prepare()
    before = {program: folder.log_keys.key(program).read_bytes() for program in PORTS}
    folder.prepare()
    assert {program: folder.log_keys.key(program).read_bytes() for program in PORTS} == before
    assert len({*before.values()}) == len(PORTS)


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CouldNot, match=r"cannot be used \(.+\): give a folder .+ --folder"):
        StackFolder(tmp_path / "file" / "stack").prepare()


def test_a_folder_serves_one_stack_at_a_time(tmp_path: Path) -> None:
    folder = StackFolder(tmp_path)
    folder.prepare()
    with folder.alone(), pytest.raises(CouldNot, match=r"running in .+ already \(process \d+\)"):
        folder.alone().__enter__()
    with folder.alone():
        assert folder.jwks.exists()
