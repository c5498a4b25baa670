"""Who is who: decided by somebody else than who said so, by the state that registered them (G9)."""

from __future__ import annotations

from services.audit.domain import told_since
from services.audit.domain.actors import actor_of, names_a_body, same_body, same_subject
from services.audit.domain.records.orders import Order
from services.audit.domain.records.people import Person
from services.audit.domain.records.pseudonyms import Likeness
from services.audit.domain.state import Rules, State
from shared.contracts.added_document import DocumentAdded
from shared.contracts.identity import (
    IdentityEvent,
    NearMatchFound,
    PersonsMerged,
    PersonsToldApart,
)
from shared.contracts.intake import PersonRegistered
from shared.contracts.laws import SIDES
from shared.kernel.actor import INDEPENDENT

DESIGNATING = frozenset({"court", "counsel", "central-authority", "consulate"})
"""Who may assert a hold, and so register whom it means (D9)."""


def registered(state: State, event: PersonRegistered) -> None:
    """A state's agency registers a person, for itself; or an office whom its order means (D9)."""
    findings = state.findings
    if event.meant_by is not None:
        acts = findings.entry.actor
        findings.same("D9", "whoever registers whom an order means:", acts, event.meant_by)
        if actor_of(event.meant_by).office not in DESIGNATING:
            findings.broken("D9", "an office that can assert a hold", event.meant_by)
    elif event.registered_by == INDEPENDENT:
        findings.broken(SIDES, "a state that answers for it", event.registered_by)
    elif findings.actor.office in DESIGNATING:
        findings.broken("D9", "the word that an order means them", findings.entry.actor)
    known = Person(event.registered_by, event.documents, event.meant_by)
    state.people.known.setdefault(event.person, known)


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
    told_since.alike(state, event.person)


def merged(state: State, event: PersonsMerged) -> None:
    """Somebody else than the registrar says that the two are one; clearances end."""
    findings, known = state.findings, _decided(state, event, event.decided_by)
    if known is not None and known.merged:
        findings.broken("G9", "two persons who are not merged yet", "merged already")
    if any(likeness.set_aside for likeness in state.pseudonyms.of(event.other)):
        findings.broken("G9", "a pseudonym that goes on", f"person/{event.other} gave way")
    person, other = state.people.of(event.person), state.people.of(event.other)
    is_of_agencies = person.meant_by is None and other.meant_by is None
    gives_way = is_of_agencies and person.registered_by == other.registered_by
    findings.same("G9", "one pseudonym of a state gives way:", gives_way, event.set_aside)
    _voids_clearances(state, event)
    said = Likeness(
        event.person, event.other, event.decided_by, merged=True, set_aside=event.set_aside
    )
    state.pseudonyms.say(said)
    told_since.alike(state, event.person)
    state.obligations.expect("who", (findings.entry.ref,))


def told_apart(state: State, event: PersonsToldApart) -> None:
    """Somebody else than who said so says that the two are not one, while no order stands (G2). Of
    two whom the vault's index alone shows nobody said so before, and no order binds both by it.
    """
    known = _decided(state, event, event.decided_by)
    designator = _designator(state, event)
    if designator is not None:
        _by_whoever_meant(state, event, designator)
    elif actor_of(event.decided_by).office in DESIGNATING:
        state.findings.broken("D9", "an intake agency, since no body meant them", event.decided_by)
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


def _designator(state: State, event: PersonsToldApart) -> str | None:
    """Whoever registered one of the two for an order, in the name of a body, or anybody by way of
    whom it may be about two who are alike (D9).
    """
    both, pseudonyms = (event.person, event.other), state.pseudonyms
    is_alike = pseudonyms.between(*both) is not None
    reached = sorted(pseudonyms.everybody(event.person)) if is_alike else ()
    meant = (state.people.of(pseudonym).meant_by for pseudonym in (*both, *reached))
    return next((by for by in meant if by is not None and names_a_body(by)), None)


def _by_whoever_meant(state: State, event: PersonsToldApart, designator: str) -> None:
    """Another subject of the body that meant one of them says that it is not the other (D9)."""
    by = event.decided_by
    if not same_body(designator, by) or same_subject(designator, by):
        state.findings.broken("D9", f"another subject of the body of {designator}", by)


def _may_stay(order: Order, by: str, designator: str | None) -> bool:
    """Whether it is the order of whoever says whom it does not mean, who did not assert it."""
    is_own = same_body(order.asserted_by, by) and not same_subject(order.asserted_by, by)
    return designator is not None and is_own


def _undone(state: State, event: PersonsToldApart, known: Likeness) -> None:
    designator = _designator(state, event)
    for order in state.orders.about(state.pseudonyms.everybody(event.person)):
        if not _may_stay(order, event.decided_by, designator):
            expected = "no order that stands about either of them"
            state.findings.broken("G2", expected, order.entry.subject, order.entry.ref)
    if designator is None and not known.merged and known.person != event.person:
        waits = f"a decision about person/{known.person}, who waits"
        state.findings.broken("G9", waits, "not")
    if known.merged:
        state.obligations.expect("who", (state.findings.entry.ref,))
    _voids_clearances(state, event)
    state.pseudonyms.unsay(event.person, event.other, state.findings.entry.sequence)


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
