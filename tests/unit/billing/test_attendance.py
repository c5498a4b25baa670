"""D3; G14: a closed month says which nights nobody attested, and bills none of them."""

from datetime import date, timedelta

from services.billing.domain import attendance
from shared.contracts.billing import FeeAccrued, NightAlreadyCharged
from shared.contracts.invoice import (
    InvoiceDrafted,
    InvoiceLineDrafted,
    NightsCounted,
    NightsNotAttested,
    PeriodClosed,
)
from shared.kernel.event import Event
from tests.unit.billing.story import BED, NAME, PLACES, Story, custody

APRIL = date(2025, 4, 1)
OTHER = "01930000-0000-7000-8000-000000000002"
THIRD = "01930000-0000-7000-8000-000000000003"


def days(first: date, count: int) -> tuple[date, ...]:
    """So many nights that follow one another."""
    return tuple(first + timedelta(days=day) for day in range(count))


def counted(events: tuple[Event, ...]) -> NightsCounted:
    """What the close says of the nights, and the draft with it."""
    (closed,) = (event for event in events if isinstance(event, PeriodClosed))
    (drafted,) = (event for event in events if isinstance(event, InvoiceDrafted))
    assert closed.nights == drafted.nights
    return closed.nights


def silent(events: tuple[Event, ...]) -> dict[str, tuple[date, ...]]:
    """The nights that are not attested, by custody."""
    return {event.custody: event.nights for event in events if isinstance(event, NightsNotAttested)}


def billed(events: tuple[Event, ...]) -> int:
    """How many nights the invoice charges."""
    return sum(event.quantity for event in events if isinstance(event, InvoiceLineDrafted))


def test_a_month_closed_with_2_of_16_nights_attested_says_so(story: Story) -> None:
    """D3: the nights are listed on the invoice as not attested, not billed."""
    story.terms(PLACES)
    story.arrive(1, date(2025, 3, 16))
    for night in days(date(2025, 3, 16), 2):
        story.attest(1, night)

    events = story.close("2025-03")

    assert (counted(events), counted(events).not_attested) == (NightsCounted(16, 2), 14)
    assert silent(events) == {custody(1): days(date(2025, 3, 18), 14)}
    assert billed(events) == 2


def test_a_headcount_that_was_never_taken_leaves_every_night_unbilled(story: Story) -> None:
    """G14: custody by custody, each with its own nights: arrival counts, departure does not."""
    story.terms(BED)
    story.arrive(1, date(2025, 3, 29))
    story.arrive(2, date(2025, 4, 28))
    story.leave(1, date(2025, 4, 3))
    story.arrive(3, date(2025, 4, 9))
    story.leave(3, date(2025, 4, 9))
    story.arrive(4, date(2025, 5, 1))

    events = story.close("2025-04")

    assert counted(events) == NightsCounted(due=6, attested=0)
    assert silent(events) == {
        custody(1): days(APRIL, 2),
        custody(2): days(date(2025, 4, 28), 3),
        custody(3): (date(2025, 4, 9),),
    }
    assert billed(events) == 0


def test_who_is_not_on_the_list_has_a_night_that_nobody_attested(story: Story) -> None:
    """G14: a headcount that misses a person does not attest their night."""
    story.terms(BED)
    for number in (1, 2):
        story.arrive(number, date(2025, 4, 29))
    story.attest(1, date(2025, 4, 29))
    story.attest(1, date(2025, 4, 30))
    story.attest(2, date(2025, 4, 30))

    assert silent(story.close("2025-04")) == {custody(2): (date(2025, 4, 29),)}


def test_d3_a_late_attestation_is_billed_in_the_open_period(story: Story) -> None:
    """The closed month's statement stands, and no later month counts its nights again."""
    story.terms(BED)
    story.arrive(1, date(2025, 4, 29))
    story.close("2025-04")

    (late,) = story.attest(1, date(2025, 4, 30))
    for night in days(date(2025, 5, 1), 31):
        story.attest(1, night)
    events = story.close("2025-05", invoice=OTHER)

    assert isinstance(late, FeeAccrued)
    assert (late.night, late.period) == (date(2025, 4, 30), "2025-05")
    assert (counted(events), silent(events), billed(events)) == (NightsCounted(31, 31), {}, 32)


def test_the_nights_of_a_stay_that_is_told_late_are_borne_by_the_next_open_month(
    story: Story,
) -> None:
    story.terms(BED)
    story.close("2025-03")
    story.close("2025-04", invoice=OTHER)
    story.arrive(1, date(2025, 4, 28))
    story.attest(1, date(2025, 4, 29))
    story.leave(1, date(2025, 5, 2))

    events = story.close("2025-05", invoice=THIRD)

    assert counted(events) == NightsCounted(due=4, attested=1)
    assert silent(events) == {custody(1): (date(2025, 4, 28), date(2025, 4, 30), date(2025, 5, 1))}


def test_months_that_are_closed_out_of_order_count_each_night_once(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 30))
    may = story.close("2025-05")
    story.arrive(2, date(2025, 5, 31))
    story.leave(2, date(2025, 6, 2))
    story.leave(1, date(2025, 5, 31))

    april = story.close("2025-04", invoice=OTHER)
    june = story.close("2025-06", invoice=THIRD)

    assert silent(may) == {custody(1): days(date(2025, 5, 1), 31)}
    assert silent(april) == {custody(1): (date(2025, 4, 30),)}
    assert silent(june) == {custody(2): (date(2025, 5, 31), date(2025, 6, 1))}


def test_a_night_that_is_charged_under_another_custody_is_attested(story: Story) -> None:
    """T8: it is kept off the bill, and nobody was silent about it."""
    story.terms(BED)
    story.arrive(1, date(2025, 4, 30))
    story.arrive(2, date(2025, 4, 30), who=1)
    story.attest(1, date(2025, 4, 30))
    (kept_off,) = story.attest(2, date(2025, 4, 30), who=1)

    events = story.close("2025-04")

    assert isinstance(kept_off, NightAlreadyCharged)
    assert (counted(events), silent(events)) == (NightsCounted(2, 2), {})


def test_an_unpriced_night_is_attested(story: Story) -> None:
    story.terms()
    story.arrive(1, date(2025, 4, 30))
    story.attest(1, date(2025, 4, 30))

    state = story.fold(attendance.fold(NAME))

    assert state.counted("2025-04") == NightsCounted(1, 1)


def test_what_closed_months_have_counted_is_forgotten(story: Story) -> None:
    """The state of an agreement of many years has its live stays and its open months alone."""
    story.terms(BED)
    for number in (1, 2):
        story.arrive(number, date(2025, 4, 29))
        story.attest(number, date(2025, 4, 29))
    story.leave(1, date(2025, 5, 1))
    story.close("2025-04")
    story.attest(1, date(2025, 4, 30))

    state = story.fold(attendance.fold(NAME))

    assert [stay.custody for stay in state.stays.values()] == [custody(2)]
    assert [stay.attested for stay in state.stays.values()] == [{}]


def test_the_end_of_a_stay_that_was_never_opened_changes_nothing(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 29))
    (ended,) = story.leave(1, date(2025, 4, 30))
    nobody = attendance.fold(NAME).initial

    assert attendance.evolve(nobody, ended) is nobody
