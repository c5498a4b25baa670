"""Exports made by the command's own code, spoiled on purpose, and what the command says of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
from typer.testing import CliRunner

from cli.audit.export import exported
from cli.audit.manifest import NAME, ExportedFile, parse_manifest
from cli.audit.trust import Trust
from cli.main import app
from cli.output import Output
from tests.support.sealed_logs import MemorySource


def export_of(source: MemorySource, folder: Path) -> Path:
    exported(source, Trust.of(source), folder, Output(as_json=True))
    return folder


def audit(*arguments: object) -> tuple[int, dict[str, Any]]:
    """The exit status and the document of `accord audit …`."""
    done = CliRunner().invoke(app, ["audit", *map(str, arguments), "--json"])
    assert not done.exception or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, json.loads(done.stdout) if done.stdout else {}


def flip(file: Path, place: int = -1) -> None:
    """Change one bit of a file."""
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)


def relisted(folder: Path) -> Path:
    """The export after somebody who changed it has also rewritten the list of its files."""
    manifest = parse_manifest((folder / NAME).read_bytes())
    listed = {}
    for path in manifest.files:
        data = (folder / path).read_bytes()
        listed[path] = ExportedFile(len(data), hashlib.sha256(data).hexdigest())
    (folder / NAME).write_bytes(msgspec.structs.replace(manifest, files=listed).encode())
    return folder
