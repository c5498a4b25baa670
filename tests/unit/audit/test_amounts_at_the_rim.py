"""The largest terms that can be agreed are charged, invoiced, told and audited without an error."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import InvoiceCertified, InvoiceDrafted, InvoiceIssued
from shared.kernel.bounds import DAY_AFTER, FIRST_DAY, LARGEST_TERM, MOST, MOST_DIGITS
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money
from shared.kernel.reference.currency import MINOR_DIGITS
from shared.tariff.fact import MonthEnd
from shared.tariff.prepaid import NightsUsed
from tests.unit.audit.names import document
from tests.unit.audit.story import Story, audited
from tests.unit.audit.told import FIRST_NIGHT, night

LONGEST = {"start": str(FIRST_DAY), "end": str(DAY_AFTER)}
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])
MODES = st.sampled_from(["half-even", "half-up", "down", "up"])
KINDS = ("person-month", "per-night", "prepaid", "fixed", "earmarked-fund")


def terms(kind: str, currency: str, mode: str, minor: int) -> dict[str, Any]:
    """A component that states so many minor units, and counts as much as it can."""
    amount = {"amount": Money.of(minor, currency).amount, "currency": currency}
    owns: dict[str, dict[str, Any]] = {
        "person-month": {"rate": amount, "minimum": str(MOST), "maximum": str(MOST)},
        "per-night": {"rate": amount},
        "prepaid": {"amount": amount, "persons": str(MOST), "nights": str(MOST)},
        "fixed": {"yearly": amount, "places": str(MOST), "effective": LONGEST},
        "earmarked-fund": {"yearly": amount, "purpose": "prisons", "effective": LONGEST},
    }
    rounding = {"mode": mode, "place": str(MINOR_DIGITS[currency])}
    return {"kind": kind, "id": kind, "rounding": rounding, **owns[kind]}


def tariff(currency: str, mode: str, minor: int) -> dict[str, Any]:
    """Every kind of component at once, beside one another."""
    components = [terms(kind, currency, mode, minor) for kind in KINDS]
    for component in components:
        component["beside"] = [kind for kind in KINDS if kind != component["id"]]
    return {"currency": currency, "components": components}


def largest(currency: str, mode: str, minor: int) -> Story:
    """From the proposal of such terms to a certified invoice."""
    story = Story().agreed(tariff=tariff(currency, mode, minor), effective=LONGEST).facility()
    story.capacity(MOST)
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.on(FIRST_NIGHT).travelled(1, 1)
    story.accepted(1)
    story.on(night(1)).counted(night(0), 1)
    story.on(date(2025, 4, 2)).closed("2025-03")
    story.certified()
    return story


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CURRENCIES, MODES, st.integers(LARGEST_TERM - 2, LARGEST_TERM))
def test_the_largest_terms_are_charged_invoiced_and_audited(
    currency: str, mode: str, minor: int
) -> None:
    facts = largest(currency, mode, minor).facts()
    assert audited(facts)[1] == []
    events = [fact.event for fact in facts]
    (drafted,) = [event for event in events if isinstance(event, InvoiceDrafted)]
    accrued = [event.amount.minor for event in events if isinstance(event, FeeAccrued)]
    assert drafted.earned.minor == sum(accrued) > LARGEST_TERM * MOST
    assert any(isinstance(event, InvoiceIssued) for event in events)
    assert any(isinstance(event, InvoiceCertified) for event in events)


@pytest.mark.parametrize("kind", KINDS)
def test_what_such_terms_have_borne_in_all_their_months_can_be_told(kind: str) -> None:
    alone = {"currency": "USD", "components": [terms(kind, "USD", "up", LARGEST_TERM)]}
    (component,) = document(tariff=alone, effective=LONGEST).tariff.components
    tally = component.empty
    for year in range(FIRST_DAY.year, DAY_AFTER.year):
        for number in range(1, 13):
            charge = component.close(MonthEnd(f"{year}-{number:02}", EntryRef("o#1")), tally)
            tally = tally if charge is None else charge.tally
    if isinstance(tally, NightsUsed):
        tally = NightsUsed(nights=MOST * MOST)
    statement = component.statement(tally)
    assert len(str(statement.earned.minor)) < MOST_DIGITS
    assert str(statement.earned) in statement.words


def test_no_sum_of_an_agreement_has_as_many_digits_as_an_amount_may_have() -> None:
    """Every component of the largest entry, in every month of the longest term, with everybody."""
    months = 12 * (DAY_AFTER.year - FIRST_DAY.year)
    components = 65_535 // len(
        '{"id":"a","kind":"per-night","rate":{"amount":"1","currency":"JPY"}}'
    )
    assert len(str(LARGEST_TERM * MOST * 31 * months * components)) <= MOST_DIGITS - 7
