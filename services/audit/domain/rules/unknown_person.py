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
    here = custody is not None and custody.facility == event.facility and custody.accepted
    if custody is None or not here:
        state.findings.same("D3", "no day there", None, event.arrived_on or event.departed_on)
        return
    if custody.has(event.night):
        expected = f"custody/{event.counted} counted as known, since it was there"
        state.findings.broken("D3", expected, "unknown")
    left = [day for day in (custody.left_on, custody.departed_on) if day is not None]
    if event.reason == "outside-the-stay" or not left:
        state.findings.same("D3", "the first day", custody.arrived_on, event.arrived_on)
        state.findings.same("D3", "the last day", min(left, default=None), event.departed_on)


def settled(state: State, event: UnknownPersonSettled) -> None:
    """By another subject than who attested the list that named them."""
    actor = state.findings.entry.actor
    if same_subject(event.attested_by, actor):
        state.findings.broken("D3", f"another subject than {event.attested_by}", actor)


RULES: Rules = {
    UnknownPersonCounted: counted,
    UnknownPersonSettled: settled,
}
