"""Whatever is sent, made from the OpenAPI document: no 500, and only answers that it documents."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cli.tokens import mint
from services.billing.app import assemble
from shared.messaging.memory import MemoryBroker
from shared.web.settings import SealingSettings

PATIENCE_SECONDS = 60.0


@pytest.fixture
def served(settings: SealingSettings) -> Iterator[str]:
    """Billing at a port of this machine; gives its address."""
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


def test_no_request_leads_to_a_500(served: str, tmp_path: Path) -> None:
    schema = schemathesis.openapi.from_url(f"{served}/openapi.json")
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert len(operations) >= 10
    for operation in operations:
        _try(operation, mint(tmp_path, party="SLV", office="treasury", subject="somebody"))


# The schema allows what names nothing: an agreement that nobody signed is refused all the same.
def _try(operation: schemathesis.APIOperation[Any, Any, Any, Any], token: str) -> None:
    @trying(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def send(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        assert response.status_code < 500
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    send()
