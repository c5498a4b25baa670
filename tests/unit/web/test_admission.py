"""Under load fewer commands are taken, urgent ones always first."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from shared.telemetry.metrics import Metrics
from shared.web.admission import Admission, Limits
from shared.web.problems import Refused
from tests.unit.web.sample import PERSON, REGISTRATION, Service

if TYPE_CHECKING:
    import httpx


class Age:
    """An age that a test sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


EVERY_ONE_COUNTS = Limits(few=0)


def taken(admission: Admission, count: int, *, urgent: bool = False) -> int:
    """How many of so many commands, one after another, are taken."""
    number = 0
    for _ in range(count):
        try:
            with admission.admitted(urgent=urgent):
                number += 1
        except Refused:
            continue
    return number


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.0, 100), (0.4, 100), (0.6, 75), (0.8, 50), (1.0, 25), (1.2, 0), (60.0, 0)],
)
def test_the_older_the_oldest_unfinal_entry_the_fewer_commands_are_taken(
    seconds: float, expected: int
) -> None:
    admission = Admission(Age(seconds), EVERY_ONE_COUNTS)
    assert taken(admission, 100) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("seconds", [0.0, 1.0, 1.2, 60.0])
def test_holds_returns_and_releases_go_first(seconds: float) -> None:
    assert taken(Admission(Age(seconds), EVERY_ONE_COUNTS), 100, urgent=True) == 100


def test_what_is_refused_says_when_to_come_again_and_that_nothing_was_recorded() -> None:
    metrics = Metrics()
    with (
        pytest.raises(Refused) as refused,
        Admission(Age(3.2), EVERY_ONE_COUNTS, metrics).admitted(urgent=False),
    ):
        pass
    assert refused.value.problem.status == 503
    assert refused.value.problem.type.endswith("/overloaded")
    assert refused.value.headers == {"retry-after": "3"}
    assert 'accord_commands_shed_total{urgent="false"} 1.0' in metrics.text().decode()
    assert "accord_unfinal_age_seconds 3.2" in metrics.text().decode()


def test_so_many_are_under_way_at_once_and_room_is_kept_for_urgent_ones() -> None:
    admission = Admission(Age(0), Limits(commands=3, urgent=5))
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(admission.admitted(urgent=False))
        assert taken(admission, 1) == 0
        for _ in range(2):
            stack.enter_context(admission.admitted(urgent=True))
        assert taken(admission, 1, urgent=True) == 0
    assert taken(admission, 3) == 3


def test_the_longer_commands_wait_to_be_decided_the_fewer_are_taken() -> None:
    clock = Age(100.0)
    admission = Admission(Age(0.3), EVERY_ONE_COUNTS, now=clock)
    with ExitStack() as stack:
        first = stack.enter_context(admission.admitted(urgent=False))
        clock.seconds += 0.5
        assert taken(admission, 100) == pytest.approx(50, abs=1)  # 0.5 s to decide, 0.3 s to final
        second = stack.enter_context(admission.admitted(urgent=True))
        clock.seconds += 1.0
        assert taken(admission, 100) == 0
        first.decided()
        assert admission.undecided_age() == pytest.approx(1.0)
        second.decided()
        assert taken(admission, 100) == 100  # whoever waits for finality alone is no load
    assert admission.undecided_age() == 0.0


def test_a_few_commands_at_once_are_no_load_however_late_finality_is() -> None:
    admission = Admission(Age(9), Limits(few=2))
    assert taken(admission, 10) == 10
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(admission.admitted(urgent=False))
        assert taken(admission, 10) == 0


def test_after_the_load_everything_is_taken_again() -> None:
    age = Age(9)
    admission = Admission(age, EVERY_ONE_COUNTS)
    assert taken(admission, 50) == 0
    age.seconds = 0.1
    assert taken(admission, 50) == 50


async def test_a_service_under_load_records_no_ordinary_command_and_stays_ready(
    service: Service, client: httpx.AsyncClient
) -> None:
    service.unfinal_age = 2.0
    key = {"idempotency-key": "once"}
    shed = await client.post("/v1/persons", json=REGISTRATION, headers=key)
    assert (shed.status_code, shed.headers["retry-after"]) == (503, "2")
    assert await service.log.size() == 0
    urgent = await client.post(f"/v1/persons/{PERSON}:board", headers={"idempotency-key": "two"})
    assert urgent.status_code == 422  # decided, and refused by its rule on record
    assert await service.log.size() == 1
    assert (await client.get("/status")).status_code == 200
    service.unfinal_age = 0.0
    assert (await client.post("/v1/persons", json=REGISTRATION, headers=key)).status_code == 201
