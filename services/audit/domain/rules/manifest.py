"""Manifests: who is on a journey, each of them through the gate at every step (G4)."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise

from services.audit.domain.cause_of_removal import (
    COSTS_NOTHING,
    LEFT_BEHIND,
    WITHDRAWN,
    causes_of,
    is_by_the_paid,
)
from services.audit.domain.gate import (
    day_of,
    goes_on,
    has_money,
    in_force,
    in_term,
    made_under,
    pass_gate,
    to_a_facility_of,
    with_state,
)
from services.audit.domain.records.journeys import Journey, Progress
from services.audit.domain.records.services import Removal
from services.audit.domain.state import Rules, State
from shared.contracts.agreement import AgreementDocument
from shared.contracts.manifest import (
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.contracts.removal import RemovalCause
from shared.kernel.ids import CaseId, agreement_of, custody_of

MOST_NAMED = 100
"""As many of the orders that stood as an entry names: one line counts whatever is left out."""


def opened(state: State, event: ManifestOpened) -> None:
    """A journey is planned under an agreement, to one of its facilities, leg after leg."""
    agreement = agreement_of(event.agreement)
    days = [leg.planned_departure.astimezone(UTC).date() for leg in event.legs]
    document, *_ = [
        in_force(state, agreement, day) for day in days or [day_of(state.findings.entry)]
    ]
    goes_on(state, agreement, *days)
    has_money(state, agreement)
    made_under(state, event.agreement, document)
    if document is not None:
        _agreed(state, event, document)
    for before, after in pairwise(event.legs):
        what = "a leg from where the last one ended,"
        state.findings.same("G4", what, before.destination, after.origin)
    journey = Journey(event, tuple(Progress() for _ in event.legs))
    state.journeys.setdefault(event.manifest, journey)


def _agreed(state: State, event: ManifestOpened, document: AgreementDocument) -> None:
    findings, parties = state.findings, document.parties
    if document.facility(event.facility) is None:
        findings.broken("facilities", "a facility of the agreement", event.facility)
    ends = (event.legs[0].origin, event.legs[-1].destination) if event.legs else ("", "")
    findings.same("parties", "a journey", (parties.sending, parties.receiving), ends)


def manifested(state: State, event: PersonManifested) -> None:
    """A person passes the gate onto the list, on one journey at a time; a substitute too (G4)."""
    journey, findings = state.journeys.get(event.manifest), state.findings
    if journey is None:
        return
    _passes(state, journey, event.case)
    _on_one_journey(state, event)
    replaced = event.substitute_for
    if replaced is not None and replaced not in journey.listed:
        findings.missing("G4", f"case/{replaced} on this manifest", "never on it")
    state.people.of(event.person).journey = event.manifest
    journey.listed.setdefault(event.case, [])
    state.obligations.expect("place", (custody_of(event.case), event.manifest))


def _on_one_journey(state: State, event: PersonManifested) -> None:
    """By whatever pseudonym; the entry names all of them, for whoever holds a place (G12)."""
    everybody = state.pseudonyms.everybody(event.person)
    others = tuple(sorted(everybody - {event.person}))
    state.findings.same("G12", "every other pseudonym:", others, event.pseudonyms)
    for name in (event.person, *others):
        under_way = state.people.of(name).journey
        under_way = under_way or state.people.of(name).awaited_back
        if under_way is not None:
            expected = "a person on one journey at a time"
            state.findings.broken("G12", expected, f"manifest/{under_way}, as person/{name}")


def removed(state: State, event: PersonRemoved) -> None:
    """A person is taken off before departure, from on board too, or at a stopover."""
    journey, key = state.journeys.get(event.manifest), (event.manifest, event.case)
    if journey is None or event.case not in journey.listed:
        return
    is_aboard = state.lifecycles.state("passenger", key) in ("boarded", "arrived")
    if is_aboard:
        _opens_the_doors(state, journey, event)
    _held_by(state, journey, event, is_aboard=is_aboard)
    _for_want_of_a_place(state, journey, event)
    if state.expectations.keep((LEFT_BEHIND, event.manifest)):
        _departs(state, event)
    _given_up(state, journey, event, _because(state, journey, event))
    journey.listed[event.case].append(state.findings.entry.ref)
    person, case = state.people.of(event.person), state.cases.get(event.case)
    person.journey = None
    if key in state.wrongful.recalled:
        person.awaited_back = event.manifest
    if case is not None and case.departed:
        case.cleared_at, case.departed, case.held_by = -1, False, event.custodian


def _opens_the_doors(state: State, journey: Journey, event: PersonRemoved) -> None:
    if state.lifecycles.state("manifest", event.manifest) == "doors closed":
        state.lifecycles.put("manifest", event.manifest, "arrived" if journey.begun else "sealed")


def _held_by(state: State, journey: Journey, event: PersonRemoved, *, is_aboard: bool) -> None:
    """Whoever has begun the journey leaves it where it stops over, into named custody, and the
    sending state answers for them; their case is looked at anew (G13).
    """
    findings, held = state.findings, event.custodian
    if not (is_aboard and journey.begun):
        findings.same("G13", "held by", None, held)
        return
    stopover = journey.stopped_over
    if stopover is None:
        findings.broken("G12", "nobody taken off after departure but at a stopover", "on the way")
    if held is None:
        findings.broken("G13", f"who holds case/{event.case}", "nobody")
    else:
        receiving = held.party == journey.opened.receiving
        if receiving or held.party not in (journey.opened.sending, stopover):
            expected = "a custodian of the sender or the stopover, and a handover to the receiver"
            findings.broken("G13", expected, held.party)
        findings.same("G13", "responsible", journey.opened.sending, held.responsible_state)


def _because(state: State, journey: Journey, event: PersonRemoved) -> RemovalCause:
    """The cause is what stood in the way, by this replay: nobody types it (F13)."""
    told, findings = journey.no_place.get(event.case), state.findings
    if told is not None and findings.entry.causation == told[0]:
        findings.same("F13", "taken off because of", "no-place", event.cause)
        return "no-place"
    causes, orders = causes_of(state, journey, event.case)
    said = event.cause if event.cause in causes else None
    stood = (said if said in causes else causes[0]) or _nothing(state, event)
    findings.same("F13", "taken off because of", stood, event.cause)
    if stood == "order":
        _names(state, event, orders)
    return stood


def _names(state: State, event: PersonRemoved, orders: list[str]) -> None:
    """Every order that stood; of more than fit into an entry, as many as fit."""
    named = sorted({finding.evidence for finding in event.because if finding.evidence is not None})
    if len(orders) <= MOST_NAMED:
        state.findings.same("G3", "the orders", orders, named)
    elif len(named) != MOST_NAMED or not {*named} <= {*orders}:
        state.findings.broken("G3", f"{MOST_NAMED} of the {len(orders)} orders", str(named))


def _nothing(state: State, event: PersonRemoved) -> RemovalCause:
    """Where nothing stood in the way: the case is withdrawn with it, or the leg departs, or it was
    asked for.
    """
    if event.cause == "withdrawn":
        state.expectations.promise((WITHDRAWN, event.case), "F13", f"case/{event.case} withdrawn")
        return "withdrawn"
    if event.cause == "left-behind":
        _departs(state, event)
        return "left-behind"
    return "requested"


def _departs(state: State, event: PersonRemoved) -> None:
    expected = f"a departure of manifest/{event.manifest}"
    state.expectations.promise((LEFT_BEHIND, event.manifest), "F13", expected)


def _given_up(state: State, journey: Journey, event: PersonRemoved, stood: RemovalCause) -> None:
    """What whoever charges for a late cancellation has to say of it (F13)."""
    entry, arrival = state.findings.entry, journey.opened.legs[-1].planned_departure
    is_free = stood in COSTS_NOTHING or is_by_the_paid(state, journey, event.case)
    removal = Removal(entry.time, arrival, event.facility, is_free)
    state.services.removals[entry.ref] = removal


def _for_want_of_a_place(state: State, journey: Journey, event: PersonRemoved) -> None:
    """Who is taken off because no place could be held is told why, in placement's words (G19)."""
    because = event.cause == "no-place"
    told = journey.no_place.get(event.case) if because else None
    said = (state.findings.entry.causation, event.no_place) if because else event.no_place
    state.findings.same("G19", "why no place was held", told, said)


def sealed(state: State, event: ManifestSealed) -> None:
    """The list is closed: exactly those on it, each through the gate."""
    journey = state.journeys.get(event.manifest)
    if journey is None:
        return
    on_it = with_state(state, event.manifest, "listed", "place held")
    state.findings.same("G4", "on the list", on_it, sorted(event.cases))
    _passes(state, journey, *event.cases)


def boarded(state: State, event: PersonBoarded) -> None:
    """A person passes the gate at the door."""
    journey = state.journeys.get(event.manifest)
    if journey is not None:
        _passes(state, journey, event.case)
        journey.boarded_at[event.case] = event.boarded_at


def _passes(state: State, journey: Journey, *names: CaseId) -> None:
    """Each of them passes the gate, under the version of the day (G4, D6)."""
    agreement = agreement_of(journey.opened.agreement)
    document = in_term(state, agreement)
    goes_on(state, agreement)
    to_a_facility_of(state, journey, document)
    has_money(state, agreement)
    for name in names:
        pass_gate(state, journey, document, name, journey.next_departure)


RULES: Rules = {
    ManifestOpened: opened,
    PersonManifested: manifested,
    PersonRemoved: removed,
    ManifestSealed: sealed,
    PersonBoarded: boarded,
}
