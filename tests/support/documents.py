"""Each service's OpenAPI document, made by the service as it is put together, without servers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cli.keys.tokens import new_keys
from services.billing import app as billing
from services.intake import app as intake
from services.intake.settings import IntakeSettings
from services.intake.vault_keys import new_file
from services.placement import app as placement
from shared.messaging.memory import MemoryBroker
from shared.service.settings import SealingSettings

if TYPE_CHECKING:
    from shared.web.app import App
    from tests.support.witnesses import WitnessHost

ASSEMBLED: dict[str, Any] = {
    "intake": (intake.assemble, IntakeSettings),
    "placement": (placement.assemble, SealingSettings),
    "billing": (billing.assemble, SealingSettings),
}

PUBLISHED = Path(__file__).parents[2] / "docs" / "openapi"
"""Where the documents stand as files, for whoever builds on them."""


def assembled(service: str, folder: Path, host: WitnessHost) -> App:
    """A service that nobody has started."""
    assemble, settings = ASSEMBLED[service]
    vault_key = folder / "vault.key"
    vault_key.write_text(new_file())
    log_key, policy = host.world(f"accord.example/{service}/0").write(folder)
    told = {
        "ACCORD_DATABASE_URL": "postgresql://nobody@unused.example/none",
        "ACCORD_KAFKA_BOOTSTRAP": "unused:1",
        "ACCORD_JWKS": str(new_keys(folder, ["USA"])),
        "ACCORD_LOG_KEY": str(log_key),
        "ACCORD_POLICY": str(policy),
        "ACCORD_VAULT_KEY_FILE": str(vault_key),
    }
    app: App = assemble(settings.read(told), MemoryBroker())
    return app


def published(document: dict[str, Any]) -> bytes:
    """A document as its file has it: what changed is a difference that people can read."""
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1) + b"\n"
