"""What a relay or follower tells about itself."""

from __future__ import annotations

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
