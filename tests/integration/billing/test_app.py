"""Billing's app: made from the environment, ready when it follows both of its neighbours."""

import pytest

from services.billing.app import create_app
from shared.service.settings import SealingSettings
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.unit.billing.story import BED, document


async def test_the_app_is_made_from_the_environment(
    settings: SealingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ACCORD_KAFKA_BOOTSTRAP", settings.kafka_bootstrap)
    monkeypatch.setenv("ACCORD_JWKS", str(settings.jwks))
    monkeypatch.setenv("ACCORD_LOG_KEY", str(settings.log_key))
    monkeypatch.setenv("ACCORD_POLICY", str(settings.policy))
    shown = create_app().openapi()
    assert shown["info"]["title"] == "Accord billing"
    assert "/v1/periods/{period}:close" in shown["paths"]


async def test_it_is_ready_with_its_relay_and_both_followers_running(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.settled()

    ready = await treasuries.client.get("/status")

    assert ready.status_code == 200, ready.text
    metrics = (await treasuries.client.get("/metrics")).text
    for service in ("intake", "placement"):
        task = f'task="follower accord.example/{service}/0"'
        assert f"accord_task_ready{{{task}}} 1.0" in metrics


async def test_what_is_recorded_is_published(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.settled()

    published = await neighbours.published("billing", 1)

    assert b"billing.TermsActivated.v1" in published[0]
    assert len(await treasuries.log()) == 1
