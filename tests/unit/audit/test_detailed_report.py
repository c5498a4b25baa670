"""The report custody by custody and line by line, for whoever compares with the services."""

from __future__ import annotations

from datetime import date

from services.audit.domain.replay import Replay
from services.audit.domain.report import ReplayReport
from shared.contracts.invoice import InvoiceLineDrafted
from shared.kernel.money import Money, total
from tests.support.signing import KEYS
from tests.unit.audit.names import custody
from tests.unit.audit.told import by_the_night, main_job


def reported(*, detailed: bool) -> ReplayReport:
    """What the main job comes to."""
    replay = Replay(KEYS.fault, detailed=detailed)
    for entry in main_job():
        assert replay.feed(entry) == []
    return replay.report()


def test_each_custody_says_where_it_stands_and_how_many_nights_are_charged() -> None:
    one, two, five = (
        known
        for known in reported(detailed=True).custodies
        if known.custody in (custody(1), custody(2), custody(5))
    )
    assert (one.state, one.exit, one.departed_on) == ("in-custody", None, None)
    assert (two.state, two.exit) == ("ended", "placement.PersonReleased.v1")
    assert (two.arrived_on, two.departed_on) == (date(2025, 3, 16), date(2025, 3, 28))
    assert (five.state, five.exit) == ("ended", "placement.ReturnCompleted.v1")
    assert one.nights + two.nights + five.nights == 37


def test_a_place_that_was_given_back_is_of_nobody_in_custody() -> None:
    three = next(
        known for known in reported(detailed=True).custodies if known.custody == custody(3)
    )
    assert (three.state, three.arrived_on, three.nights) == ("reservation-released", None, 0)


def test_each_line_is_what_the_nights_come_to_and_what_the_entries_draft() -> None:
    lines = reported(detailed=True).invoice_lines
    drafted = {
        (entry.event.invoice, entry.event.custody, entry.event.component): entry.event
        for entry in main_job()
        if isinstance(entry.event, InvoiceLineDrafted)
    }
    assert len(lines) == len(drafted)
    for line in lines:
        event = drafted[line.invoice, line.custody, line.component]
        assert (line.quantity, line.unit, line.amount) == (event.quantity, event.unit, event.amount)
        assert (line.period, line.agreement) == (event.period, event.agreement)
    assert total((line.amount for line in lines), "USD") == Money("2027.40", "USD")


def test_a_night_of_two_components_is_one_night() -> None:
    replay = Replay(KEYS.fault, detailed=True)
    for entry in by_the_night():
        replay.feed(entry)
    report = replay.report()
    assert sum(known.nights for known in report.custodies) == 4
    assert report.nights_accrued - report.nights_reversed == 8


def test_a_report_that_nobody_wants_in_detail_keeps_no_lines() -> None:
    report = reported(detailed=False)
    assert (report.custodies, report.invoice_lines) == ((), ())
