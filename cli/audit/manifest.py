"""The list of an export's files: every byte of the folder is accounted for, this file's too.

It shows damage, not lies: who can write the folder can write the list. Against lies there are the
signatures and the roots, which nobody can write for others.
"""

import hashlib
from pathlib import PurePosixPath
from typing import Final, Literal

import msgspec

NAME: Final = "accord-export.json"
_INDENT: Final = 1


class ManifestWrong(ValueError):
    """A list that is not the one that was written."""


class ExportedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the export."""

    size: int
    sha256: str


class ExportedLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One log of the export."""

    origin: str
    size: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an export holds."""

    format: Literal["accord-export/1"] = "accord-export/1"
    source: str
    exported_at: str
    logs: tuple[ExportedLog, ...]
    files: dict[str, ExportedFile]
    """By path within the folder."""
    digest: str = ""
    """Of this list itself: SHA-256 of its encoding while this is empty."""

    def encode(self) -> bytes:
        """Its bytes: one list has one spelling."""
        sealed = msgspec.structs.replace(self, digest=_digest(self))
        return _spelled(sealed) + b"\n"


def parse_manifest(data: bytes) -> Manifest:
    """The list that these bytes spell; raises `ManifestWrong` if a byte of it was changed."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ManifestWrong(f"it is no list of an export's files: {error}") from error
    if manifest.encode() != data:
        raise ManifestWrong("it is not as it was written: its own digest differs")
    for path in (*manifest.files, *(log.origin for log in manifest.logs)):
        if not is_within(path):
            raise ManifestWrong(f"{path!r} does not lie in an export")
    return manifest


def is_within(path: str) -> bool:
    """Whether a path, as written, leads to a place below the folder that it starts from."""
    parts = PurePosixPath(path).parts
    return "/".join(parts) == path and not path.startswith("/") and ".." not in parts


def _digest(manifest: Manifest) -> str:
    return hashlib.sha256(_spelled(msgspec.structs.replace(manifest, digest=""))).hexdigest()


def _spelled(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=_INDENT)
