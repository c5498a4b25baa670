"""The files that a log, a witness and everybody who trusts them are given: keys and the policy."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from shared.sealing.errors import KeyFileWrong
from shared.transparency.agreement_keys import AgreementKeys, parse_agreement_keys
from shared.transparency.cosignature import WitnessSigners
from shared.transparency.errors import TransparencyError
from shared.transparency.keys import (
    ED25519_COSIGNATURE,
    SEED_BYTES,
    Ed25519Signer,
    MlDsa44Signer,
)
from shared.transparency.policy import Policy, parse_policy
from shared.transparency.signed_checkpoint import LogSigners

_LARGEST = 1 << 20


class KeySeeds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key file holds: a name, and the seeds of its two private keys (base64 in the file)."""

    name: str
    ed25519: bytes
    ml_dsa_44: bytes

    def log_signers(self) -> LogSigners:
        """The keys of a log, which is named by its origin."""
        return LogSigners(
            Ed25519Signer(self.name, self.ed25519), MlDsa44Signer(self.name, self.ml_dsa_44)
        )

    def witness_signers(self) -> WitnessSigners:
        """The keys of a witness."""
        return WitnessSigners(
            Ed25519Signer(self.name, self.ed25519, ED25519_COSIGNATURE),
            MlDsa44Signer(self.name, self.ml_dsa_44),
        )


def new_seeds(name: str) -> KeySeeds:
    """Two new keys under a name: a log's origin, or a witness's name."""
    return KeySeeds(name, secrets.token_bytes(SEED_BYTES), secrets.token_bytes(SEED_BYTES))


def write_seeds(path: Path, seeds: KeySeeds) -> None:
    """Write a key file that its owner alone may read; never over one that is there.

    Raises `FileExistsError`: a log whose key is lost cannot go on under its name.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(seeds), indent=1) + b"\n")


def read_log_signers(path: Path, origin: str) -> LogSigners:
    """The keys of the log with this origin. Raises `KeyFileWrong`."""
    how = f"make one with `accord keys log {origin} --out {path}`"
    seeds = _seeds(path, how)
    if seeds.name != origin:
        raise KeyFileWrong(f"{path} has the keys of {seeds.name}, not of {origin}: {how}")
    try:
        return seeds.log_signers()
    except TransparencyError as error:
        raise KeyFileWrong(f"{path}: {error}; {how}") from None


def read_witness_signers(path: Path) -> WitnessSigners:
    """The keys of a witness. Raises `KeyFileWrong`."""
    how = f"make one with `accord keys witness <name> --out {path}`"
    try:
        return _seeds(path, how).witness_signers()
    except TransparencyError as error:
        raise KeyFileWrong(f"{path}: {error}; {how}") from None


def read_policy(path: Path) -> Policy:
    """The policy: which keys are whose, and who must have cosigned. Raises `KeyFileWrong`."""
    how = "make one with `accord keys policy`"
    try:
        return parse_policy(_content(path, how).decode())
    except (TransparencyError, UnicodeDecodeError) as error:
        raise KeyFileWrong(f"{path} is no policy: {error}; {how}") from None


def read_agreement_keys(path: Path) -> AgreementKeys:
    """The public keys with which states sign agreements, from the file of the parties' keys.

    Raises `KeyFileWrong`.
    """
    how = "make one with `accord keys new`"
    try:
        return parse_agreement_keys(_content(path, how))
    except TransparencyError as error:
        raise KeyFileWrong(f"{path}: {error}; {how}") from None


def _seeds(path: Path, how: str) -> KeySeeds:
    try:
        return msgspec.json.decode(_content(path, how), type=KeySeeds)
    except msgspec.MsgspecError:
        # Never what the file holds: it may be a private key in another form.
        raise KeyFileWrong(f"{path} is no key file: {how}") from None


def _content(path: Path, how: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise KeyFileWrong(f"{path} cannot be read ({error.strerror}): {how}") from None
