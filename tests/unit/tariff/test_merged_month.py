"""A month counts a person once, by however many pseudonyms (F6)."""

from __future__ import annotations

from datetime import date

from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.fact import MonthEnd, PersonNight, PersonsCounted
from shared.tariff.person_month import PersonMonth, PersonMonths
from shared.tariff.rounding import Rounding

A, B, C = PersonId("a"), PersonId("b"), PersonId("c")
APRIL = "2025-04"
RATE = Money.of(850_000, "EUR")
TERMS = PersonMonth(id="months", rate=RATE, rounding=Rounding(mode="half-even", place=2), maximum=2)
DECIDED = EntryRef("intake#7")
TERMS_END = MonthEnd(APRIL, EntryRef("o#0"))


def night(person: PersonId, *others: PersonId, day: int = 1) -> PersonNight:
    when = date(2025, 4, day)
    return PersonNight(CustodyId(person), person, when, EntryRef("o#1"), pseudonyms=others)


def after(*facts: PersonNight | PersonsCounted) -> tuple[list[int], PersonMonths]:
    """How many person-months each fact comes to, and what is borne after them."""
    quantities, tally = [], PersonMonths()
    for fact in facts:
        if isinstance(fact, PersonNight):
            charge = TERMS.charge(fact, tally)
        else:
            charge = TERMS.recount(fact, tally)
        assert charge is not None
        assert charge.amount == Money.of(RATE.minor * charge.quantity, "EUR")
        quantities.append(charge.quantity)
        tally = charge.tally
    return quantities, tally


def counted(*persons: tuple[PersonId, ...]) -> PersonsCounted:
    return PersonsCounted(APRIL, persons, DECIDED)


def test_f6_a_person_by_another_pseudonym_is_no_second_person_month() -> None:
    quantities, tally = after(night(A), night(B, A), night(C))
    assert quantities == [1, 0, 1]
    assert TERMS.statement(tally).used == 2
    assert TERMS.charge(night(PersonId("d")), tally) is None
    assert TERMS.charge(night(PersonId("d"), A, B), tally) is not None


def test_f6_who_is_merged_later_is_taken_back_once_and_owed_again_when_told_apart() -> None:
    quantities, tally = after(night(A), night(B), counted((A, B)))
    assert quantities == [1, 1, -1]
    assert TERMS.recount(counted((A, B)), tally) is None
    apart = TERMS.recount(counted((A,), (B,)), tally)
    assert apart is not None
    assert (apart.quantity, apart.evidence, apart.tally.of(APRIL).as_one) == (1, (DECIDED,), ())


def test_f6_a_person_counts_until_the_last_night_by_any_pseudonym_is_taken_back() -> None:
    _, tally = after(night(A), night(B, A), night(B, A, day=2))
    quantities = []
    for fact in (night(A), night(B), night(B, day=2)):
        reversal = TERMS.reverse(fact, tally)
        quantities.append(reversal.quantity)
        tally = reversal.tally
    assert quantities == [0, 0, -1]


def test_f6_a_night_says_who_is_one_person_from_then_on() -> None:
    """Told apart where nothing was counted twice: the next night is another person's."""
    quantities, tally = after(night(A, B), night(B))
    assert quantities == [1, 1]
    assert tally.of(APRIL).as_one == ()


def test_f6_of_three_that_were_one_two_may_stay_one() -> None:
    _, tally = after(night(A), night(B, A), night(C, A, B))
    assert tally.of(APRIL).persons == 1
    apart = TERMS.recount(counted((A, C), (B,)), tally)
    assert apart is not None
    assert (apart.quantity, apart.tally.of(APRIL).as_one) == (1, ((A, C),))


def test_f6_the_minimum_bears_whoever_is_counted_again_below_it() -> None:
    _, tally = after(night(A), night(B))
    least = PersonMonth(id="months", rate=RATE, rounding=TERMS.rounding, minimum=5)
    ended = least.close(TERMS_END, tally)
    assert ended is not None
    again = least.recount(counted((A, B)), ended.tally)
    assert again is not None
    assert (again.quantity, least.statement(again.tally).shortfall) == (0, 4)
