"""Whatever is sent, made from the OpenAPI document: no 500, and only answers that it documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.keys.tokens import mint
from services.placement.app import assemble
from shared.messaging.memory import MemoryBroker
from shared.service.settings import SealingSettings
from tests.support.any_request import operations, serving, try_any


@pytest.fixture
def served(settings: SealingSettings) -> Iterator[str]:
    """Placement at a port of this machine; gives its address."""
    with serving(assemble(settings, MemoryBroker())) as url:
        yield url


def test_no_request_leads_to_a_500(served: str, tmp_path: Path) -> None:
    documented = operations(served)
    assert len(documented) >= 14
    for operation in documented:
        office = "central-authority" if "approve" in operation.path else "facility-registry"
        try_any(operation, mint(tmp_path, party="SLV", office=office, subject="somebody"))
