"""Lawful ends: whose word each is, which one binds, and an alarm for every day past it (G15)."""

from __future__ import annotations

from datetime import date, timedelta

from services.audit.domain.falling_due import expect, marked, next_day
from services.audit.domain.records.deadlines import APPROACH, OVERSTAY
from services.audit.domain.records.tenures import Said, Tenure, name_of
from services.audit.domain.state import Rules, State
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.lawful_end import LawfulEnd
from shared.contracts.manifest import HandoverOffered
from shared.contracts.overstay import LawfulEndApproached, LawfulEndDateSet, OverstayDetected
from shared.contracts.placement import CustodyAccepted, CustodyEnded
from shared.kernel.actor import INDEPENDENT
from shared.kernel.clock import has_come
from shared.kernel.dates import last_second, utc_date
from shared.kernel.ids import CustodyId, agreement_of


def offered(state: State, event: HandoverOffered) -> None:
    """A person is handed over with the last day of the sentence and the agreement's margin, of the
    version under which they departed (D6).
    """
    case, journey = state.cases.get(event.case), state.journeys.get(event.manifest)
    departed_at = journey.progress[0].departed_at if journey else None
    if case is None or departed_at is None:
        return
    findings, term = state.findings, event.term
    document = state.versions.binding(agreement_of(event.agreement), utc_date(departed_at))
    if document is not None:
        margin = term.return_margin_days if term else "none"
        findings.same("G15", "the return margin", document.return_margin_days, margin)
    judgment = next(reversed(case.of("legal-basis")), None)
    if isinstance(judgment, LegalBasisRecorded):
        said = term.lawful_end if term else None
        findings.same("G15", "the lawful end", _of_judgment(judgment), said)


def _of_judgment(judgment: LegalBasisRecorded) -> LawfulEnd:
    """So many days, the day on which they were counted among them."""
    first = judgment.counted_on or judgment.judged_on
    return LawfulEnd(
        issued_by=judgment.court,
        reference=judgment.reference,
        decided_on=judgment.judged_on,
        document=judgment.document,
        ends_on=first + timedelta(days=judgment.days_remaining - 1),
    )


def accepted(state: State, event: CustodyAccepted) -> None:
    """From the handover on the person is held until the end that came along."""
    if event.custody in state.tenures:
        return
    tenure = Tenure(event.sending, event.receiving, 0)
    state.tenures[event.custody] = tenure
    if event.term is None:
        return
    tenure.margin = event.term.return_margin_days
    if event.term.lawful_end is not None:
        said = Said(event.term.lawful_end, event.sending, "court")
        tenure.said[name_of(said)] = said
        _await(state, event.custody, tenure, event.term.lawful_end.ends_on)


def decided(state: State, event: LawfulEndDateSet) -> None:
    """A court's word, or that of either state's authority; it replaces what gives way to it."""
    findings, tenure = state.findings, state.tenures.get(event.custody)
    if tenure is None:
        return
    party, office = findings.actor.party, findings.actor.office
    states = (tenure.sending, tenure.receiving, INDEPENDENT)
    if party not in states or office not in ("court", "central-authority"):
        findings.broken("G15", "a court or an authority of either state", findings.entry.actor)
    if not has_come(event.lawful_end.decided_on, findings.entry.recorded_at):
        findings.broken("G15", "a decision that was made", event.lawful_end.decided_on)
    _replaced(state, tenure, event)
    decision = Said(event.lawful_end, party, office)
    if name_of(decision) in tenure.said:
        findings.broken("G15", "the name of what is replaced", event.replaces or "none")
    tenure.said[name_of(decision)] = decision
    first = min((said.end for said in tenure.said.values()), key=lambda end: end.ends_on)
    findings.same("G15", "what binds:", first, event.binding)
    latest = max(said.end.ends_on for said in tenure.said.values())
    findings.same("G15", "the latest end that stands:", latest, event.latest_end)
    findings.same("G15", "the return margin", tenure.margin, event.return_margin_days)
    _await(state, event.custody, tenure, first.ends_on)


def _replaced(state: State, tenure: Tenure, event: LawfulEndDateSet) -> None:
    """Nothing is put off silently: what goes is named, and gives way to who says so."""
    findings, actor = state.findings, state.findings.actor
    if event.replaces is None:
        findings.same("G15", "whose word is replaced:", (), event.replaced_of)
        return
    wanted = event.replaces.issued_by, event.replaces.reference
    called = [said for name, said in tenure.said.items() if name[2:] == wanted]
    if not called:
        findings.missing("G15", "a decision that stood", event.replaces.reference)
        return
    gone = [
        said
        for said in called
        if actor.party in (said.party, INDEPENDENT) and actor.office in ("court", said.office)
    ]
    if not gone:
        expected = f"the {called[0].office} of {called[0].party} itself, or a court above it"
        findings.broken("G15", expected, findings.entry.actor)
    whose = tuple(f"{said.party}:{said.office}" for said in gone)
    findings.same("G15", "whose word is replaced:", whose, event.replaced_of)
    for said in gone:
        del tenure.said[name_of(said)]


def approached(state: State, event: LawfulEndApproached) -> None:
    """The margin has begun: said once, at its instant, of the end that binds."""
    tenure = state.tenures.get(event.custody)
    if tenure is None:
        return
    if not tenure.is_near(event.ends_on):
        state.findings.broken("G15", "the end that binds, not said before", event.ends_on)
    marked(state, (APPROACH, event.custody, event.ends_on), event.due_at)
    tenure.near = event.ends_on


def overstayed(state: State, event: OverstayDetected) -> None:
    """A day past the end that binds: once for each, and the next one is due as ever."""
    tenure = state.tenures.get(event.custody)
    if tenure is None:
        return
    if not tenure.is_held_past(event.ends_on, event.day):
        state.findings.broken("G15", "a day past the end that binds, not said before", event.day)
    key = (OVERSTAY, event.custody, event.ends_on, event.day)
    marked(state, key, event.due_at)
    tenure.past = event.ends_on, event.day
    next_day(state, key, state.findings.mark)


def ended(state: State, event: CustodyEnded) -> None:
    """Nobody is held any more."""
    state.tenures.pop(event.custody, None)


def _await(state: State, custody: CustodyId, tenure: Tenure, ends_on: date) -> None:
    """The approach and the first day past the end that binds, from when it was told."""
    told = state.findings.entry.recorded_at
    last = last_second(ends_on)
    day, begins = 1, last
    if told > last:
        day, begins = max(1, utc_date(told).toordinal() - ends_on.toordinal()), told
    elif tenure.is_near(ends_on):
        margin = last_second(ends_on - timedelta(days=tenure.margin))
        expect(state, (APPROACH, custody, ends_on), max(margin, told))
    if tenure.is_held_past(ends_on, day):
        expect(state, (OVERSTAY, custody, ends_on, day), begins)


RULES: Rules = {
    HandoverOffered: offered,
    CustodyAccepted: accepted,
    LawfulEndDateSet: decided,
    LawfulEndApproached: approached,
    OverstayDetected: overstayed,
    CustodyEnded: ended,
}
