"""Whatever honest services record is replayed without a finding; whatever is changed is found."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit.domain.entry import Position, read_entry
from shared.contracts.intake import CaseFact, ClearanceGranted
from shared.kernel.money import Money
from tests.unit.audit.honest import honest_stories
from tests.unit.audit.story import Story, audited
from tests.unit.audit.told import STORIES

UNHURRIED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOT_SAID_TWICE = {
    # what no other entry says, and no rule asks for
    "actor",
    "commitment",
    "correlation",
    "document",
    "id",
    "instrument",
    "place",
    "refusal",
    "reference",
    "court",
    "language",
    "specversion",
    "time",
    "type",
}
FREE = {
    # within what the rules allow, any value is as good as any other
    "accessed_on",
    "days_remaining",
    "final_on",
    "judged_on",
    "nationalities",
    "offered_on",
    "offence",
    "planned_departure",
    "received_on",
    "served_on",
    "valid_until",
    "held_on",
    "identifiers",
    "count",
    "counted_on",
    "recordedtime",
}
OF_NO_CONSEQUENCE = ("Refused", "PersonOpinionRecorded", "OwnPopulationReported", "HoldAsserted")


@UNHURRIED
@given(honest_stories())
def test_any_honest_story_is_replayed_without_a_finding(story: Story) -> None:
    replay, found = story.audited()
    assert found == []
    report = replay.report()
    located = report.under_way + report.in_custody + sum(report.left.values())
    assert located == report.departed
    assert all(posting.minor == 0 for posting in report.postings.values())


def paths(value: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every single value of an entry stands."""
    if isinstance(value, dict):
        return [path for key, inner in value.items() for path in paths(inner, (*at, key))]
    if isinstance(value, list):
        return [path for key, inner in enumerate(value) for path in paths(inner, (*at, key))]
    return [at]


def another(value: object) -> object:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return "01900001-0000-7000-8000-000000000099"
        case _:
            return _another_text(str(value))


def _another_text(text: str) -> str:
    for read in (_another_amount, _another_date, _another_instant):
        try:
            return read(text)
        except ValueError:
            continue
    if len(text) == 3 and text.isupper():
        return "GTM" if text != "GTM" else "HND"
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _another_amount(text: str) -> str:
    return (Money(text, "USD") + Money("0.01", "USD")).amount


def _another_date(text: str) -> str:
    return (date.fromisoformat(text) + timedelta(days=1)).isoformat()


def _another_instant(text: str) -> str:
    return (datetime.fromisoformat(text) + timedelta(days=2)).isoformat()


@settings(UNHURRIED, max_examples=150)
@given(st.data())
def test_a_changed_field_of_an_entry_is_found(data: st.DataObject) -> None:
    facts = list(data.draw(st.sampled_from(STORIES))())
    place = data.draw(st.integers(0, len(facts) - 1))
    fact = facts[place]
    cleared = {entry.event.case for entry in facts if isinstance(entry.event, ClearanceGranted)}
    unused = isinstance(fact.event, CaseFact) and fact.event.case not in cleared
    if unused or any(name in fact.type for name in OF_NO_CONSEQUENCE):
        return
    written = msgspec.to_builtins(fact).items()
    entry: dict[str, Any] = {name: value for name, value in written if value is not None}
    meant = [path for path in paths(entry) if not (NOT_SAID_TWICE | FREE) & {*map(str, path)}]
    path = data.draw(st.sampled_from(meant))
    holder: Any = entry
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = another(holder[path[-1]])
    at = Position(fact.origin, fact.sequence)
    facts[place] = read_entry(json.dumps(entry, separators=(",", ":")).encode(), at)
    assert audited(facts)[1] != []
