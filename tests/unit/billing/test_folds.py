"""Each fold takes in its own noun's facts and leaves every other one alone."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.billing.domain import (
    account,
    accounting_periods,
    attendance,
    charged_nights,
    invoice,
    invoice_lines,
    service,
    stay,
    terms,
)
from services.billing.domain.charged_nights import ChargedNights
from services.billing.domain.person_nights import PersonNights
from services.billing.domain.stay import StayState
from shared.contracts.billing import FeeAccrued, TermsActivated
from shared.contracts.intake import PersonRegistered
from shared.kernel.decider import Fold
from shared.kernel.ids import ServiceId
from shared.ledger.memory import MemoryStore
from shared.ledger.snapshots import begun, encoded
from shared.ledger.work import Folded
from tests.unit.billing.story import (
    BED,
    INVOICE,
    NAME,
    OVERFLOW,
    PLACES,
    Story,
    custody,
    person,
)

FOLDS: list[Fold[Any]] = [
    account.fold(NAME),
    accounting_periods.fold(NAME),
    attendance.fold(NAME),
    charged_nights.fold(person(1)),
    invoice.attestors(NAME, "2025-04"),
    invoice.fold(INVOICE),
    invoice_lines.fold(NAME, "2025-04"),
    service.fold(ServiceId("service-1")),
    stay.fold(custody(1)),
    terms.fold(NAME),
]


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name.partition("/")[0])
def test_a_fold_leaves_other_facts_alone(fold: Fold[Any]) -> None:
    other = PersonRegistered(person=person(1), registered_by="USA", commitment="0" * 64)

    assert fold.evolve(fold.initial, other) is fold.initial


def test_no_two_folds_share_a_name() -> None:
    assert len({fold.name for fold in FOLDS}) == len(FOLDS)


async def test_folds_that_grow_with_every_night_are_kept_and_read_back_as_they_were(
    story: Story,
) -> None:
    """A restart must not read every night that an agreement or a person ever had."""
    story.terms(PLACES, OVERFLOW)
    for number in (1, 2):
        story.arrive(number, date(2025, 4, 1))
        for day in (3, 1, 2):
            story.attest(number, date(2025, 4, day))
    story.arrive(3, date(2025, 2, 1))
    story.attest(3, date(2025, 2, 2))  # before the terms: it waits for a price
    story.close("2025-03")
    long = [fold for fold in FOLDS if fold.snapshot is not None]
    kept = [fold.name.partition("/")[0] for fold in long]
    assert kept == ["account", "periods", "attendance", "charged-nights", "lines"]
    store = MemoryStore("accord.example/billing/0")
    for fold in (*long, charged_nights.fold(person(3)), invoice_lines.fold(NAME, "2025-02")):
        state = story.fold(fold)
        assert state != fold.initial
        await store.save([encoded(Folded(fold, state, 17))])
        assert await begun(store, [fold]) == [Folded(fold, state, 17)]


def test_what_is_no_charge_of_a_person_changes_none_of_their_nights(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    story.attest(1, date(2025, 4, 1))
    nights = PersonNights((story.fold(charged_nights.fold(person(1))),))
    assert nights.after(story.last(TermsActivated)) is nights
    assert nights.after(story.last(FeeAccrued)).charged(date(2025, 4, 1)) is not None


def test_a_night_is_found_among_years_of_them(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    for day in (20, 4, 11):
        story.attest(1, date(2025, 4, day))
    charged = story.fold(charged_nights.fold(person(1)))
    assert [night.night.day for night in charged.of(custody(1))] == [4, 11, 20]
    for day in range(1, 31):
        assert (charged.charged(date(2025, 4, day)) is not None) == (day in (4, 11, 20))


def test_a_stay_that_was_never_opened_has_no_night() -> None:
    assert not StayState().has(date(2025, 4, 1))


def test_a_night_that_was_kept_off_changes_no_line(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    story.attest(1, date(2025, 4, 1))
    before = story.fold(invoice_lines.fold(NAME, "2025-04"))
    story.attest(1, date(2025, 4, 1))

    assert story.fold(invoice_lines.fold(NAME, "2025-04")) == before


def test_a_log_that_charged_an_unsigned_component_is_an_error(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    (night,) = story.attest(1, date(2025, 4, 1))
    story.events[-1] = msgspec.structs.replace(night, component="fund")

    with pytest.raises(LookupError, match="'fund'"):
        story.fold(account.fold(NAME))


def test_a_log_that_charged_a_fact_that_a_component_does_not_charge_for_is_an_error(
    story: Story,
) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    (night,) = story.attest(1, date(2025, 4, 1))
    story.events[-1] = msgspec.structs.replace(night, custody=None)

    with pytest.raises(LookupError, match="'bed' was charged with a fact"):
        story.fold(account.fold(NAME))


def test_what_is_charged_for_nobody_is_no_night_of_anybody(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    (night,) = story.attest(1, date(2025, 4, 1))
    nobody = msgspec.structs.replace(night, custody=None, person=None, night=None)

    empty = ChargedNights(person(1))
    assert charged_nights.evolve(empty, nobody) == empty
