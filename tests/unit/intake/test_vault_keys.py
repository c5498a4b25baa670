"""The vault's keys stand in one file, which is read again once it has changed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.intake.vault_keys import (
    KeyFile,
    VaultKeys,
    VaultKeyWrong,
    file_of,
    key_id,
    new_file,
    read_keys,
)

INDEX, FIRST, SECOND = b"i" * 32, b"1" * 32, b"2" * 32
OLD = VaultKeys(INDEX, FIRST)
NEW = VaultKeys(INDEX, SECOND, (FIRST,))


@pytest.mark.parametrize("keys", [OLD, NEW])
def test_a_file_says_which_key_is_for_what(keys: VaultKeys, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(file_of(keys) + "\n")
    read = read_keys(file)
    assert read == keys
    assert read.current_id == key_id(keys.current)
    assert set(read.wrapping) == {key_id(key) for key in (keys.current, *keys.retired)}


def test_new_keys_are_two_and_nobody_elses(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("first", "second")]
    for file in files:
        file.write_text(new_file())
    first, second = map(read_keys, files)
    assert len({first.index, first.current, second.index, second.current}) == 4


LINE = base64.b64encode(FIRST).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        LINE,
        f"current {LINE}",
        f"index {LINE}\ncurrent {LINE}",
        f"{file_of(NEW)}current {base64.b64encode(b'3' * 32).decode()}",
        f"{file_of(OLD)}spare {base64.b64encode(SECOND).decode()}",
        f"{file_of(OLD)}retired {base64.b64encode(b'3' * 31).decode()}",
        f"{file_of(OLD)}retired not-base64!",
        f"{file_of(OLD)}retired ü",
    ],
)
def test_a_file_that_is_none_is_refused_without_telling_a_key(text: str, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(text)
    with pytest.raises(VaultKeyWrong) as caught:
        KeyFile(file)
    assert LINE not in str(caught.value)


def test_a_key_that_is_replaced_is_used_at_once_and_the_index_keeps_its_own(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(file_of(OLD))
    keys = KeyFile(file)
    assert keys() == OLD
    file.write_text(file_of(VaultKeys(b"x" * 32, SECOND, (FIRST,))))
    assert keys() == NEW
    assert keys() is keys()


def test_a_file_that_is_being_written_or_is_gone_changes_nothing_and_is_told_once(
    tmp_path: Path,
) -> None:
    file = tmp_path / "keys"
    file.write_text(file_of(OLD))
    keys = KeyFile(file)
    with capture_logs() as logged:
        file.write_text(file_of(NEW)[:60])
        assert [keys() for _ in range(3)] == [OLD] * 3
        file.unlink()
        assert [keys() for _ in range(3)] == [OLD] * 3
        file.write_text(file_of(NEW))
        assert [keys() for _ in range(3)] == [NEW] * 3
    assert [line["log_level"] for line in logged] == ["warning", "warning", "info"]
    assert "holds no vault's keys" in logged[0]["reason"]
    assert logged[-1]["current"] == NEW.current_id
    assert LINE not in str(logged)


def test_no_beginning_of_a_file_is_one_itself(tmp_path: Path) -> None:
    """Written in place, `retired` first and `current` last, it is the old one until it is whole."""
    file, whole = tmp_path / "keys", file_of(NEW)
    for length in range(len(whole) - 1):
        file.write_text(whole[:length])
        with pytest.raises(VaultKeyWrong):
            read_keys(file)
