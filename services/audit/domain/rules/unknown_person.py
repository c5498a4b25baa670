"""Strangers of a headcount: open until another subject says who it was, and never billed (D3)."""

from __future__ import annotations

from services.audit.domain.actors import same_subject
from services.audit.domain.state import Rules, State
from shared.contracts.unknown_person import UnknownPersonCounted, UnknownPersonSettled


def counted(state: State, event: UnknownPersonCounted) -> None:
    """Part of the night's own headcount, and of nobody whom the record has there."""
    state.expectations.goes_on()
    count, custody = state.headcount, state.custodies.get(event.counted)
    if count is None or (count.facility, count.night) != (event.facility, event.night):
        expected = f"the headcount of {event.night} in {event.facility}"
        state.findings.missing("D3", expected, "none")
    there = custody is not None and custody.facility == event.facility
    if custody is not None and there and custody.accepted and custody.has(event.night):
        expected = f"custody/{event.counted} counted as known, since it was there"
        state.findings.broken("D3", expected, "unknown")


def settled(state: State, event: UnknownPersonSettled) -> None:
    """By another subject than who attested the list that named them."""
    actor = state.findings.entry.actor
    if same_subject(event.attested_by, actor):
        state.findings.broken("D3", f"another subject than {event.attested_by}", actor)


RULES: Rules = {
    UnknownPersonCounted: counted,
    UnknownPersonSettled: settled,
}
