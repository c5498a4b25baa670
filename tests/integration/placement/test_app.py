"""Placement's app: made from the environment, ready when its database is, nothing undocumented."""

from pathlib import Path

import pytest

from cli.keys.tokens import mint
from services.placement.app import create_app
from shared.service.settings import SealingSettings
from shared.transparency.tlog_proof import parse_tlog_proof
from tests.integration.placement.agencies import Agencies
from tests.support.waiting import until


async def test_the_app_is_made_from_the_environment(
    settings: SealingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ACCORD_KAFKA_BOOTSTRAP", settings.kafka_bootstrap)
    monkeypatch.setenv("ACCORD_JWKS", str(settings.jwks))
    monkeypatch.setenv("ACCORD_LOG_KEY", str(settings.log_key))
    monkeypatch.setenv("ACCORD_POLICY", str(settings.policy))
    document = create_app().openapi()
    assert document["info"]["title"] == "Accord placement"
    assert "/v1/custodies/{custody}:accept" in document["paths"]


async def test_it_is_ready_with_its_relay_and_follower_running(agencies: Agencies) -> None:
    await agencies.facility(1)
    ready = await agencies.client.get("/status")
    assert ready.status_code == 200, ready.text
    metrics = (await agencies.client.get("/metrics")).text
    assert 'accord_task_ready{task="follower accord.example/intake/0"} 1.0' in metrics


async def test_what_is_recorded_is_published(agencies: Agencies) -> None:
    await agencies.facility(1)
    async with agencies.intake.broker.subscriber("accord.placement", 0) as subscriber:
        messages = await subscriber.page(10, 5.0)
    assert [message.sequence for message in messages] == list(range(len(messages)))
    assert b"placement.FacilityRegistered.v1" in messages[0].record.value


async def test_what_is_recorded_is_sealed_cosigned_and_can_be_proved(
    agencies: Agencies, tmp_path: Path
) -> None:
    await agencies.facility(1)
    size = (await agencies.client.get("/v1/log")).json()["size"]
    token = mint(tmp_path, party="SLV", office="facility-registry", subject="registry-1")
    headers = {"authorization": f"Bearer {token}"}
    path = f"/v1/receipts/accord.example/placement/0/{size - 1}"

    async def is_final() -> bool:
        receipt = (await agencies.client.get(path, headers=headers)).json()
        return bool(receipt.get("status") == "final")

    await until(is_final)
    proof = await agencies.client.get(path, headers={**headers, "accept": "text/x.tlog.proof"})
    assert parse_tlog_proof(proof.content).index == size - 1
    checkpoint = await agencies.client.get("/checkpoint")
    assert checkpoint.text.startswith("accord.example/placement/0\n")
    assert checkpoint.text.count("— audit.") == 4
    assert 'accord_sealing_entries{stage="final"}' in (await agencies.client.get("/metrics")).text
