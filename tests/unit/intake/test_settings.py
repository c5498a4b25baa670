"""Intake's settings: those of every service, and where the vault's key is."""

from pathlib import Path

import pytest

from services.intake.settings import IntakeSettings
from shared.web.settings import SettingsWrong


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
    assert settings.service.origin("intake") == "accord.example/intake/0"


@pytest.mark.parametrize("named", ["", "  ", "/nowhere/vault.key"])
def test_without_the_vaults_key_intake_does_not_start(named: str, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong, match="ACCORD_VAULT_KEY_FILE names no file"):
        IntakeSettings.read({**environ, "ACCORD_VAULT_KEY_FILE": named})
