"""Whom something reaches that comes after their departure, and that all of them are found (D7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from services.audit.domain.entry import Entry
from services.audit.domain.records.people import Departure
from services.audit.domain.records.wrongful_transfers import ToBeFound
from services.audit.domain.scopes import covers, person_of
from services.audit.domain.state import State
from shared.contracts.hold import HoldAsserted, HoldScope
from shared.kernel.ids import CaseId, ExclusionId, HoldId, PersonId

SOON = timedelta(hours=1)
"""So much may pass until everybody whom an entry reaches is found."""


def binds(state: State, scope: HoldScope, pseudonym: PersonId, left: Departure) -> bool:
    """Whether an order forbids a departure that took place, by whom they are known as now (G9)."""
    everybody = frozenset(state.pseudonyms.everybody(pseudonym))
    return covers(scope, msgspec.structs.replace(left.travel, pseudonyms=everybody))


def expect_found(state: State, order: HoldAsserted, pseudonym: PersonId, case: CaseId) -> None:
    """Who departed by a case and is under way has to be found; who is in custody too, by an order
    on a person, or if they departed under it.
    """
    if _is_within_reach(state, order.scope, order.received_at, pseudonym):
        expect(state, f"hold/{order.hold}", pseudonym, case)


def expect(state: State, what: str, pseudonym: PersonId, case: CaseId) -> None:
    """By what is read now somebody has to be found, once by each thing."""
    reached = what, case
    if reached not in state.wrongful.ever and not state.wrongful.is_awaited(reached):
        state.wrongful.fresh[reached] = ToBeFound(state.findings.mark, pseudonym)


def reached(state: State, entry: Entry) -> None:
    """An entry of intake is read next: whom something reached by an entry that is an hour older has
    been found.
    """
    if not entry.type.startswith("intake."):
        return
    for (what, case), waiting in state.wrongful.left_out(entry.recorded_at, SOON):
        if _is_still_to_be_found(state, what, waiting.person):
            expected = f"case/{case}: found by {what}, and brought back"
            found = f"{entry.ref} at {entry.recorded_at}"
            state.findings.about(waiting.because, "evidence-missing", "D7", expected, found)


def _is_still_to_be_found(state: State, what: str, pseudonym: PersonId) -> bool:
    kind, _, name = what.partition("/")
    if kind == "hold":
        left = state.people.of(pseudonym).departed
        order = state.orders.of(HoldId(name), left.departed_at) if left else None
        return order is not None and _is_within_reach(
            state, order.scope, order.received_at, pseudonym
        )
    stands = kind != "exclusion" or ExclusionId(name) in state.exclusions.open
    return stands and is_away(state, pseudonym)


def is_away(state: State, pseudonym: PersonId) -> bool:
    """Whether somebody has departed and is under way, or in custody."""
    person = state.people.of(pseudonym)
    left = person.departed
    is_under_way = left is not None and left.travel.manifest == person.journey
    return is_under_way or person.custody is not None


def _is_within_reach(
    state: State, scope: HoldScope, received_at: datetime, pseudonym: PersonId
) -> bool:
    person = state.people.of(pseudonym)
    left = person.departed
    is_under_way = left is not None and left.travel.manifest == person.journey
    is_since = left is not None and left.departed_at >= received_at
    is_meant = person_of(scope) is not None or is_since
    return is_under_way or (is_meant and person.custody is not None)
