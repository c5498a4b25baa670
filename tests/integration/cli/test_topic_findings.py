"""`accord findings`: what lay in a topic and is not its log's, shown and acknowledged."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.migrate import MIGRATION_URL, upgrade_tables
from cli.output import COULD_NOT, FINDING, WRONG_USE
from shared.database.row_changes import RowChange
from shared.ledger.machine import SystemClock
from shared.ledger.positions import TopicFinding, finding_row
from shared.ledger.postgres import PostgresStore
from shared.ledger.runner import CommandRunner

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2025, 3, 16, tzinfo=UTC)
ORIGIN = "accord.example/placement/0"


async def found(url: str, *records: bytes) -> None:
    """A follower has found these records."""
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
    await runner.start()
    rows: list[RowChange] = [
        finding_row(TopicFinding(ORIGIN, 7 + number, 3, "another entry", record), number, NOW)
        for number, record in enumerate(records)
    ]
    await runner.apply((), rows)
    await runner.stop()
    await store.close()


@pytest.fixture
def billing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Billing's database, named to the command."""
    upgrade_tables("billing", database_url, {})
    monkeypatch.setenv(MIGRATION_URL, database_url)
    return database_url


def test_findings_are_shown_with_their_evidence_until_somebody_acknowledges_them(
    billing: str, tmp_path: Path
) -> None:
    run = CliRunner().invoke
    nothing = run(app, ["findings", "billing"])
    assert nothing.exit_code == 0
    assert "nothing was found" in nothing.stdout
    asyncio.run(found(billing, b"forged", b"garbage"))
    shown = run(app, ["findings", "billing", "--json", "--evidence", str(tmp_path / "kept")])
    assert shown.exit_code == FINDING
    said = json.loads(shown.stdout)
    assert said["found"] == {ORIGIN: 2}
    assert [(row["topic_offset"], row["size"]) for row in said["kept"]] == [(7, 6), (8, 7)]
    evidence = tmp_path / "kept" / "accord.example-placement-0-offset-7.record"
    assert evidence.read_bytes() == b"forged"
    done = run(app, ["findings", "billing", "--acknowledge", "night shift: a test of ours"])
    assert done.exit_code == 0
    assert "night shift: a test of ours" in " ".join(done.stdout.split())
    asyncio.run(found(billing, b"forged", b"garbage"))
    assert run(app, ["findings", "billing"]).exit_code == FINDING


def test_what_cannot_be_read_is_never_good(monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke
    monkeypatch.setenv(MIGRATION_URL, "postgresql://nobody@127.0.0.1:1/none")
    assert run(app, ["findings", "billing"]).exit_code == COULD_NOT
    assert run(app, ["findings", "audit"]).exit_code == WRONG_USE
    assert run(app, ["findings", "billing", "--acknowledge", "x" * 500]).exit_code == WRONG_USE
