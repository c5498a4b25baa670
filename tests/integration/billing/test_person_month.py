"""A price for each person-month with a minimum: Sweden – Estonia, to the cent (F6).

From the signed document over HTTP and a real database to the invoice, and what an audit makes of
the log.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.billing import FeeAccrued
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.messaging.tiled_log import TiledLog
from shared.tariff.fact import MonthEnd, PersonNight
from shared.tariff.person_month import PersonMonth, PersonMonths
from shared.tariff.rounding import Rounding
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.support.signed_terms import reads_as_signed
from tests.support.three_logs import SERVICES, origin
from tests.unit.audit import story as audit_story
from tests.unit.audit.rules import differs
from tests.unit.audit.tampering import Tampering
from tests.unit.billing.story import document

TARTU = PersonMonth(
    id="places",
    rate=Money("8500.00", "EUR"),
    minimum=300,
    maximum=600,
    rounding=Rounding("half-even", 2),
)
SIGNED = (
    '{"id":"places","kind":"person-month","maximum":600,"minimum":300,'
    '"rate":{"amount":"8500.00","currency":"EUR"},"rounding":{"mode":"half-even","place":2}}'
)
SMALL = PersonMonth(
    id="places", rate=Money("8500.00", "EUR"), minimum=2, rounding=Rounding("half-even", 2)
)
MONTHS = [f"2025-{number:02d}" for number in range(3, 13)] + ["2026-01", "2026-02"]
APRIL = date(2025, 4, 1)
MINIMUM = "2550000.00"


def night(number: int, day: date = APRIL) -> PersonNight:
    """A night of that person."""
    return PersonNight(CustodyId(f"c{number}"), PersonId(f"p{number}"), day, EntryRef("o#1"))


def spent(persons: int, tally: PersonMonths | None = None, day: date = APRIL) -> PersonMonths:
    """The tally after one night of so many persons."""
    tally = TARTU.empty if tally is None else tally
    for number in range(persons):
        charge = TARTU.charge(night(number, day), tally)
        assert charge is not None
        tally = charge.tally
    return tally


def ended(tally: PersonMonths, month: str = "2025-04") -> PersonMonths:
    """The tally after the month's end."""
    charge = TARTU.close(MonthEnd(month, EntryRef("o#7")), tally)
    assert charge is not None
    return charge.tally


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, TARTU)


@pytest.mark.parametrize(
    ("persons", "amount"),
    [
        (0, MINIMUM),
        (1, MINIMUM),
        (300, MINIMUM),
        (301, "2558500.00"),
        (600, "5100000.00"),
    ],
)
def test_f6_a_month_is_owed_for_its_persons_and_for_300_at_least(persons: int, amount: str) -> None:
    statement = TARTU.statement(ended(spent(persons)))

    assert statement.earned == Money(amount, "EUR")
    assert (statement.used, statement.shortfall) == (persons, max(0, 300 - persons))


def test_f6_nine_months_of_transition_and_a_year_at_the_minimum() -> None:
    tally, earned = TARTU.empty, {}
    for count, month in enumerate(MONTHS, start=1):
        tally = ended(tally, month)
        earned[count] = TARTU.statement(tally).earned.amount

    assert (earned[9], earned[12]) == ("22950000.00", "30600000.00")


def test_f6_nobody_is_taken_beyond_600_and_who_is_there_already_may_stay() -> None:
    tally = spent(600)

    assert TARTU.charge(night(601), tally) is None
    again = TARTU.charge(night(1, APRIL + timedelta(days=1)), tally)
    assert again is not None
    assert (again.quantity, again.amount) == (0, Money("0.00", "EUR"))


def test_a_person_counts_for_a_month_once_and_until_their_last_night_is_taken_back() -> None:
    second = APRIL + timedelta(days=1)
    tally = spent(1, spent(1), second)

    first_back = TARTU.reverse(night(0, second), tally)
    last_back = TARTU.reverse(night(0), first_back.tally)

    assert (first_back.quantity, last_back.quantity) == (0, -1)
    assert last_back.amount == Money("-8500.00", "EUR")


def test_the_end_says_why_somebody_pays_for_nobody_and_names_the_terms() -> None:
    short = TARTU.close(MonthEnd("2025-04", EntryRef("o#7")), spent(287))
    full = TARTU.close(MonthEnd("2025-04", EntryRef("o#7")), spent(300))

    assert short is not None
    assert (short.quantity, short.reason) == (13, "minimum-not-reached")
    assert short.evidence == ("o#7",)
    assert full is not None
    assert (full.quantity, full.amount, full.reason) == (
        0,
        Money("0.00", "EUR"),
        "minimum-reached",
    )
    assert TARTU.statement(short.tally).words == (
        "287 person-months and 13 of the minimum that nobody used at EUR 8,500.00: EUR 2,550,000.00"
    )
    assert (
        TARTU.statement(full.tally).words == "300 person-months at EUR 8,500.00: EUR 2,550,000.00"
    )


def test_a_month_without_a_day_of_the_terms_has_no_minimum() -> None:
    year = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
    own = PersonMonth(id="p", rate=TARTU.rate, rounding=TARTU.rounding, effective=year, minimum=1)

    assert own.close(MonthEnd("2025-02", EntryRef("o#1")), own.empty) is None
    assert own.close(MonthEnd("2026-04", EntryRef("o#1")), own.empty) is None
    assert own.applies(MonthEnd("2025-03", EntryRef("o#1")))
    assert own.applies(night(1))
    assert not own.applies(night(1, year.end))


@given(
    st.lists(st.tuples(st.sampled_from(("night", "back", "end")), st.integers(0, 4)), max_size=40)
)
def test_a_month_is_owed_for_its_persons_whatever_comes_late(steps: list[tuple[str, int]]) -> None:
    here = dict.fromkeys(range(5), 0)
    tally, sum_, is_over = SMALL.empty, 0, False
    for what, number in steps:
        if what == "night":
            here[number] += 1
            charge = SMALL.charge(night(number), tally)
        elif what == "back" and here[number]:
            here[number] -= 1
            charge = SMALL.reverse(night(number), tally)
        elif what == "end" and not is_over:
            is_over = True
            charge = SMALL.close(MonthEnd("2025-04", EntryRef("o#7")), tally)
        else:
            continue
        assert charge is not None
        tally, sum_ = charge.tally, sum_ + charge.amount.minor
        persons = sum(1 for nights in here.values() if nights)
        assert sum_ == 850_000 * max(persons, 2 if is_over else 0)
        assert SMALL.statement(tally).earned.minor == sum_


async def test_f6_over_http_301_persons_and_then_nobody(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    everybody = range(1, 302)
    await neighbours.activate(document(TARTU, currency="EUR"))
    await neighbours.accept(everybody, APRIL)
    await neighbours.attest(everybody, APRIL, 1)
    await neighbours.settled()

    april = (await treasuries.close("2025-04")).json()
    may = (await treasuries.close("2025-05")).json()

    assert (april["status"], april["due"]["amount"]) == ("issued", "2558500.00")
    assert (may["status"], may["due"]["amount"]) == ("issued", MINIMUM)
    shown = await treasuries.get(f"/v1/invoices/{may['invoice']}")
    (line,) = shown["lines"]
    assert (line["custody"], line["unit"], line["quantity"]) == (None, "person-month", 300)
    assert line["reason"] == "minimum-not-reached"
    assert line["evidence"] == [{"origin": "accord.example/intake/0", "first": 0, "last": 0}]
    (component,) = (await treasuries.get("/v1/statements/usa-slv-2025"))["components"]
    assert (component["used"], component["shortfall"]) == (301, 300)
    assert component["earned"]["amount"] == "5108500.00"


def agreed() -> dict[str, Any]:
    """The tariff as it stands in a document."""
    rounding = {"mode": "half-even", "place": "2"}
    rate = {"amount": "8500.00", "currency": "EUR"}
    places = {"kind": "person-month", "id": "places", "rate": rate, "minimum": "300"}
    return {"currency": "EUR", "components": [{**places, "rounding": rounding}]}


async def test_an_audit_finds_nothing_in_it_and_finds_a_cent_that_was_changed(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    story = audit_story.Story().agreed(tariff=agreed()).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(date(2025, 3, 16)).travelled(1, 1, 2)
    story.accepted(1, 2)
    for day in (16, 17, 18):
        story.on(date(2025, 3, day + 1)).counted(date(2025, 3, day), 1, 2)
    logs = {name: story.world.logs[name].entries for name in SERVICES}
    for name in neighbours.services:
        await neighbours.services[name].say(logs[name])
    await neighbours.settled()
    closed = (await treasuries.close("2025-03")).json()
    assert (closed["lines"], closed["due"]["amount"]) == (3, MINIMUM)

    logs["billing"] = await billing_log(treasuries)
    facts = audit_story.in_order(logs)

    assert audit_story.audited(facts)[1] == []
    charges = [fact for fact in facts if isinstance(fact.event, FeeAccrued)]
    assert len(charges) == 7
    for nth in range(len(charges)):
        changed = Tampering(facts, FeeAccrued, nth)
        cent = changed.words.amount + Money("0.01", "EUR")
        assert differs("tariff") in changed.event(amount=cent).here()


async def billing_log(treasuries: Treasuries) -> list[bytes]:
    """The entries of the real log, as everybody may read them."""
    log = TiledLog(treasuries.client, "http://billing.example", origin("billing"))
    size = (await treasuries.get("/v1/log"))["size"]
    return list(await log.entries(0, size))
