"""A merged person is charged once a night, and apart again when told apart (G20; T8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from services.billing.domain.charged_identity import (
    CHARGE_APART,
    CHARGE_AS_ONE,
    ChargeApart,
    ChargeAsOne,
    ChargedApartAlready,
    ChargedAsOneAlready,
)
from services.billing.domain.terms import ACTIVATE_TERMS, ActivateTerms
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    NightUnpriced,
    PersonsChargedApart,
    PersonsChargedAsOne,
    StayClosed,
)
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef
from shared.tariff.registry import Component
from tests.support.decider_specification import given
from tests.support.tariffs import nightly
from tests.unit.billing.story import BED, DECIDED, REGISTRY, Story, custody, document, person

ARRIVAL = date(2025, 3, 28)
OTHER = AgreementRef("usa-gtm-2025@1")
BOTH = (person(1), person(2))
WHO: dict[str, Any] = {"person": BOTH[0], "other": BOTH[1], "decided": DECIDED}
AS_ONE = PersonsChargedAsOne(person=BOTH[1], other=BOTH[0], persons=BOTH, decided=DECIDED)
APART = PersonsChargedApart(**WHO, persons=BOTH)


def nights(number: int) -> list[date]:
    """That many nights from the arrival on."""
    return [ARRIVAL + timedelta(days=day) for day in range(number)]


def _of(events: list[Event], kind: type[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def _twice(story: Story, number: int = 3) -> None:
    """Two pseudonyms in two custodies, the second from a day later on; each night of both is
    attested and charged.
    """
    story.terms(BED, nightly("food", "4.10"))
    for each in (1, 2):
        story.arrive(each, nights(2)[each - 1])
    for night in nights(number):
        story.attest(1, night)
        if night > ARRIVAL:
            story.attest(2, night)


def _elsewhere(story: Story, *components: Component) -> None:
    """Both states signed a second agreement."""
    signed: AgreementDocument = msgspec.structs.replace(
        document(*components), agreement=AgreementId("usa-gtm-2025")
    )
    command = ActivateTerms(
        agreement=OTHER, document=signed, digest=digest(signed), signed=EntryRef("i#9")
    )
    story.decide(ACTIVATE_TERMS, command)


def test_g20_what_was_charged_twice_by_the_merging_is_taken_back_and_said_why(story: Story) -> None:
    _twice(story)
    assert story.charged(1, 2)[nights(3)[2]] == [custody(1), custody(2)]

    merged, *rest = story.merge(2, 1)

    assert merged == AS_ONE
    follows = (FeeReversed, FeeReversed, NightAlreadyCharged)
    assert [type(event) for event in rest] == [*follows, *follows]
    assert [event.night for event in _of(rest, NightAlreadyCharged)] == nights(3)[:0:-1]
    assert {event.because for event in _of(rest, FeeReversed)} == {DECIDED}
    assert story.charged(1, 2) == {night: [custody(1)] for night in nights(3)}
    assert story.balance("accrued-SLV") == 3 * 6910
    kept_off = story.last(NightAlreadyCharged)
    assert (kept_off.custody, kept_off.arrived_on) == (custody(2), nights(2)[1])
    assert kept_off.attested_by == str(REGISTRY)
    assert kept_off.refusal.reason == "PersonNightAlreadyCharged"


def test_g20_whichever_is_merged_into_which_the_custody_that_began_first_keeps_the_night(
    story: Story,
) -> None:
    _twice(story)
    story.merge(1, 2)
    assert story.charged(1, 2) == {night: [custody(1)] for night in nights(3)}


def test_g20_of_two_that_began_on_one_day_the_smaller_id_keeps_the_night(story: Story) -> None:
    story.terms(BED)
    for each in (5, 4):
        story.arrive(each, ARRIVAL)
        story.attest(each, ARRIVAL)
    story.merge(5, 4)
    assert story.charged(4, 5) == {ARRIVAL: [custody(4)]}


def test_g20_later_nights_of_a_merged_person_are_charged_once_whichever_is_counted_first(
    story: Story,
) -> None:
    _twice(story)
    story.merge(2, 1)
    charged = story.attest(2, nights(4)[3])
    (second,) = story.attest(1, nights(4)[3])

    assert [type(event) for event in charged] == [FeeAccrued, FeeAccrued]
    assert isinstance(second, NightAlreadyCharged)
    assert second.refusal.findings[0].evidence == story.last(FeeAccrued).evidence[0]
    assert story.charged(1, 2)[nights(4)[3]] == [custody(2)]


def test_a_merging_before_every_headcount_charges_each_night_once_from_the_first_on(
    story: Story,
) -> None:
    story.terms(BED)
    story.merge(2, 1)
    for each in (1, 2):
        story.arrive(each, ARRIVAL)
        for night in nights(3):
            story.attest(each, night)
    assert story.charged(1, 2) == {night: [custody(1)] for night in nights(3)}


def test_g20_told_apart_what_was_kept_off_is_charged_in_the_open_month(story: Story) -> None:
    _twice(story, 5)
    story.close("2025-03")
    story.merge(2, 1)
    assert {event.period for event in _of(story.events, FeeReversed)} == {"2025-04"}
    assert story.charged(2) == {}

    apart, *owed = story.tell_apart(1, 2)

    assert apart == APART
    charged = _of(owed, FeeAccrued)
    assert charged == owed
    assert [event.night for event in charged[::2]] == nights(5)[1:]
    assert {(event.custody, event.period) for event in charged} == {(custody(2), "2025-04")}
    assert len(story.attest(2, nights(6)[5])) == 2
    assert len(story.attest(1, nights(6)[5])) == 2


def test_g20_over_a_chain_of_pseudonyms_a_night_is_charged_once(story: Story) -> None:
    story.terms(BED)
    for index in range(1, 5):
        story.arrive(index, ARRIVAL)
        story.attest(index, ARRIVAL)
    for each, other in ((1, 2), (4, 3), (3, 2)):
        story.merge(each, other)
    assert story.last(PersonsChargedAsOne).persons == tuple(map(person, range(1, 5)))
    assert story.charged(1, 2, 3, 4) == {ARRIVAL: [custody(1)]}
    story.attest(4, nights(2)[1])
    for index in range(1, 4):
        assert isinstance(story.attest(index, nights(2)[1])[0], NightAlreadyCharged)

    story.tell_apart(2, 3)

    assert story.charged(1, 2, 3, 4) == {
        ARRIVAL: [custody(1), custody(3)],
        nights(2)[1]: [custody(1), custody(4)],
    }
    story.tell_apart(1, 2)
    assert story.charged(1, 2)[ARRIVAL] == [custody(1), custody(2)]


def test_whom_two_merged_pairs_make_one_stay_one_when_one_of_the_pairs_is_undone(
    story: Story,
) -> None:
    story.terms(BED)
    for each, other in ((1, 2), (2, 3), (3, 1)):
        story.merge(each, other)
    for index in range(1, 4):
        story.arrive(index, ARRIVAL)
        story.attest(index, ARRIVAL)
    assert [type(event) for event in story.tell_apart(1, 2)] == [PersonsChargedApart]
    assert story.charged(1, 2, 3) == {ARRIVAL: [custody(1)]}


def test_t7_when_the_custody_that_kept_a_night_ended_before_it_the_other_is_charged(
    story: Story,
) -> None:
    _twice(story)
    story.merge(2, 1)

    closed, *rest = story.leave(1, nights(3)[1])

    assert isinstance(closed, StayClosed)
    assert [type(event) for event in rest] == [FeeReversed] * 4 + [FeeAccrued] * 4
    assert story.charged(1, 2) == {
        ARRIVAL: [custody(1)],
        nights(3)[1]: [custody(2)],
        nights(3)[2]: [custody(2)],
    }


def test_nights_under_two_agreements_are_one_night_too(story: Story) -> None:
    story.terms(BED)
    _elsewhere(story, BED)
    story.arrive(1, ARRIVAL)
    story.arrive(2, nights(2)[1], agreement=OTHER)
    for night in nights(3):
        story.attest(1, night)
    for night in nights(3)[1:]:
        story.attest(2, night, agreement=OTHER)

    story.merge(2, 1)
    assert {event.agreement for event in _of(story.events, FeeReversed)} == {OTHER}
    assert story.charged(2) == {}
    story.tell_apart(2, 1)
    assert story.charged(2) == {night: [custody(2)] for night in nights(3)[1:]}
    assert story.last(FeeAccrued).agreement == OTHER


def test_a_night_that_waits_for_a_price_waits_no_longer_when_the_other_is_charged(
    story: Story,
) -> None:
    story.terms(BED)
    _elsewhere(story)
    story.arrive(1, ARRIVAL, agreement=OTHER)
    story.arrive(2, ARRIVAL)
    for night in nights(2):
        assert isinstance(story.attest(1, night, agreement=OTHER)[0], NightUnpriced)
    story.attest(2, ARRIVAL)

    merged, kept_off = story.merge(1, 2)

    assert isinstance(merged, PersonsChargedAsOne)
    assert isinstance(kept_off, NightAlreadyCharged)
    assert (kept_off.custody, kept_off.night) == (custody(1), ARRIVAL)
    assert story.charged(1, 2) == {ARRIVAL: [custody(2)]}


def test_two_are_merged_once_and_told_apart_once() -> None:
    given(AS_ONE).when(CHARGE_AS_ONE, ChargeAsOne(**WHO)).refused(ChargedAsOneAlready)
    given(AS_ONE, APART).when(CHARGE_APART, ChargeApart(**WHO)).refused(ChargedApartAlready)
    given().when(CHARGE_APART, ChargeApart(**WHO)).refused(ChargedApartAlready)
    given(AS_ONE).when(CHARGE_APART, ChargeApart(**WHO)).then(APART)
    again = PersonsChargedAsOne(**WHO, persons=BOTH)
    given(AS_ONE, APART).when(CHARGE_AS_ONE, ChargeAsOne(**WHO)).then(again)
