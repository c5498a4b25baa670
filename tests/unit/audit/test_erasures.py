"""G12, G22 by the audit's own check: nobody is erased who is needed, and nobody read afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shared.contracts.assurance import AssuranceExpired, AssuranceGiven
from shared.contracts.case_return import CaseReturned
from shared.contracts.erasure import ErasureAsked, PersonErased
from shared.contracts.exclusion import ExclusionMatched
from shared.contracts.hold import HoldAsserted, HoldLifted, PersonScope
from shared.contracts.identity import NearMatchFound, PersonsMerged
from shared.contracts.intake import AgreementProposed, CaseWithdrawn, PersonRegistered
from shared.contracts.manifest import PersonRemoved
from shared.contracts.recorded_read import SubjectExported, VaultRead
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.ids import ExclusionId
from tests.unit.audit.assurances_told import FIRST, assured
from tests.unit.audit.erasures_told import (
    LATER,
    asked,
    erased,
    erased_after_return,
    erased_after_stopover,
    erased_in_time,
)
from tests.unit.audit.exclusions_told import excluded
from tests.unit.audit.names import AGENCY, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Found, Tampering

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry


Told = Callable[[], "list[Entry]"]
Missing = tuple[Told, type[Any], Found, int]
"""A story, what is not told of it, what is found then, and of which of those who are erased."""


@pytest.mark.parametrize("told", [erased_in_time, erased_after_return])
def test_g22_whoever_nobody_needs_is_erased_and_every_entry_stands(told: Told) -> None:
    assert audited(told())[1] == []


ROWS: dict[str, Row] = {
    "by whom it says": (PersonErased, {"erased_by": "USA:ops:x"}, broken("G22")),
    "of its own office": (PersonErased, {"office": "intake-agency"}, broken("G22")),
    "for what was asked": (PersonErased, {"reason": "order-of-a-court"}, broken("G22")),
    "by its paper": (PersonErased, {"document": "12" * 32}, broken("G22")),
    "whom nobody asked for": (PersonErased, {"person": person(3)}, broken("G22")),
    "who is registered": (ErasureAsked, {"person": person(99)}, missing("G9")),
    "asked by whom it says": (ErasureAsked, {"asked_by": "USA:ops:x"}, broken("G22")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_g22_two_offices_of_the_state_erase_by_one_paper(row: Row) -> None:
    assert breaks(erased_in_time(), row)


def test_g22_who_asked_does_not_erase_under_another_office() -> None:
    same = f"USA:central-authority:{AGENCY.subject.upper()}"
    erased = Tampering(erased_in_time(), PersonErased).event(erased_by=same).envelope(actor=same)
    assert broken("G22") in erased.here()


@pytest.mark.parametrize(("event", "is_found"), [(VaultRead, True), (SubjectExported, False)])
def test_g22_nothing_reads_who_was_erased(event: type[Any], *, is_found: bool) -> None:
    exported = Tampering(erased_in_time(), SubjectExported)
    words = msgspec.structs.asdict(exported.words)
    found = exported.instead(event(**words)).here()
    assert (broken("G22") in found) is is_found


GONE: dict[str, Missing] = {
    "an order": (erased_in_time, HoldLifted, broken("G2"), 1),
    "a case": (erased_in_time, CaseWithdrawn, broken("G12"), 1),
    "a custody": (erased_after_return, CaseReturned, broken("G12"), 1),
    "a recall": (erased_after_return, RecallCompleted, broken("G12"), 0),
}


@pytest.mark.parametrize("row", GONE.values(), ids=GONE)
@pytest.mark.parametrize("event", [ErasureAsked, PersonErased])
def test_g12_nobody_is_erased_while_something_has_no_end(row: Missing, event: type[Any]) -> None:
    told, end, found, nth = row
    facts = Tampering(told(), end).gone().facts
    assert found in Tampering(facts, event, nth).here()


def test_g12_nobody_is_erased_while_others_have_them_where_a_journey_stopped_over() -> None:
    facts = erased_after_stopover()
    assert Tampering(facts, PersonErased).here() == set()
    recalled = Tampering(facts, RecallCompleted)
    words = recalled.words
    withdrawn = CaseWithdrawn(case=words.case, person=words.person, agreement=words.agreement)
    facts = recalled.instead(withdrawn).facts
    assert broken("G12") in Tampering(facts, PersonErased).here()
    at_home = Tampering(facts, PersonRemoved).event(custodian=None).facts
    assert broken("G12") not in Tampering(at_home, PersonErased).here()


def test_g12_nobody_is_erased_before_the_retention_is_over() -> None:
    for told, nth in ((erased_in_time, 1), (erased_after_return, 0), (erased_after_return, 1)):
        erased = Tampering(told(), PersonErased, nth)
        early = erased.fact.time - timedelta(days=200)
        assert broken("G12") in erased.envelope(time=early).here()


def test_g12_a_withdrawal_without_a_day_keeps_from_the_proposal_on() -> None:
    facts = Tampering(erased_in_time(), CaseWithdrawn).event(withdrawn_on=None).facts
    assert audited(facts)[1] == []
    gone = Tampering(facts, PersonErased, 1)
    early = datetime(2026, 3, 1, tzinfo=UTC)
    assert broken("G12") in gone.envelope(time=early).here()
    unknown = Tampering(facts, CaseWithdrawn).event(case="nobody").facts
    assert audited(unknown)[1] != []


def test_g12_a_return_without_its_day_keeps_for_good() -> None:
    facts = Tampering(erased_after_return(), CaseReturned).event(returned_at=None).facts
    assert broken("G12") in Tampering(facts, PersonErased, 1).here()


def test_g12_a_case_under_terms_that_nobody_proposed_says_how_long_nobody_knows() -> None:
    facts = Tampering(erased_in_time(), AgreementProposed).gone().facts
    assert missing("G12") in Tampering(facts, CaseWithdrawn).here()


def test_g9_nobody_is_erased_while_a_match_is_undecided() -> None:
    merged = Tampering(erased_in_time(), PersonsMerged)
    registrar = str(AGENCY)
    near = NearMatchFound(person=merged.words.person, other=merged.words.other, registrar=registrar)
    facts = merged.instead(near).envelope(actor=registrar).facts
    assert broken("G9") in Tampering(facts, PersonErased, 2).here()


def test_g22_a_wish_to_erase_lapses_with_a_new_case() -> None:
    story = Story().agreed()
    story.registered(1)
    asked(story, 1, AGENCY)
    story.proposed(1)
    story.withdrawn(1)
    story.on(LATER)
    erased(story, 1)
    assert story.audited()[1] == []
    again = Tampering(story.facts(), ErasureAsked, 1).gone().facts
    assert broken("G22") in Tampering(again, PersonErased).here()


def test_g22_nothing_is_ordered_assured_or_excluded_about_who_was_erased() -> None:
    story = Story().agreed()
    for number in (1, 2):
        story.registered(number)
    erased(story, 1)
    assured(story, 2, FIRST, story.now + timedelta(days=1))
    excluded(story, 2, ExclusionId("exclusion-1"), AGENCY)
    story.held(1, PersonScope(person(2)))
    facts, of_nobody = story.facts(), person(1)
    assert audited(facts)[1] == []
    assert broken("G22") in Tampering(facts, AssuranceGiven).event(person=of_nobody).here()
    assert broken("G22") in Tampering(facts, ExclusionMatched).event(person=of_nobody).here()
    unknown = Tampering(facts, AssuranceGiven).event(person=person(99))
    assert missing("G9") in unknown.here()
    ordered = Tampering(facts, HoldAsserted).event(scope=PersonScope(of_nobody))
    assert broken("G22") in ordered.here()


def test_d9_nobody_whom_an_order_means_is_erased() -> None:
    meant = Tampering(erased_in_time(), PersonRegistered).event(meant_by="USA:court:c/d").facts
    for event in (ErasureAsked, PersonErased):
        assert broken("D9") in Tampering(meant, event).here()


def test_d9_nobody_is_erased_who_was_merged_with_whom_an_order_means() -> None:
    told = Tampering(erased_in_time(), PersonRegistered, 2)
    assert told.words.person == person(3)
    meant = told.event(meant_by="USA:court:c/d").facts
    assert broken("D9") in Tampering(meant, PersonErased, 2).here()


def test_d5_nobody_is_erased_while_an_assurance_stands() -> None:
    facts = Tampering(erased_in_time(), AssuranceExpired).gone().facts
    assert broken("D5") in Tampering(facts, PersonErased, 2).here()
