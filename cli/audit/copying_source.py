"""A source that keeps what is read through it: what is exported is what was checked."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cli.audit.findings import Finding, Unchecked
from cli.audit.manifest import ExportedFile, is_within
from cli.audit.source import Source
from cli.output import CouldNot
from shared.transparency.tiles import Tile, bundle_path


class KeepingSource:
    """Another source whose files are written to a folder as they are read."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self.files: dict[str, ExportedFile] = {}
        """What has been written."""

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def origins(self) -> tuple[str, ...]:
        return self._source.origins

    @property
    def is_live(self) -> bool:
        return self._source.is_live

    def policy(self) -> bytes:
        return self._source.policy()

    def checkpoint(self, origin: str) -> bytes:
        return self.keep(f"{origin}/checkpoint", self._source.checkpoint(origin))

    def tile(self, origin: str, tile: Tile) -> bytes:
        return self.keep(f"{origin}/{tile.path}", self._source.tile(origin, tile))

    def bundle(self, origin: str, index: int, width: int) -> bytes:
        data = self._source.bundle(origin, index, width)
        return self.keep(f"{origin}/{bundle_path(index, width)}", data)

    def file(self, origin: str, path: str) -> str:
        return self._source.file(origin, path)

    def is_changed(self, file: str) -> bool:
        return self._source.is_changed(file)

    def afterwards(self) -> tuple[list[Finding], list[Unchecked]]:
        return self._source.afterwards()

    def table(self, origin: str) -> Path | None:
        return self._source.table(origin)

    def listed_size(self, origin: str) -> int | None:
        return self._source.listed_size(origin)

    def beside(self) -> Mapping[str, str]:
        return self._source.beside()

    def close(self) -> None:
        self._source.close()

    def keep(self, path: str, data: bytes) -> bytes:
        """Write a file of the export, and give its content back."""
        if not is_within(path):
            raise CouldNot(f"{path!r} would not lie in the export: nothing is written there")
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.files[path] = ExportedFile(len(data), hashlib.sha256(data).hexdigest())
        return data

    def list_written(self, path: str) -> None:
        """Add a file of the export that something else has written."""
        file = self._folder / path
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        self.files[path] = ExportedFile(file.stat().st_size, digest)
