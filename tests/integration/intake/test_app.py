"""Intake's app is made from the environment, and nothing in it is undocumented."""

import pytest

from services.intake.app import create_app
from services.intake.settings import IntakeSettings


async def test_the_app_is_made_from_the_environment(
    settings: IntakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ACCORD_KAFKA_BOOTSTRAP", settings.kafka_bootstrap)
    monkeypatch.setenv("ACCORD_JWKS", str(settings.jwks))
    monkeypatch.setenv("ACCORD_LOG_KEY", str(settings.log_key))
    monkeypatch.setenv("ACCORD_POLICY", str(settings.policy))
    monkeypatch.setenv("ACCORD_VAULT_KEY_FILE", str(settings.vault_key_file))
    document = create_app().openapi()
    assert document["info"]["title"] == "Accord intake"
    assert "/v1/cases/{case}:clear" in document["paths"]
    assert "/v1/manifests/{manifest}/legs/{leg}:depart" in document["paths"]
