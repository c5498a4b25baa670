"""Wrongful transfers, as the audit checks them: nobody whom a late order reaches is left (D7)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from shared.contracts.hold import CountryScope, HoldAsserted, HoldLifted, PersonScope
from shared.contracts.intake import CaseProposed, PersonRegistered
from shared.contracts.manifest import HandoverOffered, LegDeparted
from shared.contracts.placement import ReservationReleased
from shared.contracts.wrongful_transfer import (
    RecallCompleted,
    RecallOrdered,
    WrongfulTransferFound,
)
from shared.kernel.ids import custody_of
from shared.kernel.rejected import Finding
from tests.unit.audit.names import case, hold, journey, person
from tests.unit.audit.recalls_told import LATE, brought_back, recalled, told_late
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited, in_custody
from tests.unit.audit.tampering import Tampering

EARLY = LATE - timedelta(days=10)


def test_who_is_found_and_recalled_by_rule_is_honest() -> None:
    assert audited(recalled())[1] == []
    said = [fact.event for fact in recalled()]
    found = [event for event in said if isinstance(event, WrongfulTransferFound)]
    assert [event.case for event in found] == [case(1), case(2)]
    assert sum(isinstance(event, RecallOrdered) for event in said) == 1


ROWS: dict[str, Row] = {
    "an order that is not there finds nobody": (
        WrongfulTransferFound,
        {"closes": Finding(rule="G3", missing="an order", evidence=f"hold/{hold(9)}")},
        missing("D7"),
    ),
    "nor does what is no order": (
        WrongfulTransferFound,
        {"closes": Finding(rule="G5", missing="an assessment")},
        missing("D7"),
    ),
    "nor one against others": (
        (WrongfulTransferFound, 1),
        {"closes": Finding(rule="G3", missing="an order", evidence=f"hold/{hold(1)}")},
        broken("D7"),
    ),
    "found when it came onto the record": (WrongfulTransferFound, {"found_at": LATE}, broken("D7")),
    "a recall is of somebody who was found": (RecallOrdered, {"case": case(2)}, broken("D7")),
    "found of the departure that took place": (
        WrongfulTransferFound,
        {"departed_at": LATE},
        broken("D7"),
    ),
    "and its issuer is told": (
        WrongfulTransferFound,
        {"issuer": "USA:intake-agency:desk"},
        broken("D7"),
    ),
    "by the order's own receipt": (WrongfulTransferFound, {"since": LATE}, broken("D7")),
    "due as the agreement says": (RecallOrdered, {"due_at": LATE}, broken("D7")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(recalled(), row)


def test_an_office_finds_nobody_by_its_own_word() -> None:
    found = Tampering(recalled(), WrongfulTransferFound)
    assert broken("D7") in found.envelope(actor="USA:central-authority:authority/one").here()


@pytest.mark.parametrize("number", [0, 1])
def test_d7_a_wrongful_transfer_that_nobody_marked_is_found_after_an_hour(number: int) -> None:
    """In the air, and in custody: an order that reached them and that nothing followed from."""
    facts = Tampering(recalled(), WrongfulTransferFound, number).gone().facts
    order = Tampering(facts, HoldAsserted, number)
    assert missing("D7") in order.here()


def test_d7_a_recall_that_was_due_and_is_not_ordered_is_found() -> None:
    facts = Tampering(recalled(), RecallOrdered).gone().facts
    assert missing("D7") in Tampering(facts, WrongfulTransferFound).here()


def test_an_order_that_was_lifted_within_the_hour_asks_for_nobody() -> None:
    facts = Tampering(recalled(), WrongfulTransferFound).gone().facts
    facts = Tampering(facts, RecallOrdered).gone().facts
    order = Tampering(facts, HoldAsserted)
    assert missing("D7") in order.here()
    lifted = HoldLifted(
        hold=hold(1),
        scope=PersonScope(person(1)),
        instrument="lift-1",
        lifted_by=order.fact.actor,
        lifted_at=LATE,
    )
    facts = Tampering(facts, PersonRegistered, 2).instead(lifted).facts
    assert missing("D7") not in Tampering(facts, HoldAsserted).here()


def test_an_order_on_whoever_is_in_custody_asks_for_those_whom_it_names() -> None:
    facts = Tampering(recalled(), WrongfulTransferFound, 1).gone().facts
    for scope in (PersonScope(person(3)), CountryScope("HND")):
        assert missing("D7") not in Tampering(facts, HoldAsserted, 1).event(scope=scope).here()


def test_d7_an_order_on_every_departure_to_a_country_asks_for_nobody_in_custody() -> None:
    """It finds who is under way; in custody only 'an order on a person' reaches them."""
    story = in_custody(1)
    story.held(1, CountryScope("SLV"))
    assert story.audited()[0].state.wrongful.fresh == {}, "nobody is waited for"
    story.registered(2)
    story.on(LATE + timedelta(hours=2)).registered(3)
    assert audited(story.facts())[1] == []


def test_d7_who_departed_under_an_order_that_is_told_late_is_found_in_custody_too() -> None:
    """Also by one that was lifted before anybody looked: the departures alone are against it."""
    facts = told_late()
    findings = audited(facts)[1]
    assert {(finding.kind, finding.rule) for finding in findings} == {("rule-broken", "G3")}
    found = [fact.event for fact in facts if isinstance(fact.event, WrongfulTransferFound)]
    reached = [(event.case, event.closes.evidence) for event in found]
    by_all, by_name = f"hold/{hold(1)}", f"hold/{hold(2)}"
    assert sorted(reached) == sorted([(case(1), by_all), (case(2), by_all), (case(1), by_name)])


@pytest.mark.parametrize("number", range(3))
def test_d7_and_one_of_them_whom_nobody_marked_is_found_after_an_hour(number: int) -> None:
    told = Tampering(told_late(), WrongfulTransferFound, number)
    order = int(told.words.closes.evidence == f"hold/{hold(2)}")
    assert missing("D7") in Tampering(told.gone().facts, HoldAsserted, order).here()


@pytest.mark.parametrize("before", [False, True])
def test_d7_an_order_that_was_lifted_finds_who_departed_while_it_stood(*, before: bool) -> None:
    """Looked at once it was lifted: a departure under it is found, one after it is not."""
    found = Tampering(told_late(), WrongfulTransferFound, 2)
    words, said = found.words, found.fact
    facts = found.gone().facts
    if before:
        left = Tampering(facts, LegDeparted).words.departed_at
        facts = Tampering(facts, HoldLifted).event(lifted_at=left).envelope(time=left).facts
    later = Tampering(facts, PersonRegistered, 2).instead(words)
    later.envelope(actor=said.actor, time=said.time)
    assert (missing("D7") in later.here()) is before


def test_d7_who_is_recalled_is_offered_to_nobody_and_departs_no_further() -> None:
    facts = recalled()
    order = Tampering(facts, HandoverOffered)
    assert broken("D7") in order.event(case=case(1), person=person(1)).here()
    goes_on = Tampering(facts, HandoverOffered)
    departed = Tampering(facts, LegDeparted)
    goes_on.instead(departed.words).envelope(time=departed.fact.time)
    assert broken("D7") in goes_on.here()


def test_an_order_on_whoever_has_left_custody_finds_the_transfer_and_asks_for_no_return() -> None:
    story = in_custody(1)
    story.left(1)
    story.held(1, PersonScope(person(1)))
    story.registered(9)
    assert WrongfulTransferFound in [type(fact.event) for fact in story.facts()]
    assert story.audited()[1] == []


def test_d2_who_is_recalled_and_brought_back_is_honest_and_their_place_is_free() -> None:
    replay, findings = audited(brought_back())
    assert findings == []
    said = [fact.event for fact in brought_back()]
    assert [event.case for event in said if isinstance(event, RecallCompleted)] == [case(1)]
    released = [event.custody for event in said if isinstance(event, ReservationReleased)]
    assert released == [custody_of(case(1))]
    assert case(1) not in replay.state.cases
    assert replay.state.people.of(person(1)).open_case is None


def test_g12_the_completed_recall_of_a_case_ends_no_other_one_of_the_person() -> None:
    """'One open case of a person': what is proposed besides is found, and is open still."""
    first = Tampering(brought_back(), CaseProposed).words
    second = msgspec.structs.replace(first, case=case(9))
    facts = Tampering(brought_back(), PersonRegistered, 2).instead(second).facts
    assert audited(facts)[0].state.people.of(person(1)).open_case == case(9)


BACK: dict[str, Row] = {
    "nobody is back whose recall was not ordered": (
        RecallCompleted,
        {"case": case(2)},
        missing("D2"),
    ),
    "nor on a journey that is not": (RecallCompleted, {"manifest": journey(9)}, missing("D2")),
    "nor before they left": (RecallCompleted, {"completed_at": EARLY}, broken("D2")),
    "nor whoever never left": (RecallCompleted, {"person": person(4)}, broken("ledger")),
}


@pytest.mark.parametrize("row", BACK.values(), ids=BACK)
def test_d2_a_completed_recall_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(brought_back(), row)
