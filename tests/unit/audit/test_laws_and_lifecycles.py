"""A wrong copy and a wrong step, planted in each event type of the catalogue, are found."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import pytest

from services.audit.domain.language import is_refusal, laws_of, pairs, types_named
from services.audit.domain.lifecycles import rows_of
from services.audit.domain.replay import rules_for
from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.laws import Copied, Names, Past, Says, Signed
from shared.contracts.lifecycles import LIFECYCLES
from tests.unit.audit.planting import expected_of, outcomes

if TYPE_CHECKING:
    from shared.kernel.event import Event

REFUSED = "a rule said no, and nothing followed: what was asked may be wrong in any way"
REFUSALS = (
    "ClearanceRefused",
    "CapacityRefused",
    "ErasureRefused",
    "HeadcountRefused",
    "ManifestingRefused",
    "BoardingRefused",
    "SealRefused",
    "LegDepartureRefused",
    "HandoverOfferRefused",
    "PlaceRefused",
    "HandoverRefused",
    "LawfulEndRefused",
    "PrepaymentRefused",
    "PeriodCloseRefused",
    "CertificationRefused",
    "PaymentRefused",
    "DisputeRefused",
    "ResolutionRefused",
    "OnwardAgreementRefused",
    "OnwardTransferRefused",
)
OUTSIDE = dict.fromkeys(REFUSALS, REFUSED)
WITHOUT_LAWS: dict[str, str] = {
    **OUTSIDE,
    "AgreementProposed": "it is the first to say anything, and any party may",
}
"""Types that repeat nothing, and why."""
WITHOUT_TABLE: dict[str, str] = OUTSIDE
"""Types that no table has, and why."""


def test_every_type_has_laws_or_a_reason_why_not() -> None:
    bare = {event_type.__name__ for event_type in NEWEST_TYPES if not laws_of(event_type)}
    assert bare == WITHOUT_LAWS.keys()


def test_every_type_is_in_a_table_or_has_a_reason_why_not() -> None:
    outside = {
        event_type.__name__
        for event_type in NEWEST_TYPES
        if not any(rows_of(table, event_type) for table in LIFECYCLES)
    }
    assert outside == WITHOUT_TABLE.keys()


@pytest.mark.parametrize("event", NEWEST_TYPES, ids=lambda event: event.__name__)
def test_whatever_an_entry_may_not_say_and_may_not_come_after_is_found(event: type[Event]) -> None:
    planted = {
        name: is_found for (kind, name), is_found in outcomes().items() if kind == event.__name__
    }
    assert set(expected_of(event)) - planted.keys() == set(), "nothing was planted for these"
    assert [name for name, is_found in planted.items() if not is_found] == []


@pytest.mark.parametrize("event", NEWEST_TYPES, ids=lambda event: event.__name__)
def test_a_law_names_types_and_fields_that_there_are(event: type[Event]) -> None:
    for law in laws_of(event):
        by, of = getattr(law, "by", ""), getattr(law, "of", None)
        ours = [pair for pair, _ in pairs(by)]
        theirs = [pair for _, pair in pairs(by) if pair != "ref"]
        match law:
            case Copied() | Says() | Past():
                ours += [pair for pair, _ in pairs(law.fields)]
                theirs += [pair for _, pair in pairs(law.fields)]
            case Signed():
                (ours if of is None else theirs).append(law.party)
            case Names():
                ours += [law.field] if law.field != "causation" else []
            case _:
                ours.append(law.field)
        assert {our for our in ours if not _has(event, our)} == set()
        if of is not None:
            sources = list(types_named(of))
            assert sources, of
            assert {their for their in theirs for kind in sources if not _has(kind, their)} == set()


def _has(event: type[Event], path: str) -> bool:
    return path.removeprefix("#").partition(".")[0] in event.__struct_fields__


@pytest.mark.parametrize("table", LIFECYCLES, ids=attrgetter("noun"))
def test_a_table_names_types_and_fields_that_there_are(table: object) -> None:
    for step in table.steps:  # type: ignore[attr-defined]  # it is a table
        kinds = list(types_named(step.event))
        assert kinds, step.event
        by = step.by or table.by  # type: ignore[attr-defined]  # it is a table
        assert all(_has(kind, field) for kind in kinds for field in by.split())


@pytest.mark.parametrize("table", LIFECYCLES, ids=attrgetter("noun"))
def test_every_state_of_a_table_is_reached_and_every_row_can_come(table: object) -> None:
    rows = table.steps  # type: ignore[attr-defined]  # it is a table
    reached, before = {"none"}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {
            step.next for step in rows if step.next and reached & set(step.states.split(" | "))
        }
    asked = {state for step in rows for state in step.states.split(" | ")}
    assert asked - reached == set()


def test_what_was_refused_repeats_nothing() -> None:
    for kind in NEWEST_TYPES:
        assert (WITHOUT_LAWS.get(kind.__name__) == REFUSED) == is_refusal(kind)


BY_TABLES_ALONE = {
    "AssuranceEndAsked": "who may ask is its law, and that it still stands its table",
    "PlaceConfirmed": "its reservation is named, and the passenger's table has it once",
    "PlaceAssigned": "where somebody sleeps frees nobody and costs nothing",
    "PersonSearched": "who was told which pseudonyms frees nobody and costs nothing",
    "PersonLocated": "who asked where somebody is frees nobody and costs nothing",
    "SubjectExported": "only the state that registered them may, which its laws say",
    "VaultRead": "only the state that registered them may, which its laws say",
}
"""Types that are followed and compared, and that no rule written by hand reads; and why."""


def test_a_type_that_no_rule_written_by_hand_reads_is_named_here_with_its_reason() -> None:
    unread = {
        kind.__name__ for kind in NEWEST_TYPES if not rules_for(kind) and not is_refusal(kind)
    }
    assert unread == BY_TABLES_ALONE.keys()
