"""As root, PostgreSQL runs under another account: where that cannot work, the message says so."""

import os
from pathlib import Path

import pytest

from cli.servers import postgres
from cli.servers.process import ServerUnavailableError


def test_programs_in_a_closed_folder_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed" / "bin"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "wheel_binary", lambda name: str(closed / name))
    with pytest.raises(ServerUnavailableError, match=r"chmod 0755.*DATABASE_URL"):
        postgres.start_postgres(tmp_path / "data")
