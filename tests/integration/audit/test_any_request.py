"""Whatever is sent, made from the OpenAPI document: no 500, and only answers that it documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.keys.tokens import mint, new_keys
from services.audit.app import assemble
from tests.integration.audit.network import PACE, World
from tests.support.any_request import operations, serving, try_any


@pytest.fixture
def served(world: World, migrated_database: str, tmp_path: Path) -> Iterator[str]:
    """A node at a port of this machine; gives its address."""
    settings = world.settings("USA", migrated_database, new_keys(tmp_path, ["USA", "XX"]))
    with serving(assemble(settings, world.broker, PACE, world.network)) as url:
        yield url


def test_no_request_leads_to_a_500(served: str, tmp_path: Path) -> None:
    documented = operations(served)
    assert len(documented) >= 20
    for operation in documented:
        try_any(operation, mint(tmp_path, party="USA", office="auditor", subject="somebody"))
