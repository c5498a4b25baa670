"""Whatever is sent, made from a service's own OpenAPI document, to the service at a real port."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.web.app import App


@schemathesis.serializer("application/x-ndjson")  # the document describes a line
def ndjson(_ctx: object, line: object) -> bytes:
    """A body of this line, twice."""
    return 2 * (msgspec.json.encode(line) + b"\n")


PATIENCE_SECONDS = 60.0
Operation = schemathesis.APIOperation[Any, Any, Any, Any]


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The app at a port of this machine; gives its address."""
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


def operations(url: str) -> list[Operation]:
    """Every operation that the service documents."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", timeout=PATIENCE_SECONDS)
    return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


# A rule may refuse what the schema allows: nothing in a schema says who has signed, or which days
# have not begun yet.
def try_any(operation: Operation, token: str, known: Mapping[str, str] | None = None) -> None:
    """Send requests that the document allows, half of them about what is there (`known`): none
    leads to a 500, and each answer is documented.
    """
    there = st.booleans() if known else st.just(value=False)

    @trying(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), names=there.map(lambda yes: known if yes else None))
    def send(case: schemathesis.Case[Any], names: Mapping[str, str] | None) -> None:
        parameters = case.path_parameters or {}
        parameters.update({name: names[name] for name in parameters if names and name in names})
        headers = {"Authorization": f"Bearer {token}"}
        response = case.call(headers=headers, timeout=PATIENCE_SECONDS)
        is_unready = operation.path in ("/readyz", "/status") and response.status_code == 503
        assert response.status_code < 500 or is_unready, response.text
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    send()
