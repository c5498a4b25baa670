"""The audit's own view of a merged person: charged once by any pseudonym, for a reason (G20)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    NightUnpriced,
    PersonsChargedApart,
    PersonsChargedAsOne,
)
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from tests.unit.audit.names import custody, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT, SMALL, merged_in_custody, night

NOTHING = "accord.example/placement/0#0"

ROWS: dict[str, Row] = {
    "persons are one because intake said so": (
        PersonsChargedAsOne, {"decided": NOTHING}, broken("G20")),
    "they are those whom intake merged": (
        PersonsChargedAsOne, {"person": person(3)}, broken("G20")),
    "everybody is named who is one with them": (
        PersonsChargedAsOne, {"persons": (person(1),)}, broken("G20")),
    "persons are two because intake said so": (
        PersonsChargedApart, {"decided": NOTHING}, broken("G20")),
    "they are those whom intake told apart": (
        PersonsChargedApart, {"other": person(3)}, broken("G20")),
    "everybody is named who was one with them": (
        PersonsChargedApart, {"persons": (person(2),)}, broken("G20")),
    "a reversal names the merging": (FeeReversed, {"because": NOTHING}, broken("T8")),
    "a reversal is of a night that was charged twice": (
        FeeReversed, {"night": date(2025, 4, 9)}, broken("T7")),
    "a reversal is of the custody that began later": (
        FeeReversed, {"custody": custody(1), "person": person(1)}, broken("T7")),
    "a reversal is borne by the open month": (FeeReversed, {"period": "2025-03"}, broken("period")),
    "a night that is kept off was attested so": (
        NightAlreadyCharged, {"attested": NOTHING}, missing("G20")),
    "a night that is kept off was attested by whoever did": (
        NightAlreadyCharged, {"attested_by": "SLV:facility-registry:a/b"}, broken("G20")),
    "a night that is kept off is in its month": (
        NightAlreadyCharged, {"period": "2025-03"}, broken("period")),
    "a night that is owed after all is of its custody": (
        (FeeAccrued, 16), {"custody": custody(1), "person": person(1)}, broken("G20")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(merged_in_custody(), row)


def test_g20_a_merging_that_billing_does_not_follow_is_found() -> None:
    for event, seen in (
        (PersonsChargedAsOne, PersonsMerged),
        (PersonsChargedApart, PersonsToldApart),
    ):
        facts = Tampering(merged_in_custody(), event).gone().facts
        replay, _ = audited(facts)
        assert missing("G20") in Tampering(facts, seen).here() or replay.report().waiting["who"]
    only_apart = Tampering(merged_in_custody(), PersonsChargedAsOne).gone().facts
    assert missing("G20") in Tampering(only_apart, PersonsMerged).here()
    assert broken("G20") in Tampering(only_apart, PersonsChargedApart).here()


def test_t8_a_person_night_that_stays_charged_twice_under_two_pseudonyms_is_found() -> None:
    facts = Tampering(merged_in_custody(), FeeReversed).gone().facts
    assert missing("T8") in Tampering(facts, PersonsChargedAsOne).here()


def test_t8_a_night_of_a_merged_person_that_is_charged_again_is_found() -> None:
    """The second pseudonym's night is charged in place of being kept off."""
    facts = merged_in_custody()
    kept_off = Tampering(facts, NightAlreadyCharged, 3)
    assert kept_off.words.night == date(2025, 4, 2)
    first = next(
        fact.event
        for fact in facts
        if isinstance(fact.event, FeeAccrued) and fact.event.night == kept_off.words.night
    )
    words: dict[str, Any] = {name: getattr(first, name) for name in first.__struct_fields__}
    words |= {"custody": kept_off.words.custody, "person": kept_off.words.person}
    assert broken("G20") in kept_off.instead(FeeAccrued(**words)).here()


def test_g20_what_is_taken_back_for_a_merging_is_said_to_be_kept_off() -> None:
    facts = Tampering(merged_in_custody(), NightAlreadyCharged).gone().facts
    assert missing("T8") in Tampering(facts, FeeReversed, 1).here()


def test_g20_an_uncharged_night_that_is_owed_once_they_are_told_apart_is_found() -> None:
    facts = merged_in_custody()
    apart = next(place for place, fact in enumerate(facts) if said_apart(fact.event))
    owed = sum(isinstance(fact.event, FeeAccrued) for fact in facts[:apart])
    shorter = Tampering(facts, FeeAccrued, owed).gone()
    shorter = Tampering(shorter.facts, FeeAccrued, owed).gone()
    assert missing("G20") in Tampering(shorter.facts, PersonsChargedApart).here()


def said_apart(event: object) -> bool:
    """Whether billing charges two persons apart from here on."""
    return isinstance(event, PersonsChargedApart)


def test_two_are_made_one_once() -> None:
    facts = merged_in_custody()
    as_one = Tampering(facts, PersonsChargedAsOne)
    again = Tampering(facts, PersonsChargedApart).instead(as_one.words)
    assert broken("G20") in again.here()


def test_a_night_that_waits_for_a_price_waits_no_longer_once_another_custody_is_charged() -> None:
    """Seven nights are paid for: of the fourth, one custody's is charged and the other's waits; of
    the fifth both wait, and the price that one gets is the other's too.
    """
    story = Story().agreed(tariff=SMALL).facility()
    for each in (1, 2):
        story.registered(each)
        story.proposed(each)
        story.cleared(each)
    story.on(FIRST_NIGHT).travelled(1, 1, 2)
    story.accepted(1, 2)
    for number in range(5):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    story.same_as(2, 1)
    replay, found = story.audited()
    assert found == []
    assert replay.report().nights_unpriced == 2
    for waiting in (2, 1):
        story.repriced(waiting, "2025-03")
    replay, found = story.audited()
    assert found == []
    assert replay.report().nights_unpriced == 0
    facts = story.facts()
    waits = Tampering(facts, NightUnpriced).words
    kept_off = [fact.event for fact in facts if isinstance(fact.event, NightAlreadyCharged)]
    which = [(event.custody, event.night) for event in kept_off].index((waits.custody, waits.night))
    silent = Tampering(facts, NightAlreadyCharged, which).gone().facts
    assert missing("T8") in Tampering(silent, PersonsChargedAsOne).here()
