"""An exported folder as a source: every file of it is compared with the export's own list."""

import errno
import hashlib
import math
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.audit.findings import Absent, Finding, Unchecked
from cli.audit.manifest import NAME, Manifest, ManifestWrong, parse_manifest
from cli.audit.parquet import table_name
from cli.audit.source import LARGEST
from shared.transparency.tiles import Tile, bundle_path


class FolderSource:
    """Reads an export; needs no network and no server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read_well: set[str] = set()
        self._changed: set[str] = set()
        self._absent: set[str] = set()
        self._of_logs: set[str] = set()
        self._own = {folder}
        """Folders of the export that are known to be no links."""
        self._wrong: Finding | None = None
        self._manifest = self._listed()

    @property
    def name(self) -> str:
        return str(self._folder)

    @property
    def origins(self) -> tuple[str, ...]:
        """The logs that its list names."""
        return tuple(log.origin for log in self._manifest.logs) if self._manifest else ()

    @property
    def is_live(self) -> bool:
        return False

    def policy(self) -> bytes:
        return self._bytes("policy")

    def checkpoint(self, origin: str) -> bytes:
        return self._of_log(f"{origin}/checkpoint")

    def tile(self, origin: str, tile: Tile) -> bytes:
        return self._of_log(f"{origin}/{tile.path}")

    def bundle(self, origin: str, index: int, width: int) -> bytes:
        return self._of_log(f"{origin}/{bundle_path(index, width)}")

    def file(self, origin: str, path: str) -> str:
        return f"{origin}/{path}"

    def is_changed(self, file: str) -> bool:
        return file in self._changed

    def afterwards(self) -> tuple[list[Finding], list[Unchecked]]:
        """Every file that differs from the list, is not on it, or is on it and not there."""
        unchecked = [self._unread(file) for file in self._not_read_yet()]
        findings = [self._wrong] if self._wrong else []
        findings += [
            Finding(kind="file-changed", file=file, detail="not the file that was exported")
            for file in sorted(self._changed)
        ]
        findings += [
            Finding(kind="file-unexpected", file=file, detail="the export lists no such file")
            for file in self._not_listed()
        ]
        return findings, [cause for cause in unchecked if cause is not None]

    def table(self, origin: str) -> Path | None:
        """One that differs from the list is named for that, and not read."""
        name = table_name(origin)
        if self._manifest is None or name not in self._manifest.files:
            return None
        return None if self._unread(name) or name in self._changed else self._folder / name

    def listed_size(self, origin: str) -> int | None:
        logs = self._manifest.logs if self._manifest else ()
        return next((log.size for log in logs if log.origin == origin), None)

    def beside(self) -> Mapping[str, str]:
        if self._manifest is None:
            return {}
        listed = self._manifest.files.items()
        return {file: exported.sha256 for file, exported in listed if file not in self._of_logs}

    def close(self) -> None:
        """Nothing is held."""

    def _listed(self) -> Manifest | None:
        try:
            data = self._regular(NAME).read_bytes()
        except OSError as error:
            why = "without it nobody can say whether the export is whole"
            raise Absent(NAME, f"{error.strerror}; {why}") from error
        try:
            return parse_manifest(data)
        except ManifestWrong as error:
            self._wrong = Finding(kind="malformed", file=NAME, detail=str(error))
            return None

    def _of_log(self, file: str) -> bytes:
        self._of_logs.add(file)
        return self._bytes(file)

    def _bytes(self, file: str) -> bytes:
        try:
            data = self._regular(file, LARGEST).read_bytes()
        except OSError as error:
            self._absent.add(file)
            raise Absent(file, error.strerror or str(error)) from error
        self._compare(file, hashlib.sha256(data).hexdigest())
        return data

    def _regular(self, file: str, longest: float = math.inf) -> Path:
        """A file that lies in the folder: a pipe never ends, and a link leads to somebody else's.

        Raises `OSError` where it is none.
        """
        path = self._folder / file
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode) or self._is_behind_a_link(path.parent):
            raise OSError(errno.EINVAL, "a link is not followed: it is no file of the export")
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file: it is not read")
        if status.st_size > longest:
            raise OSError(errno.EFBIG, f"it is longer than {longest:,} bytes")
        return path

    def _is_behind_a_link(self, folder: Path) -> bool:
        """Whether a folder within the export, or one that it lies in, is a link."""
        if folder in self._own:
            return False
        if folder.is_symlink() or self._is_behind_a_link(folder.parent):
            return True
        self._own.add(folder)
        return False

    def _compare(self, file: str, sha256: str) -> None:
        listed = self._manifest.files.get(file) if self._manifest else None
        self._read_well.add(file)
        if listed is not None and listed.sha256 != sha256:
            self._changed.add(file)

    def _not_read_yet(self) -> Iterator[str]:
        if self._manifest is not None:
            yield from sorted(self._manifest.files.keys() - self._read_well - self._absent)

    def _unread(self, file: str) -> Unchecked | None:
        """Compare a file that no log needed; its content may be large."""
        try:
            with self._regular(file).open("rb") as content:
                self._compare(file, hashlib.file_digest(content, "sha256").hexdigest())
        except OSError as error:
            return Unchecked(file=file, detail=error.strerror or str(error))
        return None

    def _not_listed(self) -> list[str]:
        if self._manifest is None:
            return []
        present = {
            path.relative_to(self._folder).as_posix()
            for path in self._folder.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }
        return sorted(present - self._manifest.files.keys() - {NAME})
