"""A night is charged once, when it was attested and is part of the stay (G20)."""

from datetime import date

import pytest

from shared.contracts.billing import FeeAccrued, NightNotCharged, NightUnpriced
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.money import Money
from shared.kernel.rejected import NotYet
from tests.support.tariffs import nightly, pool
from tests.unit.billing.story import BED, PLACES, REGISTRY, TERMS, YEAR, Story

ARRIVAL = date(2025, 3, 16)
NEXT = date(2025, 3, 17)


def charged(events: tuple[Event, ...]) -> FeeAccrued:
    """The one accrual among these events."""
    (event,) = events
    assert isinstance(event, FeeAccrued), event
    return event


def kept_off(events: tuple[Event, ...]) -> str:
    """Why a night was kept off the bill."""
    (event,) = events
    assert isinstance(event, NightNotCharged), event
    assert event.refusal.rule == "G20"
    return event.refusal.reason


def test_an_attested_night_is_charged_with_what_attests_it(story: Story) -> None:
    story.terms(PLACES)
    story.arrive(1, ARRIVAL)

    night = charged(story.attest(1, ARRIVAL))

    assert (night.amount, night.period) == (Money("54.79", "USD"), "2025-03")
    assert (night.unit, night.quantity) == ("person-night", 1)
    assert night.evidence == ("accord.example/placement/0#101",)
    assert night.attested_by == str(REGISTRY)


def test_f7_a_prepaid_night_is_earned_and_due_only_as_the_prepayment(story: Story) -> None:
    story.terms(PLACES)
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)
    assert story.balances() == {"prepaid-SLV": 5479, "prepaid-USA": -5479}

    story.pay_ahead()
    assert story.balances() == {
        "cash-SLV": 476000000,
        "cash-USA": -476000000,
        "prepaid-SLV": -475994521,
        "prepaid-USA": 475994521,
    }

    story.attest(1, NEXT)
    assert story.balance("prepaid-SLV") == -475989041


def test_no_attestation_no_accrual(story: Story) -> None:
    story.terms(PLACES)
    story.arrive(1, ARRIVAL)
    story.leave(1, date(2025, 4, 16))

    assert story.balances() == {}


def test_t8_four_orders_for_one_person_are_one_person_night(story: Story) -> None:
    """Four custodies, two agreements and two facilities: the person slept once (G20)."""
    other = AgreementRef("usa-slv-2025@2")
    story.terms(PLACES)
    story.terms(PLACES, version=2)
    for order in (1, 2, 3):
        story.arrive(order, ARRIVAL, who=7)
    story.arrive(4, ARRIVAL, who=7, agreement=other)

    charged(story.attest(1, ARRIVAL, who=7))

    for order, terms in ((2, TERMS), (3, TERMS), (4, other)):
        again = story.attest(order, ARRIVAL, who=7, agreement=terms)
        assert kept_off(again) == "PersonNightAlreadyCharged"
    assert story.balances() == {"prepaid-SLV": 5479, "prepaid-USA": -5479}


def test_a_second_headcount_of_a_night_does_not_charge_it_again(story: Story) -> None:
    story.terms(PLACES)
    story.arrive(1, ARRIVAL)
    first = charged(story.attest(1, ARRIVAL))

    (again,) = story.attest(1, ARRIVAL)

    assert isinstance(again, NightNotCharged)
    assert again.refusal.findings[0].evidence == first.evidence[0]


def test_f10_two_facilities_in_one_day_are_charged_once(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL, who=7)
    story.leave(1, NEXT, who=7)
    story.arrive(2, NEXT, who=7)

    assert kept_off(story.attest(1, NEXT, who=7)) == "NightOutsideStay"
    charged(story.attest(2, NEXT, who=7))
    assert story.balance("accrued-SLV") == 6500


def test_f10_out_and_back_in_on_one_day_is_never_two(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL, who=7)
    charged(story.attest(1, ARRIVAL, who=7))
    story.leave(1, ARRIVAL, who=7)
    story.arrive(2, ARRIVAL, who=7)

    assert kept_off(story.attest(2, ARRIVAL, who=7)) == "PersonNightAlreadyCharged"


def test_f10_in_and_out_on_one_day_is_one_night(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    story.leave(1, ARRIVAL)

    charged(story.attest(1, ARRIVAL))
    assert kept_off(story.attest(1, NEXT)) == "NightOutsideStay"


@pytest.mark.parametrize("night", [date(2025, 3, 15), date(2025, 4, 1), date(2025, 4, 2)])
def test_a_night_before_arrival_or_from_departure_on_is_not_charged(
    story: Story, night: date
) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    story.leave(1, date(2025, 4, 1))

    assert kept_off(story.attest(1, night)) == "NightOutsideStay"


def test_a_custody_that_was_never_accepted_is_not_charged(story: Story) -> None:
    story.terms(BED)

    assert kept_off(story.attest(1, ARRIVAL)) == "NightOutsideStay"


def test_a_headcount_of_another_person_or_agreement_is_not_charged(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)

    assert kept_off(story.attest(1, ARRIVAL, who=2)) == "NightOutsideStay"
    elsewhere = AgreementRef("usa-swz-2025@1")
    assert kept_off(story.attest(1, ARRIVAL, agreement=elsewhere)) == "NightOutsideStay"


def test_a_headcount_that_is_ahead_of_the_terms_waits_for_them(story: Story) -> None:
    story.arrive(1, ARRIVAL)

    with pytest.raises(NotYet, match="usa-slv-2025@1"):
        story.attest(1, ARRIVAL)
    story.terms(PLACES)
    charged(story.attest(1, ARRIVAL))


def test_d6_a_custody_is_priced_by_the_version_in_force_on_each_night(story: Story) -> None:
    story.terms(PLACES)
    story.arrive(1, ARRIVAL)
    assert charged(story.attest(1, ARRIVAL)).component == "places"

    story.terms(BED, version=2)
    story.arrive(2, ARRIVAL, agreement=AgreementRef("usa-slv-2025@2"))

    assert charged(story.attest(1, NEXT)).component == "bed"
    assert charged(story.attest(2, NEXT)).component == "bed"


def test_when_the_prepaid_places_are_used_up_the_price_by_the_night_applies(story: Story) -> None:
    story.terms(pool("p", "100.00", 1, 1, YEAR), nightly("bed", "65.00", after=("p",)))
    story.arrive(1, ARRIVAL)

    assert charged(story.attest(1, ARRIVAL)).component == "p"
    assert charged(story.attest(1, NEXT)).component == "bed"


def test_every_component_by_the_night_is_charged(story: Story) -> None:
    story.terms(BED, nightly("food", "4.10"))
    story.arrive(1, ARRIVAL)

    assert len(story.attest(1, ARRIVAL)) == 2
    assert kept_off(story.attest(1, ARRIVAL)) == "PersonNightAlreadyCharged"
    assert story.balance("accrued-SLV") == 6910


def test_a_night_that_the_terms_do_not_price_is_unpriced(story: Story) -> None:
    story.terms(pool("p", "100.00", 1, 1, YEAR))
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)

    (event,) = story.attest(1, NEXT)

    assert isinstance(event, NightUnpriced)


def test_a_night_outside_the_agreement_s_period_is_unpriced(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 2, 28))

    (event,) = story.attest(1, date(2025, 2, 28))

    assert isinstance(event, NightUnpriced)


def test_f12_a_convention_without_a_fee_charges_zero(story: Story) -> None:
    story.terms(nightly("no-fee", "0.00"))
    story.arrive(1, ARRIVAL)

    assert charged(story.attest(1, ARRIVAL)).amount == Money("0.00", "USD")
