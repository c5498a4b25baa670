"""The demo's end: what the services claim is put beside what a replay comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from cli.demo.claims import ClaimedLine, Claims
from cli.demo.comparison import compared, differences
from services.audit.domain.replay import Replay
from shared.kernel.money import Money
from tests.support.signing import KEYS
from tests.unit.audit.names import custody
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from services.audit.domain.report import ReplayReport

MARCH = "2025-03"
EARNED = Money("2136.99", "USD")
ENDS = {
    "placement.PersonReleased.v1": "released",
    "placement.ReturnCompleted.v1": "returned",
    "placement.DeathReported.v1": "deceased",
}


@pytest.fixture(scope="module")
def report() -> ReplayReport:
    """What the main job comes to: stays that go on, ended in two ways, and a place given back."""
    replay = Replay(KEYS.fault, detailed=True)
    for entry in main_job():
        assert replay.feed(entry) == []
    return replay.report()


@pytest.fixture
def claims(report: ReplayReport) -> Claims:
    """What honest services say of it."""
    lines = tuple(
        ClaimedLine(line.custody or "", line.component, line.quantity, line.amount)
        for line in report.invoice_lines
        if line.period == MARCH
    )
    assert len(lines) < len(report.invoice_lines)  # a line of another month is not of this invoice
    statuses: dict[str, str] = {
        custody.custody: ENDS[custody.exit] if custody.exit else custody.state
        for custody in report.custodies
    }
    return Claims(custodies=statuses, period=MARCH, earned=EARNED, lines=lines)


def test_what_follows_from_the_logs_is_what_was_claimed(
    claims: Claims, report: ReplayReport
) -> None:
    assert {"in-custody", "released", "returned", "reservation-released"} <= {
        *claims.custodies.values()
    }
    verdict = compared(claims, report)
    assert (verdict.equal, verdict.difference) == (True, None)
    assert (verdict.custodies, verdict.lines) == (len(claims.custodies), len(claims.lines))
    assert sum(verdict.entries.values()) == len([*main_job()])


@pytest.mark.parametrize("end", ENDS.items())
def test_a_custody_that_ended_is_called_what_placement_calls_its_end(
    claims: Claims, report: ReplayReport, end: tuple[str, str]
) -> None:
    exit_type, status = end
    ended = tuple(
        msgspec.structs.replace(stay, state="ended", exit=exit_type) for stay in report.custodies
    )
    replayed = msgspec.structs.replace(report, custodies=ended)
    said = msgspec.structs.replace(claims, custodies=dict.fromkeys(claims.custodies, status))
    assert [*differences(said, replayed)] == []


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ({custody(1): "released"}, "replayed in-custody, claimed released"),
        ({custody(2): "returned"}, "replayed released, claimed returned"),
        ({"another": "in-custody"}, "custody another: replayed not there, claimed in-custody"),
    ],
)
def test_a_custody_that_does_not_follow_is_told(
    claims: Claims, report: ReplayReport, statuses: dict[str, str], told: str
) -> None:
    wrong = msgspec.structs.replace(claims, custodies={**claims.custodies, **statuses})
    (difference,) = differences(wrong, report)
    assert told in difference


def test_a_custody_that_nobody_claims_is_told(claims: Claims, report: ReplayReport) -> None:
    rest = {name: status for name, status in claims.custodies.items() if name != custody(1)}
    (difference,) = differences(msgspec.structs.replace(claims, custodies=rest), report)
    assert difference == f"custody {custody(1)}: replayed in-custody, claimed not there"


def test_a_line_that_does_not_follow_is_told(claims: Claims, report: ReplayReport) -> None:
    first, *others = claims.lines
    longer = msgspec.structs.replace(first, quantity=first.quantity + 1)
    wrong = msgspec.structs.replace(claims, lines=(longer, *others))
    (difference,) = differences(wrong, report)
    assert f"quantity={first.quantity}" in difference
    assert f"quantity={first.quantity + 1}" in difference
    (difference,) = differences(msgspec.structs.replace(claims, lines=tuple(others)), report)
    assert "claimed not there" in difference


def test_a_sum_that_is_no_sum_of_the_lines_is_told(claims: Claims, report: ReplayReport) -> None:
    wrong = msgspec.structs.replace(claims, earned=EARNED + Money("0.01", "USD"))
    assert [*differences(wrong, report)] == [
        f"earned in 2025-03: replayed {EARNED}, claimed {wrong.earned}"
    ]
