"""The whole stack of an end-to-end test, on the run's own servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.local.stack import LocalStack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.servers.postgres import PostgresServer


@pytest.fixture
def stack(
    postgres_server: PostgresServer, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalStack]:
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka_bootstrap)
    with LocalStack(None, ports="free", say=lambda _text: None) as running:
        yield running
