"""Intake's settings: those of every service, and where the vault's key is."""

from pathlib import Path

import pytest

from services.intake.settings import IntakeSettings
from shared.service.setting import SettingsWrong


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that says all that intake needs."""
    (tmp_path / "jwks.json").write_text("{}")
    for name in ("vault.key", "log.key", "policy"):
        (tmp_path / name).write_text("a file")
    return {
        "ACCORD_DATABASE_URL": "postgresql://intake@127.0.0.1:5432/intake",
        "ACCORD_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
        "ACCORD_JWKS": str(tmp_path / "jwks.json"),
        "ACCORD_VAULT_KEY_FILE": str(tmp_path / "vault.key"),
        "ACCORD_LOG_KEY": str(tmp_path / "log.key"),
        "ACCORD_POLICY": str(tmp_path / "policy"),
    }


def test_the_environment_says_where_the_vaults_key_is(environ: dict[str, str]) -> None:
    settings = IntakeSettings.read(environ)
    assert settings.vault_key_file.name == "vault.key"
    assert settings.origin("intake") == "accord.example/intake/0"


@pytest.mark.parametrize(
    ("named", "why"),
    [("", "is not set"), ("  ", "is not set"), ("/nowhere/vault.key", "names no file")],
)
def test_without_the_vaults_key_intake_does_not_start(
    named: str, why: str, environ: dict[str, str]
) -> None:
    with pytest.raises(SettingsWrong, match=f"ACCORD_VAULT_KEY_FILE {why}: the vault's key"):
        IntakeSettings.read({**environ, "ACCORD_VAULT_KEY_FILE": named})


def test_what_is_wrong_with_its_own_settings_and_with_all_services_is_named_at_once() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        IntakeSettings.read({"ACCORD_VAULT_KEY_FILE": "/nowhere", "ACCORD_SEAL_MILLISECONDS": "1"})
    for name in ("DATABASE_URL", "LOG_KEY", "VAULT_KEY_FILE", "SEAL_MILLISECONDS"):
        assert f"ACCORD_{name} " in str(wrong.value)
