"""Whatever is sent, made from the OpenAPI document: no 500, and only answers that it documents."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.keys.tokens import mint
from services.intake.app import assemble
from services.intake.settings import IntakeSettings
from shared.ledger.postgres import PostgresStore
from shared.messaging.memory import MemoryBroker
from tests.integration.intake.agencies import Agencies, made
from tests.support.any_request import operations, serving, try_any

OFFICES = {
    "agreements": ("SLV", "central-authority"),
    "holds": ("XX", "court"),
    "manifests": ("USA", "central-authority"),
}


@pytest.fixture
def served(settings: IntakeSettings) -> Iterator[str]:
    """Intake at a port of this machine; gives its address."""
    with serving(assemble(settings, MemoryBroker())) as url:
        yield url


@pytest.fixture
async def known(served: str, settings: IntakeSettings, tmp_path: Path) -> dict[str, str]:
    """Ids of what is there, by the name of the path parameter."""
    store = await PostgresStore.connect(settings.database_url)
    async with httpx.AsyncClient(base_url=served) as client:
        agencies = Agencies(client, tmp_path, store)
        case, person = await agencies.cleared_case()
        hold = await agencies.hold({"kind": "country", "country": "VEN"})
        leg = {
            "origin": "USA",
            "destination": "SLV",
            "planned_departure": "2025-03-16T02:10:00Z",
        }
        journey = {"agreement": "usa-slv-2025", "facility": "cecot", "legs": [leg]}
        opened = made(await agencies.sending_authority.post("/v1/manifests", journey))
    await store.close()
    return {
        "agreement": "usa-slv-2025",
        "case": case,
        "person": person,
        "hold": hold,
        "manifest": opened["manifest"],
    }


async def test_no_request_leads_to_a_500(
    served: str, known: dict[str, str], tmp_path: Path
) -> None:
    documented = operations(served)
    assert len(documented) >= 30
    for operation in documented:
        resource = re.split("[/:]", operation.path.removeprefix("/v1/"))[0]
        party, office = OFFICES.get(resource, ("USA", "intake-agency"))
        token = mint(tmp_path, party=party, office=office, subject="somebody")
        try_any(operation, token, known)
