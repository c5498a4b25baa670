"""Who is who: decided by somebody else than who said so, by the state that registered them (G9)."""

from __future__ import annotations

from services.audit.domain.actors import same_subject
from services.audit.domain.records.people import Person
from services.audit.domain.records.pseudonyms import Likeness
from services.audit.domain.state import Rules, State
from shared.contracts.identity import (
    IdentityEvent,
    NearMatchFound,
    PersonsMerged,
    PersonsToldApart,
)
from shared.contracts.intake import DocumentAdded, PersonRegistered
from shared.contracts.laws import SIDES
from shared.kernel.actor import INDEPENDENT


def registered(state: State, event: PersonRegistered) -> None:
    """A state registers a person, for itself."""
    if event.registered_by == INDEPENDENT:
        state.findings.broken(SIDES, "a state that answers for it", event.registered_by)
    state.people.known.setdefault(event.person, Person(event.registered_by, event.documents))


def document_added(state: State, event: DocumentAdded) -> None:
    """One more paper of a person, once: what confirms them later may be it (G9)."""
    person = state.people.of(event.person)
    if event.document in person.documents:
        state.findings.broken("G9", "a document that the vault does not hold yet", "held")
    person.documents = (*person.documents, event.document)


def near_match(state: State, event: NearMatchFound) -> None:
    """A newcomer may be somebody who is registered: a person decides, and they wait."""
    _between_two(state, event)
    state.pseudonyms.say(Likeness(event.person, event.other, event.registrar))


def merged(state: State, event: PersonsMerged) -> None:
    """Somebody else than the registrar says that the two are one; clearances end."""
    findings, known = state.findings, _decided(state, event, event.decided_by)
    if known is not None and known.merged:
        findings.broken("G9", "two persons who are not merged yet", "merged already")
    if any(likeness.set_aside for likeness in state.pseudonyms.of(event.other)):
        findings.broken("G9", "a pseudonym that goes on", f"person/{event.other} gave way")
    person, other = state.people.of(event.person), state.people.of(event.other)
    gives_way = person.registered_by == other.registered_by
    findings.same("G9", "one pseudonym of a state gives way:", gives_way, event.set_aside)
    _voids_clearances(state, event)
    said = Likeness(
        event.person, event.other, event.decided_by, merged=True, set_aside=event.set_aside
    )
    state.pseudonyms.say(said)
    state.obligations.expect("who", (findings.entry.ref,))


def told_apart(state: State, event: PersonsToldApart) -> None:
    """Somebody else than who said so says that the two are not one, while no order stands (G2). Of
    two whom the vault's index alone shows nobody said so before, and no order binds both by it.
    """
    known = _decided(state, event, event.decided_by)
    if known is None:
        _not_said_yet(state, event)
    else:
        _undone(state, event, known)
    state.pseudonyms.tell_apart(event.person, event.other)


def _not_said_yet(state: State, event: PersonsToldApart) -> None:
    is_told = state.pseudonyms.are_told_apart(event.person, event.other)
    if is_told or event.other in state.pseudonyms.merged_with(event.person):
        found = "told apart already" if is_told else "one person's by way of others"
        state.findings.broken("G9", "two of whom nobody said so yet", found)


def _undone(state: State, event: PersonsToldApart, known: Likeness) -> None:
    for order in state.orders.about(state.pseudonyms.everybody(event.person)):
        expected = "no order that stands about either of them"
        state.findings.broken("G2", expected, order.entry.subject, order.entry.ref)
    if not known.merged and known.person != event.person:
        waits = f"a decision about person/{known.person}, who waits"
        state.findings.broken("G9", waits, "not")
    if known.merged:
        state.obligations.expect("who", (state.findings.entry.ref,))
    _voids_clearances(state, event)
    state.pseudonyms.unsay(event.person, event.other)


def _voids_clearances(state: State, event: IdentityEvent) -> None:
    """What was cleared before was computed for somebody else; an order may have bound them (G3)."""
    for pseudonym in (event.person, event.other):
        state.pseudonyms.decided_at[pseudonym] = state.findings.entry.sequence


def _decided(state: State, event: PersonsMerged | PersonsToldApart, by: str) -> Likeness | None:
    """What is known of the two; who said it does not decide about it."""
    _between_two(state, event)
    known = state.pseudonyms.between(event.person, event.other)
    if known is not None and same_subject(known.said_by, by):
        state.findings.broken("G9", "two subjects", by)
    return known


def _between_two(state: State, event: IdentityEvent) -> None:
    if event.person == event.other:
        state.findings.broken("G9", "two pseudonyms", event.other)


RULES: Rules = {
    PersonRegistered: registered,
    DocumentAdded: document_added,
    NearMatchFound: near_match,
    PersonsMerged: merged,
    PersonsToldApart: told_apart,
}
