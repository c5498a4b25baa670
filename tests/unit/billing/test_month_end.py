"""What the end of a month adds is owed once, for everybody, and follows what comes late (F6)."""

from datetime import date

import msgspec
import pytest

from services.billing.domain.period_close import LinesDoNotFollow
from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import InvoiceDrafted, InvoiceLineDrafted
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.money import Money
from shared.tariff.person_month import PersonMonth
from shared.tariff.rounding import Rounding
from tests.support.tariffs import nightly
from tests.unit.billing.story import Story

SMALL = PersonMonth(
    id="places", rate=Money("8500.00", "EUR"), minimum=2, rounding=Rounding("half-even", 2)
)
APRIL = date(2025, 4, 1)


def owed(events: tuple[Event, ...]) -> list[tuple[int, str, str | None]]:
    """The lines of an invoice: how many, for how much, and why."""
    lines = (event for event in events if isinstance(event, InvoiceLineDrafted))
    return [(line.quantity, line.amount.amount, line.reason) for line in lines]


def test_a_late_person_takes_the_place_of_one_that_was_owed_for_nobody() -> None:
    """What comes late is charged in the open month, by what it changes in its own."""
    story = Story()
    story.terms(SMALL, currency="EUR")
    for number in (1, 2, 3):
        story.arrive(number, APRIL)
    story.attest(1, APRIL)
    april = story.close("2025-04")
    assert owed(april) == [
        (1, "8500.00", "minimum-not-reached"),
        (1, "8500.00", None),
    ]

    (second,) = story.attest(2, APRIL)
    (third,) = story.attest(3, APRIL)
    assert isinstance(second, FeeAccrued)
    assert isinstance(third, FeeAccrued)
    assert (second.period, second.quantity) == ("2025-05", 0)
    assert (third.period, third.amount) == ("2025-05", Money("8500.00", "EUR"))
    may = story.close("2025-05", invoice="01930000-0000-7000-8000-000000000002")
    (drafted,) = (event for event in may if isinstance(event, InvoiceDrafted))
    assert drafted.earned == Money("25500.00", "EUR")
    assert sum(story.balances().values()) == 0


def test_d8_a_mismatch_adds_nothing_of_the_months_end() -> None:
    """A month that stays open has not ended: its minimum is charged by the close, once."""
    story = Story()
    story.terms(SMALL, currency="EUR")
    story.arrive(1, APRIL)
    (right,) = story.attest(1, APRIL)
    assert isinstance(right, FeeAccrued)
    wrong = msgspec.structs.replace(right, amount=Money("8501.00", "EUR"))
    story.exchange(right, wrong)
    with pytest.raises(LinesDoNotFollow):
        story.close("2025-04")
    assert story.last(FeeAccrued) == wrong

    story.exchange(wrong, right)

    assert len(owed(story.close("2025-04"))) == 2


def test_an_amendment_that_carries_the_terms_on_owes_one_minimum_for_everybody() -> None:
    story = Story()
    story.terms(SMALL, currency="EUR")
    story.arrive(1, APRIL)
    story.attest(1, APRIL)
    story.terms(SMALL, version=2, currency="EUR")
    story.arrive(2, APRIL, agreement=AgreementRef("usa-slv-2025@2"))
    story.attest(2, APRIL, agreement=AgreementRef("usa-slv-2025@2"))

    assert owed(story.close("2025-04")) == [
        (0, "0.00", "minimum-reached"),
        (1, "8500.00", None),
        (1, "8500.00", None),
    ]


def test_the_minimum_of_terms_that_an_amendment_replaced_is_not_owed() -> None:
    story = Story()
    story.terms(SMALL, currency="EUR")
    story.arrive(1, APRIL)
    story.terms(nightly("bed", Money("65.00", "EUR")), version=2, currency="EUR")
    story.attest(1, APRIL)

    assert owed(story.close("2025-04")) == [(1, "65.00", None)]
