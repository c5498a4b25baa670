"""What a relay or follower tells about itself."""

from __future__ import annotations

import asyncio

import pytest

from shared.telemetry.metrics import Metrics
from shared.telemetry.status import Health, Patience, Status, measure


def test_each_failure_waits_twice_as_long_up_to_a_limit() -> None:
    status = Status("relay", Patience(first=1, longest=6))
    assert [status.failed("why") for _ in range(5)] == [1, 2, 4, 6, 6]


def test_a_success_forgets_earlier_failures() -> None:
    status = Status("relay", Patience(first=1, failures=2))
    status.failed("why")
    assert status.health().state == "failing"
    assert status.health().ready
    status.succeeded(3)
    assert status.failed("why") == 1
    assert status.health().state == "failing"
    status.failed("why")
    assert status.health().state == "stuck"
    assert not status.health().ready


async def test_a_task_is_attempted_again_until_what_failed_is_final() -> None:
    status = Status("relay", Patience(first=0, longest=0))
    failures: list[Exception] = [OSError("away"), OSError("still away"), ValueError("broken")]
    told: list[str] = []

    async def attempt() -> None:
        raise failures.pop(0)

    with pytest.raises(ValueError, match="broken"):
        await status.keep_going(attempt, lambda e, p: told.append(f"{e}, {p:g}"), final=ValueError)
    assert told == ["away, 0", "still away, 0"]
    assert (status.health().state, status.health().detail) == ("stopped", "broken")


async def test_a_task_that_is_cancelled_stands_by() -> None:
    status = Status("relay", Patience())
    task = asyncio.create_task(status.keep_going(asyncio.Event().wait, lambda *_: None))
    await asyncio.sleep(0)
    status.succeeded(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert status.health().state == "standby"


class Observed:
    """Tells what the test says."""

    name = "follower accord.example/intake/0"

    def __init__(self) -> None:
        self.now = Health(self.name, "running", 7, 1.5)

    def health(self) -> Health:
        return self.now


def test_gauges_are_read_when_the_metrics_are() -> None:
    metrics, observed = Metrics(), Observed()
    measure(metrics, [observed])
    task = 'task="follower accord.example/intake/0"'
    assert f"accord_task_lag_entries{{{task}}} 7.0" in metrics.text().decode()
    assert f"accord_task_idle_seconds{{{task}}} 1.5" in metrics.text().decode()
    observed.now = Health(observed.name, "stopped", 9, None)
    assert f"accord_task_lag_entries{{{task}}} 9.0" in metrics.text().decode()
    assert f"accord_task_ready{{{task}}} 0.0" in metrics.text().decode()
