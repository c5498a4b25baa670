"""Holds: legal orders that forbid a departure, from the minute they were received (G2, G3)."""

from __future__ import annotations

from collections.abc import Iterator

from services.audit.domain.actors import actor_of, names_a_body, same_body, same_subject
from services.audit.domain.records.orders import Order, Request
from services.audit.domain.records.people import Person
from services.audit.domain.scopes import person_of
from services.audit.domain.state import Rules, State
from services.audit.domain.who_is_known import is_known
from services.audit.domain.wrongful import binds, expect_found
from shared.contracts.hold import (
    HoldAsserted,
    HoldBodyConfirmed,
    HoldBodyNamed,
    HoldLifted,
    HoldLiftRequested,
    HoldVerified,
)
from shared.kernel.ids import PersonId

ISSUERS = frozenset({"court", "counsel", "central-authority", "consulate"})


def asserted(state: State, event: HoldAsserted) -> None:
    """It blocks at once, undoes clearances, and binds from its receipt (G2, G3)."""
    findings = state.findings
    if event.office not in ISSUERS:
        findings.broken("G2", "an office that can assert a hold", event.office)
    about = person_of(event.scope)
    if about is not None:
        is_known(state, about)
    if event.hold not in state.orders.open:
        told = findings.entry.recorded_at
        order = Order(findings.mark, event.scope, event.asserted_by, event.received_at, told)
        state.orders.add(event.hold, order)
    for pseudonym, person in _meant(state, about):
        _bound(state, event, pseudonym, person)


def verified(state: State, event: HoldVerified) -> None:
    """Another subject of the issuing office says that it stands by it."""
    order = state.orders.open.get(event.hold)
    if order is None:
        return
    _by_its_issuer(state, order, event.verified_by)
    if same_subject(order.asserted_by, event.verified_by):
        state.findings.broken("G2", "two subjects", event.verified_by, order.entry.ref)


def body_named(state: State, event: HoldBodyNamed) -> None:
    """Its asserter, who named no body, says which one it is of."""
    order = state.orders.open.get(event.hold)
    if order is not None and names_a_body(order.asserted_by):
        found = f"{order.asserted_by}, who named one"
        state.findings.broken("G2", "an asserter who named no body", found, order.entry.ref)


def body_confirmed(state: State, event: HoldBodyConfirmed) -> None:
    """Another subject of that body says so: from here the asserter is one of it (G2)."""
    order = state.orders.open.get(event.hold)
    if order is None:
        return
    asserter = actor_of(order.asserted_by)
    within = f"{asserter.party}:{asserter.office}:{event.body}/{asserter.subject}"
    if not same_body(within, event.confirmed_by):
        expected = f"{asserter.party}:{asserter.office}:{event.body}/…"
        state.findings.broken("G2", expected, event.confirmed_by, order.entry.ref)
    if same_subject(within, event.confirmed_by):
        state.findings.broken("G2", "two subjects", event.confirmed_by, order.entry.ref)
    order.asserted_by = within


def lift_requested(state: State, event: HoldLiftRequested) -> None:
    """The issuing office's first subject asks; the hold stands."""
    order = state.orders.open.get(event.hold)
    if order is not None:
        _by_its_issuer(state, order, event.requested_by)
        order.lift = Request(event.instrument, event.requested_by)


def lifted(state: State, event: HoldLifted) -> None:
    """The issuing office's second subject lifts it, by the instrument that the first named."""
    findings, order = state.findings, state.orders.open.get(event.hold)
    if order is None:
        return
    _by_its_issuer(state, order, event.lifted_by)
    request = order.lift
    if request is None or request.instrument != event.instrument:
        found = "no request" if request is None else f"one by {request.instrument}"
        findings.broken("G2", f"a first subject's request by {event.instrument}", found)
    elif same_subject(request.by, event.lifted_by):
        findings.broken("G2", "two subjects", event.lifted_by, order.entry.ref)
    state.orders.lift(event.hold, event.lifted_at)


def _by_its_issuer(state: State, order: Order, actor: str) -> None:
    """The issuing office is one body of its party; one without a body lifts nothing (G2)."""
    if not same_body(order.asserted_by, actor):
        issuer = actor_of(order.asserted_by)
        expected = f"the issuing office, {issuer.party}:{issuer.office}:{issuer.body}/…"
        state.findings.broken("G2", expected, actor, order.entry.ref)


def _meant(state: State, about: PersonId | None) -> Iterator[tuple[PersonId, Person]]:
    """Everybody whom the order may be about."""
    if about is None:
        yield from state.people.known.items()
    else:
        for pseudonym in state.pseudonyms.everybody(about):
            yield pseudonym, state.people.of(pseudonym)


def _bound(state: State, event: HoldAsserted, pseudonym: PersonId, person: Person) -> None:
    """Who departed between its receipt and its record departed under it (G3)."""
    left, received_at = person.departed, event.received_at
    if left is None or not binds(state, event.scope, pseudonym, left):
        return
    expect_found(state, event, pseudonym, left.case)
    if left.departed_at >= received_at:
        found = f"a departure at {left.departed_at.isoformat()}"
        expected = f"nobody departed under the order received at {received_at.isoformat()}"
        entry = state.findings.entry.ref
        state.findings.about(left.entry, "rule-broken", "G3", expected, found, entry)


RULES: Rules = {
    HoldAsserted: asserted,
    HoldVerified: verified,
    HoldBodyNamed: body_named,
    HoldBodyConfirmed: body_confirmed,
    HoldLiftRequested: lift_requested,
    HoldLifted: lifted,
}
