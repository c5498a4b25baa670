"""The folder of a local stack: its servers' data, its development keys, its logs."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.keys.tokens import KEY_SET, PARTIES, new_keys
from cli.local.log_keys import LogKeys
from cli.output import CouldNot
from services.intake.vault_keys import new_file

DEFAULT: Final = Path(".accord")


@dataclass(frozen=True)
class StackFolder:
    """Where everything of one local stack lies; what is made once is kept."""

    root: Path

    @property
    def keys(self) -> Path:
        """What parties, logs and witnesses sign with, each party's key set, and the policy."""
        return self.root / "keys"

    @property
    def jwks(self) -> Path:
        """Each party's public keys, which is what the services check tokens with."""
        return self.keys / KEY_SET

    @property
    def vault_key(self) -> Path:
        """The keys of intake's vault."""
        return self.root / "vault.key"

    @property
    def log_keys(self) -> LogKeys:
        """What the logs are signed and cosigned with, and the policy that names those keys."""
        return LogKeys(self.keys)

    @property
    def logs(self) -> Path:
        """What each service writes."""
        return self.root / "logs"

    @property
    def name(self) -> str:
        """Tells this stack from others on a server that they share."""
        return (self.root / "name").read_text("ascii").strip()

    def prepare(self) -> None:
        """Make what is not there yet: the folder, all keys, the name."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o711)  # PostgreSQL runs as another account where we are root
            self.logs.mkdir(exist_ok=True)
            _write_once(self.root / "name", secrets.token_hex(4))
            _write_once(self.vault_key, new_file())
            self.log_keys.prepare()
            if not self.jwks.exists():
                new_keys(self.keys, PARTIES)
        except OSError as error:
            raise CouldNot(
                f"{self.root} cannot be used ({error.strerror}): "
                "give a folder that you may write to with --folder"
            ) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other stack out of this folder; the lock goes with the process."""
        with (self.root / "lock").open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise CouldNot(
                    f"a stack is running in {self.root} already (process {lock.read().strip()}): "
                    "stop it, or give another folder with --folder"
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def _write_once(path: Path, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{content}\n")
