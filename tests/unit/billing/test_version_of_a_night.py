"""A custody is priced by the version in force on each night (D6), and by no other."""

from datetime import date, timedelta

import pytest

from services.billing.domain.period_close import NightsWithoutPrice
from services.billing.domain.terms import TermsState
from shared.contracts.billing import FeeAccrued, NightUnpriced, TermsActivated
from shared.contracts.invoice import InvoiceIssued, PeriodClosed
from shared.kernel.dates import ONE_DAY, DatePeriod
from shared.kernel.ids import AgreementRef, EntryRef
from shared.kernel.money import Money
from tests.support import version_of_a_day
from tests.support.tariffs import nightly
from tests.support.version_of_a_day import Question
from tests.unit.billing.story import BED, NAME, TERM, Story, document

CHANGE = date(2025, 4, 10)
"""The first day of the amendment."""
BEFORE = CHANGE - ONE_DAY
DEARER = nightly("dearer-bed", "80.00")
FROM_THE_CHANGE = DatePeriod(CHANGE, date(2027, 1, 1))


@pytest.fixture
def held(story: Story) -> Story:
    """Somebody in custody under version 1 since before the change."""
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    return story


def priced(story: Story, night: date) -> str | None:
    """The component and version that price a night; none if nothing does."""
    (event,) = story.attest(1, night)
    return f"{event.component} {event.agreement}" if isinstance(event, FeeAccrued) else None


@version_of_a_day.each
def test_d6_the_version_in_force_on_the_night_prices_it(asked: Question) -> None:
    signed = [term.of(document(BED)) for term in asked.terms if term.signed_by_both]
    versions = tuple(
        TermsActivated(
            agreement=version.ref,
            digest="0" * 64,
            parties=version.parties,
            effective=version.effective,
            tariff=version.tariff,
            signed=EntryRef("accord.example/intake/0#7"),
        )
        for version in signed
    )
    state = TermsState(versions[::-1])  # in whichever order they were signed
    night = DatePeriod(asked.day, asked.day + ONE_DAY)
    found = state.in_force(night, "USD")
    expected = f"usa-slv-2025@{asked.in_force}" if asked.in_force else None
    assert (found.agreement if found else None) == expected


def test_d6_an_amendment_signed_early_prices_no_night_before_its_first_day(held: Story) -> None:
    held.terms(DEARER, version=2, effective=FROM_THE_CHANGE)
    assert priced(held, BEFORE) == "bed usa-slv-2025@1"
    assert priced(held, CHANGE) == "dearer-bed usa-slv-2025@2"


def test_d6_an_amendment_signed_late_prices_what_is_not_charged_yet(held: Story) -> None:
    """Nights that were charged stay as they are: a correction is an entry of its own (G21)."""
    assert priced(held, CHANGE) == "bed usa-slv-2025@1"
    held.terms(DEARER, version=2, effective=FROM_THE_CHANGE)
    assert held.balance("accrued-SLV") == 6500
    assert priced(held, BEFORE) == "bed usa-slv-2025@1"
    assert priced(held, CHANGE + ONE_DAY) == "dearer-bed usa-slv-2025@2"


def test_d6_a_gap_between_two_terms_has_no_version_and_no_price(story: Story) -> None:
    story.terms(BED, effective=DatePeriod(TERM.start, BEFORE))
    story.terms(DEARER, version=2, effective=FROM_THE_CHANGE)
    story.arrive(1, date(2025, 4, 1))
    (waits,) = story.attest(1, BEFORE)
    assert isinstance(waits, NightUnpriced)
    with pytest.raises(NightsWithoutPrice):
        story.close("2025-04")
    story.terms(DEARER, version=3, effective=DatePeriod(BEFORE, date(2027, 1, 1)))
    (night,) = story.reprice(1, "2025-04")
    assert isinstance(night, FeeAccrued)
    assert night.agreement == "usa-slv-2025@3"


def test_d6_the_longer_term_of_an_older_version_prices_nothing_after_the_newer_one_ended(
    held: Story,
) -> None:
    held.terms(DEARER, version=2, effective=DatePeriod(CHANGE, CHANGE + timedelta(days=5)))
    assert priced(held, CHANGE) == "dearer-bed usa-slv-2025@2"
    assert priced(held, CHANGE + timedelta(days=5)) is None


def test_an_amendment_signed_early_does_not_close_the_months_before_it(held: Story) -> None:
    """A month is closed in the currency of the version that was in force in it."""
    held.terms(
        nightly("euro-bed", Money("60.00", "EUR")),
        version=2,
        currency="EUR",
        effective=DatePeriod(date(2025, 6, 1), date(2027, 1, 1)),
    )
    assert priced(held, BEFORE) == "bed usa-slv-2025@1"
    events = held.close("2025-04", agreement=AgreementRef(NAME))
    (closed,) = (event for event in events if isinstance(event, PeriodClosed))
    assert closed.agreement == "usa-slv-2025@1"
    assert isinstance(events[-1], InvoiceIssued)
    assert events[-1].due == Money("65.00", "USD")
