"""The laws of copying, applied to every type: what an entry repeats stands there as it was said."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, assert_never

from services.audit.domain.actors import actor_of
from services.audit.domain.finding import Finding, about
from services.audit.domain.language import KeyOf, key_of, laws_of, ours_of, pairs, theirs_of
from shared.contracts.laws import Attribute, Copied, Happened, Law, Names, Past, Says, Signed
from shared.kernel.clock import has_come, has_happened

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from services.audit.domain.latest import Latest
    from shared.kernel.event import Event

Check = Callable[["Entry", Any, list[Finding]], None]
LONGEST = 200
"""So much of a value stands in a finding."""


class Copies:
    """The laws of each type, made ready when its first entry comes."""

    def __init__(self, latest: Latest) -> None:
        """Compare with what `latest` has."""
        self._latest = latest
        self._checks: dict[type[Event], tuple[Check, ...]] = {}

    def check(self, entry: Entry, event: Event) -> list[Finding]:
        """Whatever an entry does not repeat as it was said."""
        checks = self._checks.get(type(event))
        if checks is None:
            laws = laws_of(type(event))
            checks = tuple(self._ready(type(event), law) for law in laws)
            self._checks[type(event)] = checks
        findings: list[Finding] = []
        for check in checks:
            check(entry, event, findings)
        return findings

    def _ready(self, event_type: type[Event], law: Law) -> Check:
        match law:
            case Copied():
                return self._copied(event_type, law)
            case Names():
                return self._names(event_type, law)
            case Signed():
                return self._signed(event_type, law)
            case Says():
                return _says(law)
            case Happened():
                return _happened(law)
            case Past():
                return _past(law)
            case _:
                assert_never(law)

    def _copied(self, event_type: type[Event], law: Copied) -> Check:
        table = self._latest.table(law.of, theirs_of(law.by))
        key, words = key_of(event_type, ours_of(law.by)), tuple(pairs(law.fields))
        ours = attrgetter(*(own for own, _ in words))
        theirs = attrgetter(*(other for _, other in words))

        def check(entry: Entry, event: Event, findings: list[Finding]) -> None:
            told = table.get(key(event))
            if told is None:
                if law.required:
                    expected = f"the {law.of} of {_said(key(event))}"
                    findings.append(about(entry, "evidence-missing", law.rule, expected, "none"))
            elif ours(event) != theirs(told.event):
                for own, other in words:
                    expected, here = attrgetter(other)(told.event), attrgetter(own)(event)
                    if here != expected:
                        text = f"the {own} of {told.ref}: {_said(expected)}"
                        where = about(entry, law.breach, law.rule, text, _said(here), told.ref)
                        findings.append(where)

        return check

    def _names(self, event_type: type[Event], law: Names) -> Check:
        table = self._latest.table(law.of, theirs_of(law.by))
        key = key_of(event_type, ours_of(law.by))
        name: KeyOf | None = None if law.field == "causation" else attrgetter(law.field)

        def check(entry: Entry, event: Event, findings: list[Finding]) -> None:
            told = table.get(key(event))
            said = entry.causation if name is None else name(event)
            if told is None or told.ref != said:
                expected = f"the {law.of} of {_said(key(event))} as {law.field}"
                kind = "evidence-missing" if told is None else law.breach
                findings.append(about(entry, kind, law.rule, expected, said))

        return check

    def _signed(self, event_type: type[Event], law: Signed) -> Check:
        party, by = attrgetter(law.party), law.by
        table = None if law.of is None else self._latest.table(law.of, theirs_of(by))
        key = key_of(event_type, ours_of(by) or law.party)

        def check(entry: Entry, event: Event, findings: list[Finding]) -> None:
            told = event if table is None else table.get(key(event))
            if told is None:
                return
            acts = actor_of(entry.actor)
            expected = party(event if table is None else told.event)  # type: ignore[union-attr]  # a table has what was told
            if acts.party != expected or (law.offices and acts.office not in law.offices):
                offices = " or ".join(law.offices) or "office"
                text = f"signed by the {offices} of {expected}"
                findings.append(about(entry, "rule-broken", law.rule, text, entry.actor))

        return check


def _says(law: Says) -> Check:
    said = _attribute(law.attribute)
    getters = tuple((field, attrgetter(field)) for field in law.fields.split())

    def check(entry: Entry, event: Event, findings: list[Finding]) -> None:
        expected = said(entry)
        for field, get in getters:
            here = get(event)
            if here != expected:
                text = f"the {law.attribute} as {field}: {expected}"
                findings.append(about(entry, "rule-broken", law.rule, text, here))

    return check


def _happened(law: Happened) -> Check:
    get = attrgetter(law.field)

    def check(entry: Entry, event: Event, findings: list[Finding]) -> None:
        at = get(event)
        if at != entry.time:
            findings.append(about(entry, "rule-broken", "ledger", f"the time {at}", entry.time))
        if not has_happened(at, entry.recorded_at):
            text = f"{at} is in the future"
            findings.append(about(entry, "rule-broken", law.rule, "what has happened", text))

    return check


def _past(law: Past) -> Check:
    getters = tuple((field, attrgetter(field)) for field in law.fields.split())

    def check(entry: Entry, event: Event, findings: list[Finding]) -> None:
        earliest = None
        for field, get in getters:
            day = get(event)
            if day is None:
                continue
            if not has_come(day, entry.recorded_at):
                text = f"{field} {day} is in the future"
                findings.append(about(entry, "rule-broken", law.rule, "what has happened", text))
            elif earliest and day < earliest:
                text = f"a {field} that is not before {earliest}"
                findings.append(about(entry, "rule-broken", law.rule, text, day))
            earliest = day

    return check


def _attribute(attribute: Attribute) -> Callable[[Entry], object]:
    match attribute:
        case "actor" | "causation" | "time":
            return attrgetter(attribute)
        case "party":
            return lambda entry: actor_of(entry.actor).party
        case "office":
            return lambda entry: actor_of(entry.actor).office
        case _:
            assert_never(attribute)


def _said(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
