"""Placement's app: made from the environment, ready when its database is, nothing undocumented."""

import pytest

from services.placement.app import create_app
from shared.web.settings import ServiceSettings
from tests.integration.placement.agencies import Agencies


async def test_the_app_is_made_from_the_environment(
    settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ACCORD_KAFKA_BOOTSTRAP", settings.kafka_bootstrap)
    monkeypatch.setenv("ACCORD_JWKS", str(settings.jwks))
    document = create_app().openapi()
    assert document["info"]["title"] == "Accord placement"
    assert "/v1/custodies/{custody}:accept" in document["paths"]


async def test_it_is_ready_with_its_relay_and_follower_running(agencies: Agencies) -> None:
    await agencies.facility(1)
    ready = await agencies.client.get("/readyz")
    assert ready.status_code == 200, ready.text
    metrics = (await agencies.client.get("/metrics")).text
    assert 'accord_messaging_ready{task="follower accord.example/intake/0"} 1.0' in metrics


async def test_what_is_recorded_is_published(agencies: Agencies) -> None:
    await agencies.facility(1)
    async with agencies.intake.broker.subscriber("accord.placement", 0) as subscriber:
        messages = await subscriber.page(10, 5.0)
    assert [message.sequence for message in messages] == list(range(len(messages)))
    assert b"placement.FacilityRegistered.v1" in messages[0].record.value
