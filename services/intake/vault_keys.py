"""The vault's keys: which one encrypts the persons' own keys, which ones did, and the index's.

They stand in one file, a line each, and the file is read again once it has changed: a key is
replaced while the service runs (docs/adr/0049).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.telemetry.logs import logger

KEY_BYTES = 32
FORM = "lines of `index KEY`, `current KEY` and any of `retired KEY`, each 32 bytes in base64"


class VaultKeyWrong(ValueError):
    """A file of the vault's keys does not have exactly one index key and one current one."""


class VaultKeys(msgspec.Struct, frozen=True, dict=True):
    """The key of the index, and the key-encryption keys: the current one and those before it."""

    index: bytes
    current: bytes
    retired: tuple[bytes, ...] = ()

    @cached_property
    def current_id(self) -> str:
        """Names the key that seals."""
        return key_id(self.current)

    @cached_property
    def wrapping(self) -> dict[str, AESGCM]:
        """The cipher of each key-encryption key, by the key's name."""
        return {key_id(key): AESGCM(key) for key in (*self.retired, self.current)}


KeySource = Callable[[], VaultKeys]
"""Gives the vault's keys as they are now."""


def key_id(key: bytes) -> str:
    """Names a key-encryption key without telling it."""
    return hashlib.sha256(b"accord key-encryption key\n" + key).hexdigest()[:16]


def new_file() -> str:
    """What a file of new keys holds."""
    return "".join(f"{use} {_text(AESGCM.generate_key(8 * KEY_BYTES))}\n" for use in _ONCE)


def file_of(keys: VaultKeys) -> str:
    """What a file of these keys holds: `current` last, so that no beginning of it is one itself."""
    lines = [("retired", key) for key in keys.retired]
    lines += [("index", keys.index), ("current", keys.current)]
    return "".join(f"{use} {_text(key)}\n" for use, key in lines)


def read_keys(path: Path) -> VaultKeys:
    """The keys in a file. Raises `VaultKeyWrong`, which tells none of them."""
    try:
        lines = [line.split() for line in path.read_text("ascii").splitlines() if line.strip()]
        keys = [(use, base64.b64decode(key, validate=True)) for use, key in lines]
    except (OSError, UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise VaultKeyWrong(f"{path} holds no vault's keys: {FORM}") from error
    for use, key in keys:
        if use not in (*_ONCE, "retired") or len(key) != KEY_BYTES:
            raise VaultKeyWrong(f"{path} has a line that is none of the vault's keys: {FORM}")
    by_use = {use: key for use, key in keys if use in _ONCE}
    if len(by_use) != len(_ONCE) or len(keys) != len({key for _, key in keys}):
        raise VaultKeyWrong(f"{path} has to hold one index key, one current one, all different")
    retired = tuple(key for use, key in keys if use == "retired")
    if len(keys) != len(_ONCE) + len(retired):
        raise VaultKeyWrong(f"{path} names more than one key as `index` or as `current`")
    return VaultKeys(by_use["index"], by_use["current"], retired)


class KeyFile:
    """The keys in a file, as they are now: it is read again when it has changed.

    A file that cannot be read, or does not have exactly one `index` and one `current`, changes
    nothing and is told in the log, once. A beginning that has both is a file like any other: write
    `current` last, or exchange the file. The key of the index stays as it was when the service
    began: another one would find nobody.
    """

    def __init__(self, path: Path) -> None:
        """Read it. Raises `VaultKeyWrong`."""
        self._path = path
        self._seen = _state(path)
        self._keys = read_keys(path)
        self._refused: tuple[int, int, int] | None = None

    def __call__(self) -> VaultKeys:
        """The keys."""
        seen = _state(self._path)
        if seen != self._seen:
            self._read_again(seen)
        return self._keys

    def _read_again(self, seen: tuple[int, int, int]) -> None:
        try:
            keys = read_keys(self._path)
        except VaultKeyWrong as error:
            if seen != self._refused:
                _LOG.warning("vault keys stay as they were", reason=str(error))
            self._refused = seen
            return
        self._keys = msgspec.structs.replace(keys, index=self._keys.index)
        self._seen = seen
        _LOG.info("vault keys are read again", current=self._keys.current_id)


_ONCE = ("index", "current")
_LOG = logger("vault")


def _state(path: Path) -> tuple[int, int, int]:
    """What differs once a file has been written or replaced; nothing of one that is not there."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    return status.st_mtime_ns, status.st_size, status.st_ino


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
