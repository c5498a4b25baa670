"""Whatever is sent, made from the OpenAPI document: no 500, and only answers that it documents."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cli.tokens import mint
from services.intake.app import assemble
from services.intake.settings import IntakeSettings
from shared.ledger.postgres import PostgresStore
from shared.messaging.memory import MemoryBroker
from tests.integration.intake.agencies import Agencies, made

PATIENCE_SECONDS = 60.0
OFFICES = {
    "agreements": ("SLV", "central-authority"),
    "holds": ("XX", "court"),
    "manifests": ("USA", "central-authority"),
}


@pytest.fixture
def served(settings: IntakeSettings) -> Iterator[str]:
    """Intake at a port of this machine; gives its address."""
    app = assemble(settings, MemoryBroker())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


@pytest.fixture
async def known(served: str, settings: IntakeSettings, tmp_path: Path) -> dict[str, str]:
    """Ids of what is there, by the name of the path parameter."""

    def token(party: str, office: str, subject: str) -> str:
        return mint(tmp_path, party=party, office=office, subject=subject)

    store = await PostgresStore.connect(settings.service.database_url)
    async with httpx.AsyncClient(base_url=served) as client:
        agencies = Agencies(client, token, store)
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
    schema = schemathesis.openapi.from_url(f"{served}/openapi.json")
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert len(operations) >= 30
    for operation in operations:
        resource = operation.path.removeprefix("/v1/").partition("/")[0]
        party, office = OFFICES.get(resource, ("USA", "intake-agency"))
        _try(operation, known, mint(tmp_path, party=party, office=office, subject="somebody"))


# A rule may refuse what the schema allows: nothing in a schema says who has signed.
def _try(
    operation: schemathesis.APIOperation[Any, Any, Any, Any], known: dict[str, str], token: str
) -> None:
    @trying(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), there=st.booleans())
    def send(case: schemathesis.Case[Any], there: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        if there:
            named = {name: known[name] for name in case.path_parameters or {} if name in known}
            case.path_parameters.update(named)
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        assert response.status_code < 500, response.text
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    send()
