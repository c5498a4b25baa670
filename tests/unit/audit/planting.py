"""Plants in an honest entry whatever its laws and tables forbid, and asks whether it is found."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from services.audit.domain.copies import Copies
from services.audit.domain.language import is_refusal, laws_of, pairs
from services.audit.domain.latest import Latest
from services.audit.domain.lifecycles import Lifecycles, follows, rows_of
from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.laws import Copied, Happened, Law, Names, Past, Says, Signed
from shared.contracts.lifecycle import NONE
from shared.contracts.lifecycles import LIFECYCLES
from shared.kernel.dates import DatePeriod
from tests.unit.audit.assurances_told import assured_and_over
from tests.unit.audit.categories_told import men_alone
from tests.unit.audit.contradictions_told import settled
from tests.unit.audit.disputes_told import disputed
from tests.unit.audit.ends_told import held_past_the_end
from tests.unit.audit.erasures_told import erased_after_return, erased_in_time
from tests.unit.audit.exclusions_told import cleared_again
from tests.unit.audit.fitness_told import fitness
from tests.unit.audit.funding_told import funded
from tests.unit.audit.incidents_told import incidents
from tests.unit.audit.onward_told import sent_on
from tests.unit.audit.payments_told import paid_in_two
from tests.unit.audit.recalls_told import brought_back, never_back, recalled
from tests.unit.audit.return_stories import (
    arrival_refused,
    return_ordered,
    return_overdue,
    returned_in_any_order,
    stopped_under_another_pseudonym,
)
from tests.unit.audit.services_told import of_somebody
from tests.unit.audit.stopovers_told import under_an_order
from tests.unit.audit.strangers_told import strangers
from tests.unit.audit.told import STORIES, silent_for_three_nights, two_custodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.audit.domain.entry import Entry
    from shared.contracts.lifecycle import Lifecycle
    from shared.kernel.event import Event

NEVER_AFTER = {
    # a family's law, and the type that is its first or comes before it
    ("CaseProposed", "CaseProposed"),
    ("ManifestOpened", "ManifestOpened"),
    ("PersonManifested", "PersonManifested"),
    ("HoldAsserted", "HoldAsserted"),
    ("ExclusionMatched", "ExclusionMatched"),
    ("AssuranceGiven", "AssuranceGiven"),
    ("CustodyAccepted", "CustodyAccepted"),
    ("PlaceReserved", "CustodyAccepted"),
    ("ReservationReleased", "CustodyAccepted"),
    ("HandoverPending", "CustodyAccepted"),
    ("StayOpened", "StayOpened"),
}
TOLD = (
    *(*STORIES, two_custodies, silent_for_three_nights, incidents, held_past_the_end),
    *(fitness, return_ordered, return_overdue, stopped_under_another_pseudonym),
    of_somebody,
    funded,
    arrival_refused,
    recalled,
    brought_back,
    never_back,
    cleared_again,
    men_alone,
    assured_and_over,
    paid_in_two,
    disputed,
    returned_in_any_order,
    strangers,
    under_an_order,
    sent_on,
    erased_in_time,
    erased_after_return,
    settled,
)
A_YEAR, AGES = timedelta(days=400), timedelta(days=40_000)
NOWHERE = "accord.example/nowhere/0#0"


@cache
def outcomes() -> dict[tuple[str, str], bool]:
    """Of each type, each law's field and each forbidden state: whether planting it was found."""
    outcome: dict[tuple[str, str], bool] = {}
    for told in TOLD:
        latest, lifecycles = Latest(), Lifecycles()
        copies = Copies(latest)
        for entry in told():
            event: Any = entry.event
            for stand_in in (entry, *_stand_ins(entry)):
                for name, is_found in (
                    *_copies(copies, latest, stand_in),
                    *_steps(lifecycles, stand_in),
                ):
                    key = (type(stand_in.event).__name__, name)
                    outcome[key] = outcome.get(key, True) and is_found
            lifecycles.check(entry, event)
            lifecycles.move()
            latest.remember(entry.ref, event)
    return outcome


@cache
def _donors() -> dict[type, list[type[Event]]]:
    """For each type that the stories have, those of its family that they do not have."""
    told = {type(entry.event): None for story in TOLD for entry in story()}
    donors: dict[type, list[type[Event]]] = {}
    for kind in NEWEST_TYPES:
        if kind not in told and not is_refusal(kind):
            nearest = max(told, key=lambda other: len({*other.__mro__} & {*kind.__mro__}))
            donors.setdefault(nearest, []).append(kind)
    return donors


def _stand_ins(entry: Entry) -> Iterator[Entry]:
    """The same entry as one of a type of its family that no story tells of."""
    for kind in _donors().get(type(entry.event), ()):
        words = {name: getattr(entry.event, name, "another") for name in kind.__struct_fields__}
        yield msgspec.structs.replace(entry, event=kind(**words), type=kind.TYPE)


def _copies(copies: Copies, latest: Latest, entry: Entry) -> Iterator[tuple[str, bool]]:
    event: Any = entry.event
    kind: type[Event] = type(event)
    for law in laws_of(kind):
        if not isinstance(law, Says | Happened | Past) and not _is_told(latest, event, law):
            continue
        for name, changed in planted(entry, law):
            findings = copies.check(changed, changed.event)  # type: ignore[arg-type]  # it is an event
            found = {(finding.kind, finding.rule) for finding in findings}
            breach = getattr(law, "breach", "rule-broken")
            yield name, {(breach, law.rule), ("evidence-missing", law.rule)} & found != set()


def _is_told(latest: Latest, event: Any, law: Copied | Names | Signed) -> bool:  # noqa: ANN401 - an event of whatever type
    if law.of is None:
        return True
    ours = [own for own, _ in pairs(law.by)]
    values = tuple(getattr(event, own) for own in ours)
    their = " ".join(other for _, other in pairs(law.by))
    return (values[0] if len(values) == 1 else values) in latest.table(law.of, their)


def planted(entry: Entry, law: Law) -> Iterator[tuple[str, Entry]]:
    """The entry with each thing changed that a law is about, and what that is called."""
    match law:
        case Copied() | Says():
            for own, _ in pairs(law.fields):
                yield f"{own} ({law.rule})", _with(entry, own)
        case Past():
            for own in law.fields.split():
                if isinstance(getattr(entry.event, own), date):
                    yield f"{own} ({law.rule})", _with(entry, own, AGES)
        case Names(field="causation"):
            yield "cause", msgspec.structs.replace(entry, causation=NOWHERE)
        case Names() | Happened():
            yield f"{law.field} ({law.rule})", _with(entry, law.field)
        case Signed():
            for actor in (
                "GTM:court:a/b",
                *(["SLV:ops:a/b", "USA:ops:a/b"] if law.offices else []),
            ):
                yield f"signed by {actor}", msgspec.structs.replace(entry, actor=actor)


def _with(entry: Entry, path: str, by: timedelta = A_YEAR) -> Entry:
    event: Any = entry.event
    return msgspec.structs.replace(entry, event=_replaced(event, path.split("."), by))


def _replaced(value: Any, path: list[str], by: timedelta) -> Any:  # noqa: ANN401 - any part of an event
    field, *rest = path
    part = getattr(value, field)
    return msgspec.structs.replace(
        value, **{field: _replaced(part, rest, by) if rest else another(part, by)}
    )


def another(value: Any, by: timedelta = A_YEAR) -> Any:  # noqa: ANN401 - any value that an event has
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value + "0"
        case date() | datetime():
            return value + by
        case tuple():
            return value[::-1] if len(set(value)) > 1 else ()
        case DatePeriod():
            return DatePeriod(value.start, value.end + timedelta(days=1))
        case msgspec.Struct():
            return _another_struct(value)
        case _:
            return "another"


def _another_struct(value: msgspec.Struct) -> object:
    """With another value in the first field that may have one by itself, or no struct at all."""
    for field in value.__struct_fields__:
        with suppress(ValueError):
            return msgspec.structs.replace(value, **{field: another(getattr(value, field))})
    return "another"


def _steps(lifecycles: Lifecycles, entry: Entry) -> Iterator[tuple[str, bool]]:
    """Put what the entry is about into each state in which the entry may not come."""
    event: Any = entry.event
    for table in LIFECYCLES:
        steps = rows_of(table, type(event))
        for wrong in sorted(states_of(table) - follows(steps).keys()) if steps else ():
            held = dict(lifecycles.all(table.noun))
            for key in lifecycles.keys(table.noun, event):
                lifecycles.put(table.noun, key, wrong)
            rule = (steps[0].unknown or table.rule) if wrong == NONE else steps[0].rule
            found = lifecycles.check(entry, event)
            kind = "evidence-missing" if wrong == NONE else "rule-broken"
            yield (
                f"{table.noun} {wrong}",
                (kind, rule or table.rule) in {(finding.kind, finding.rule) for finding in found},
            )
            lifecycles.all(table.noun).clear()
            lifecycles.all(table.noun).update(held)


def states_of(table: Lifecycle) -> set[str]:
    """Every state of a table."""
    rows = {state for step in table.steps for state in step.states.split(" | ")}
    return rows | {step.next for step in table.steps if step.next} | {NONE}


def expected_of(event_type: type[Event]) -> Iterator[str]:
    """Whatever has to be planted in an entry of this type."""
    for law in laws_of(event_type):
        if (event_type.__name__, getattr(law, "of", None)) in NEVER_AFTER:
            continue
        match law:
            case Copied() | Says() | Past():
                yield from (f"{own} ({law.rule})" for own, _ in pairs(law.fields))
            case Names(field="causation"):
                yield "cause"
            case Names() | Happened():
                yield f"{law.field} ({law.rule})"
            case Signed():
                yield "signed by GTM:court:a/b"
    for table in LIFECYCLES:
        steps = rows_of(table, event_type)
        if steps:
            yield from (
                f"{table.noun} {state}" for state in states_of(table) - follows(steps).keys()
            )
