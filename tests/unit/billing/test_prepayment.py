"""A prepayment is the signed amount, received once, by the state that is paid (F7)."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from services.billing.domain.prepayment import (
    ComponentNotPrepaid,
    ComponentUnknown,
    NotTheReceivingTreasury,
    PrepaymentAlreadyReceived,
    PrepaymentDiffersFromTerms,
    ReceivedInTheFuture,
)
from services.billing.domain.terms import TermsUnknown
from shared.contracts.billing import PrepaymentReceived, PrepaymentRefused
from shared.contracts.invoice import InvoiceDrafted
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.money import Money
from shared.kernel.rejected import RuleBroken
from tests.unit.billing.story import NAME, OVERFLOW, PAYER, PLACES, TERMS, YEAR, Story

LATER = "01930000-0000-7000-8000-000000000002"


def test_what_was_paid_ahead_is_owed_back_until_nights_earn_it(story: Story) -> None:
    story.terms(PLACES)

    (received,) = story.pay_ahead(agreement=AgreementRef(NAME))

    assert isinstance(received, PrepaymentReceived)
    assert received.agreement == TERMS
    assert story.balances() == {
        "cash-SLV": 476000000,
        "cash-USA": -476000000,
        "prepaid-SLV": -476000000,
        "prepaid-USA": 476000000,
    }


@pytest.mark.parametrize("order", list(permutations(("pay", "attest", "close"))))
def test_f7_the_order_of_prepayment_nights_and_close_changes_nothing_that_is_due(
    story: Story, order: tuple[str, ...]
) -> None:
    """16 prepaid nights are USD 876.71 earned: due as the prepayment, never on an invoice too."""
    story.terms(PLACES, OVERFLOW)
    story.arrive(1, YEAR.start)
    recorded: list[Event] = []
    for what in (*order, "close later"):
        match what:
            case "pay":
                story.pay_ahead()
            case "attest":
                for day in range(16):
                    story.attest(1, YEAR.start + timedelta(days=day))
            case "close":
                recorded += story.close("2025-03")
            case _:
                recorded += story.close("2025-04", invoice=LATER)

    invoices = [event for event in recorded if isinstance(event, InvoiceDrafted)]
    nothing = Money("0.00", "USD")
    assert [invoice.due for invoice in invoices] == [nothing, nothing]
    assert sum(invoice.drawn.minor for invoice in invoices) == 87671
    assert sum(invoice.earned.minor for invoice in invoices) == 87671
    assert story.balances() == {
        "cash-SLV": 476000000,
        "cash-USA": -476000000,
        "prepaid-SLV": -475912329,
        "prepaid-USA": 475912329,
    }


def test_a_component_is_paid_ahead_once(story: Story) -> None:
    story.terms(PLACES)
    story.pay_ahead()

    with pytest.raises(PrepaymentAlreadyReceived):
        story.pay_ahead()


def test_only_the_state_that_is_paid_records_it(story: Story) -> None:
    story.terms(PLACES)

    with pytest.raises(NotTheReceivingTreasury, match="SLV"):
        story.pay_ahead(actor=PAYER)


def test_there_is_nothing_to_pay_under_terms_or_components_that_nobody_signed(
    story: Story,
) -> None:
    with pytest.raises(TermsUnknown):
        story.pay_ahead()
    story.terms(PLACES)
    with pytest.raises(TermsUnknown):
        story.pay_ahead(agreement=AgreementRef("usa-slv-2025@2"))
    with pytest.raises(ComponentUnknown):
        story.pay_ahead(component="fund")


@pytest.mark.parametrize(
    ("component", "amount", "on", "rule"),
    [
        ("bed", "65.00", date(2025, 3, 1), ComponentNotPrepaid),
        ("places", "4759999.99", date(2025, 3, 1), PrepaymentDiffersFromTerms),
        ("places", "4760000.00", date(2026, 4, 22), ReceivedInTheFuture),
    ],
)
def test_a_prepayment_that_a_rule_stops_is_on_the_ledger(
    story: Story, component: str, amount: str, on: date, rule: type[RuleBroken]
) -> None:
    story.terms(PLACES, OVERFLOW)

    with pytest.raises(rule):
        story.pay_ahead(component, Money(amount, "USD"), on=on)

    refused = story.events[-1]
    assert isinstance(refused, PrepaymentRefused)
    assert refused.refusal.reason == rule.__name__
    assert story.balances() == {}
