"""What was kept off the bill for another custody's night is owed when that is taken back (T8)."""

from datetime import date, timedelta

import msgspec

from services.billing.domain.terms import ACTIVATE_TERMS, ActivateTerms
from shared.contracts.agreement import digest
from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    StayClosed,
)
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef
from tests.support.tariffs import nightly
from tests.unit.billing.story import BED, REGISTRY, Story, custody, document

ARRIVAL = date(2025, 3, 30)


def nights(number: int) -> list[date]:
    """That many nights from the arrival on."""
    return [ARRIVAL + timedelta(days=day) for day in range(number)]


def test_t8_what_was_kept_off_for_another_custodys_night_is_charged_when_that_is_taken_back(
    story: Story,
) -> None:
    story.terms(BED, nightly("food", "4.10"))
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
    for night in nights(4):
        story.attest(1, night, who=7)
        story.attest(2, night, who=7)
    second = [event for event in story.events if isinstance(event, NightAlreadyCharged)]

    after = story.leave(1, nights(4)[2], who=7)

    charged = [event for event in after if isinstance(event, FeeAccrued)]
    assert [(charge.night, charge.custody, charge.component) for charge in charged] == [
        (night, custody(2), component) for night in nights(4)[2:] for component in ("bed", "food")
    ]
    assert [charge.evidence for charge in charged[::2]] == [
        (charge.attested,) for charge in second[2:]
    ]
    assert {event.attested_by for event in charged} == {str(REGISTRY)}
    assert story.balance("accrued-SLV") == 4 * 6910
    assert [type(event) for event in story.leave(2, nights(4)[3], who=7)][1:] == [FeeReversed] * 2


def test_g20_a_night_kept_off_twice_is_owed_again_once_by_its_latest_attestation(
    story: Story,
) -> None:
    story.terms(BED)
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
    night = nights(2)[1]
    story.attest(1, night, who=7)
    story.attest(2, night, who=7)
    (latest,) = story.attest(2, night, who=7)

    *_, again = story.leave(1, night, who=7)

    assert isinstance(latest, NightAlreadyCharged)
    assert isinstance(again, FeeAccrued)
    assert (again.custody, again.evidence) == (custody(2), (latest.attested,))
    assert story.balance("accrued-SLV") == 6500


def test_g20_one_custody_alone_takes_the_place_of_the_one_that_was_charged(story: Story) -> None:
    story.terms(BED)
    for order in (1, 2, 3):
        story.arrive(order, ARRIVAL, who=7)
        for night in nights(2):
            story.attest(order, night, who=7)

    story.leave(1, nights(2)[1], who=7)
    assert story.balance("accrued-SLV") == 13000
    story.leave(2, nights(2)[1], who=7)
    assert story.balance("accrued-SLV") == 13000
    story.leave(3, nights(2)[1], who=7)
    assert story.balance("accrued-SLV") == 6500


def test_g20_a_night_after_the_second_stay_is_not_charged_for_it_either(story: Story) -> None:
    story.terms(BED)
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
        for night in nights(3):
            story.attest(order, night, who=7)

    story.leave(2, nights(3)[1], who=7)
    taken_back = story.leave(1, ARRIVAL, who=7)

    assert [type(event) for event in taken_back] == [StayClosed, FeeReversed, FeeReversed]
    assert story.balance("accrued-SLV") == 6500


def test_what_is_owed_again_falls_into_the_month_that_is_open(story: Story) -> None:
    story.terms(BED)
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
        for night in nights(2):
            story.attest(order, night, who=7)
    story.close("2025-03")

    *_, again = story.leave(1, nights(2)[1], who=7)

    assert isinstance(again, FeeAccrued)
    assert (again.night, again.period) == (date(2025, 3, 31), "2025-04")


def test_t8_what_was_kept_off_under_another_agreement_is_charged_at_once_too(story: Story) -> None:
    other = AgreementRef("usa-gtm-2025@1")
    story.terms(BED)
    signed = msgspec.structs.replace(document(BED), agreement=AgreementId("usa-gtm-2025"))
    story.decide(
        ACTIVATE_TERMS,
        ActivateTerms(
            agreement=signed.ref, document=signed, digest=digest(signed), signed=EntryRef("i#9")
        ),
    )
    story.arrive(1, ARRIVAL, who=7)
    story.arrive(2, ARRIVAL, who=7, agreement=other)
    for night in nights(2):
        story.attest(1, night, who=7)
        story.attest(2, night, who=7, agreement=other)

    closed, taken_back, caught_up = story.leave(1, nights(2)[1], who=7)

    assert (type(closed), type(taken_back)) == (StayClosed, FeeReversed)
    assert isinstance(caught_up, FeeAccrued)
    assert (caught_up.custody, caught_up.night) == (custody(2), nights(2)[1])
    assert caught_up.agreement == other
    (following,) = story.attest(2, nights(3)[2], who=7, agreement=other)
    assert isinstance(following, FeeAccrued)
