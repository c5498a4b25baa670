"""As root, PostgreSQL runs under another account: its programs are where that account may read."""

import os
import shutil
from pathlib import Path

import pytest

from cli.servers import postgres, postgres_programs
from cli.servers.postgres_programs import WHEEL, programs_for, wheel_binary
from cli.servers.process import ServerUnavailableError


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel's installation in a folder that only its owner may enter."""
    folder, packages = tmp_path / "closed", Path(wheel_binary("postgres")).parents[3]
    for part in packages.glob(f"{WHEEL}*"):
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    folder.chmod(0o700)
    binaries = folder / WHEEL / "pginstall18" / "bin"
    monkeypatch.setattr(postgres_programs, "wheel_binary", lambda name: str(binaries / name))
    return folder


def test_a_server_starts_though_only_we_may_enter_the_folder_of_its_programs_and_data(
    closed: Path,
) -> None:
    server = postgres.start_postgres(closed / "data")
    try:
        assert server.setting("server_version").startswith("18")
    finally:
        server.stop()


def test_the_programs_are_copied_once_to_where_the_other_account_may_read(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_programs, "open_to_all", lambda path: closed not in path.parents)
    monkeypatch.setattr(postgres_programs, "SYSTEM_CACHE", tmp_path / "cache")
    programs = programs_for("nobody")
    assert tmp_path / "cache" in programs.parents
    assert (programs / "initdb").stat().st_mode & 0o005 == 0o005
    before = (programs / "postgres").stat().st_ino
    assert programs_for("nobody") == programs
    assert (programs / "postgres").stat().st_ino == before
    assert closed in programs_for(None).parents


def test_programs_that_others_may_change_are_refused_with_what_to_do(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_programs, "open_to_all", lambda path: closed not in path.parents)
    monkeypatch.setattr(postgres_programs, "SYSTEM_CACHE", tmp_path / "cache")
    programs_for("nobody").chmod(0o777)
    with pytest.raises(ServerUnavailableError, match=r"chmod 0755.*DATABASE_URL"):
        programs_for("nobody")


def test_where_they_cannot_be_put_the_message_says_so(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_programs, "open_to_all", lambda path: closed not in path.parents)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(postgres_programs, "SYSTEM_CACHE", tmp_path / "file")
    with pytest.raises(ServerUnavailableError, match=r"could not be put.*DATABASE_URL"):
        programs_for("nobody")


def test_our_own_account_uses_the_wheels_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert programs_for(None) == Path(wheel_binary("postgres")).parent
