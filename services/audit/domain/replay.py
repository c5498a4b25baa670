"""The replay: from entries alone, everything that must follow from them, and what does not."""

from __future__ import annotations

from services.audit.domain import wrongful
from services.audit.domain.copies import Copies
from services.audit.domain.entry import Entry, Unread
from services.audit.domain.falling_due import reached
from services.audit.domain.finding import Finding
from services.audit.domain.language import is_refusal
from services.audit.domain.lifecycles import is_followed
from services.audit.domain.log_integrity import LogIntegrity
from services.audit.domain.report import ReplayReport, totals
from services.audit.domain.rules import (
    accrual,
    agreement,
    arrival,
    assurance,
    case,
    category,
    charged_identity,
    dispute,
    erasure,
    exchange,
    exclusion,
    facility,
    fee_stop,
    fitness,
    funding,
    handover,
    headcount,
    headcount_deadline,
    hold,
    incident,
    invoice,
    lawful_end,
    leg,
    manifest,
    onward_transfer,
    order_of_return,
    payment,
    period,
    person,
    recall_deadline,
    recount,
    reservation,
    return_course,
    return_deadline,
    reversal,
    service,
    stay,
    suspension,
    terms,
    uncharged_night,
    unknown_person,
    wrongful_transfer,
)
from services.audit.domain.state import Rule, State
from shared.contracts.agreement_signature import SignatureCheck
from shared.kernel.event import Event

MODULES = (
    agreement,
    suspension,
    person,
    erasure,
    hold,
    exclusion,
    category,
    assurance,
    case,
    manifest,
    leg,
    facility,
    fitness,
    reservation,
    handover,
    arrival,
    headcount,
    headcount_deadline,
    order_of_return,
    return_deadline,
    return_course,
    onward_transfer,
    incident,
    lawful_end,
    terms,
    stay,
    fee_stop,
    service,
    accrual,
    reversal,
    uncharged_night,
    unknown_person,
    charged_identity,
    recount,
    period,
    invoice,
    dispute,
    payment,
    funding,
    wrongful_transfer,
    recall_deadline,
    exchange,
)
"""Where the rules stand that are written by hand; a type is read by each module that knows it."""


def rules_for(event_type: type[Event]) -> tuple[Rule, ...]:
    """The rules of a type: in each module that of the type itself, or of its nearest family."""
    found = (
        next((module.RULES[kind] for kind in event_type.__mro__ if kind in module.RULES), None)
        for module in MODULES
    )
    return tuple(rule for rule in found if rule is not None)


def is_checked(event_type: type[Event]) -> bool:
    """Whether a table, or a rule that is written by hand, knows this type; else it is a finding."""
    known = is_followed(event_type) or is_refusal(event_type)
    return known or rules_for(event_type) != ()


class Replay:
    """Takes entries in causal order (`merge`), each once, and says what is wrong with them."""

    def __init__(self, signatures: SignatureCheck, *, detailed: bool = False) -> None:
        """Begin before the first entry of every log.

        `signatures` knows the keys with which states sign agreements: where it knows none, the
        replay says so. `detailed`: report custody by custody.
        """
        self.state = State(signatures)
        self.state.is_detailed = detailed
        self._logs = LogIntegrity(self.state.findings)
        self._copies = Copies(self.state.latest)
        self._rules: dict[type[Event], tuple[Rule, ...]] = {}
        self._found = 0

    def feed(self, entry: Entry) -> list[Finding]:
        """Read the next entry. Whatever stands in it, this gives findings and never raises."""
        state, event = self.state, entry.event
        state.findings.entry = entry
        state.expectations.begin(entry)
        if self._logs.take(entry):
            if isinstance(event, Unread):
                state.findings.about(entry, event.kind, None, event.expected, event.found)
            else:
                self._read(entry, event)
            if findings := state.expectations.end():
                state.findings.note(findings)
        return self._taken()

    def finish(self) -> list[Finding]:
        """There is no further entry: what only the end can tell."""
        self.state.findings.note(self.state.expectations.close())
        return self._taken()

    def report(self) -> ReplayReport:
        """What everything that was read so far comes to."""
        return totals(self.state, self._logs.states, self._found)

    def _read(self, entry: Entry, event: Event) -> None:
        state, kind = self.state, type(event)
        rules = self._rules.get(kind)
        if rules is None:
            rules = self._rules[kind] = rules_for(kind)
        if not rules and not is_checked(kind):
            expected = "a type that is checked"
            state.findings.about(entry, "coverage-incomplete", None, expected, entry.type)
            return
        try:
            self._check(entry, event, rules)
        except Exception as error:  # noqa: BLE001 - what an auditor cannot check is a finding
            expected = "an entry that can be checked"
            state.findings.about(entry, "coverage-incomplete", None, expected, repr(error))

    def _check(self, entry: Entry, event: Event, rules: tuple[Rule, ...]) -> None:
        state, findings = self.state, self.state.findings
        reached(state, entry)
        incident.reached(state, entry)
        return_deadline.reached(state, entry)
        recall_deadline.reached(state, entry)
        wrongful.reached(state, entry)
        state.obligations.begin(entry)
        self._logs.labelled(entry, event)
        if found := self._copies.check(entry, event):
            findings.note(found)
        if found := state.lifecycles.check(entry, event):
            findings.note(found)
        for rule in rules:
            rule(state, event)
        if found := state.obligations.taken():
            findings.note(found)
        state.lifecycles.move()
        state.latest.remember(entry.ref, event)

    def _taken(self) -> list[Finding]:
        findings = self.state.findings.taken()
        self._found += len(findings)
        return findings
