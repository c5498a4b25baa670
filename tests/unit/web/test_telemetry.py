"""Telemetry: JSON lines, metrics of an app's own, W3C trace context."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.telemetry.logs import configure_logs, logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.trace import continued

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    handlers, level, configuration = root.handlers, root.level, structlog.get_config()
    yield
    structlog.configure(**configuration)
    root.handlers = handlers
    root.setLevel(level)


def lines(capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


def test_a_log_line_is_one_json_object_that_names_service_part_and_time(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    configure_logs("intake")
    logger("relay").info("published", entries=3, odd={1}, text="a\nb\ud800")
    (line,) = lines(capsysbinary)
    assert line["service"] == "intake"
    assert line["part"] == "relay"
    assert (line["event"], line["level"], line["entries"]) == ("published", "info", 3)
    assert str(line["timestamp"]).endswith("Z")


def test_what_is_below_the_level_is_not_logged(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    configure_logs("intake", "warning")
    logger("relay").info("quiet")
    logger("relay").warning("loud")
    assert [line["event"] for line in lines(capsysbinary)] == ["loud"]


def test_an_exception_is_logged_with_its_stack_and_without_local_values(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    configure_logs("intake")
    secret = "hunter" + "2"
    try:
        len(secret) / 0
    except ZeroDivisionError:
        logger("relay").exception("died")
    (line,) = lines(capsysbinary)
    assert "ZeroDivisionError" in str(line["exception"])
    assert "hunter2" not in str(line)


def test_the_logs_of_libraries_go_the_same_way(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    configure_logs("intake")
    logging.getLogger("library").warning("odd %s", "thing")
    logging.getLogger("library").info("chatter")
    (line,) = lines(capsysbinary)
    assert (line["part"], line["event"], line["level"]) == ("library", "odd thing", "warning")


def test_a_request_goes_on_in_the_trace_that_it_came_with() -> None:
    trace = continued(f"00-{TRACE}-{SPAN}-01".encode())
    assert trace.trace_id == TRACE
    assert trace.span_id != SPAN
    assert trace.traceparent == f"00-{TRACE}-{trace.span_id}-01"
    assert len(trace.traceparent) == 55


def test_a_header_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert continued(f"cc-{TRACE}-{SPAN}-01-more".encode()).trace_id == TRACE


@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"x",
        f"00-{TRACE}-{SPAN}".encode(),
        f"00-{TRACE.upper()}-{SPAN}-01".encode(),
        f"00-{'0' * 32}-{SPAN}-01".encode(),
        f"00-{TRACE}-{'0' * 16}-01".encode(),
        f"ff-{TRACE}-{SPAN}-01".encode(),
        f"00-{TRACE}-{SPAN}-01-more".encode(),
        f"00-{TRACE}-{SPAN}-01\n".encode(),
        b"00-" + b"\xff" * 32 + f"-{SPAN}-01".encode(),
    ],
)
def test_an_invalid_header_begins_a_new_trace(header: bytes | None) -> None:
    one, other = continued(header), continued(header)
    assert len(one.trace_id) == 32
    assert one.trace_id not in {TRACE, other.trace_id}


def test_metrics_have_our_prefix_and_what_every_process_has() -> None:
    metrics = Metrics()
    metrics.counter("entries_total", "Entries", "log").labels("intake").inc(3)
    metrics.gauge("lag", "Entries behind").set(7)
    metrics.seconds("commit_seconds", "Time to commit").observe(0.004)
    text = metrics.text().decode()
    assert 'accord_entries_total{log="intake"} 3.0' in text
    assert "accord_lag 7.0" in text
    assert 'accord_commit_seconds_bucket{le="0.005"} 1.0' in text
    assert "python_info" in text
