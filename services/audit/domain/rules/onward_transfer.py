"""Sending on: with consent, an assessment of that country, no order, for a day (G5; T10)."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from services.audit.domain.gate import goes_on
from services.audit.domain.state import Rules, State
from shared.contracts.intake import RiskOfIllTreatmentAssessed
from shared.contracts.onward_transfer import (
    OnwardTransferAgreed,
    OnwardTransferAuthorised,
    OnwardTransferCompleted,
    OnwardTransferEvent,
    OnwardTransferRequested,
)
from shared.contracts.placement import HandoverPending
from shared.kernel.codes import Country
from shared.kernel.dates import last_second
from shared.kernel.ids import CustodyId, agreement_of

A_DAY = timedelta(days=1)


def assessed(state: State, event: RiskOfIllTreatmentAssessed) -> None:
    """The latest assessment of a case counts; one that names no further country allows none."""
    if event.onward:
        state.assessed_onward[event.case] = event
    else:
        state.assessed_onward.pop(event.case, None)


def requested(state: State, event: OnwardTransferRequested) -> None:
    """With a consent that was given in this custody."""
    custody = state.custodies.get(event.custody)
    if custody is not None and event.consented_on < custody.arrived_on:
        expected = f"a consent since {custody.arrived_on}"
        state.findings.broken("G5", expected, event.consented_on)
    _to_a_third_country(state, event.custody, event.onward)
    _not_to_be_returned(state, event)


def agreed(state: State, event: OnwardTransferAgreed) -> None:
    """The assessment covers that country for as long, and no order forbids it (G3)."""
    findings, fact = state.findings, state.assessed_onward.get(event.case)
    goes_on(state, agreement_of(event.agreement))
    _to_a_third_country(state, event.custody, event.onward)
    if fact is None or event.onward not in fact.onward or fact.document != event.assessment:
        findings.broken("G5", f"an assessment that covers {event.onward}", event.assessment)
    elif fact.substantial_grounds or last_second(fact.valid_until) < event.ends_at:
        found = f"substantial grounds: {fact.substantial_grounds}, until {fact.valid_until}"
        findings.broken("G5", f"an assessment in force until {event.ends_at}", found)
    if event.ends_at > event.agreed_at + A_DAY:
        findings.broken("G5", f"an end by {event.agreed_at + A_DAY}", event.ends_at)
    _nothing_forbids(state, event)


def _nothing_forbids(state: State, event: OnwardTransferAgreed) -> None:
    """No order and no assurance about whoever the person may be (G3, D5, G9)."""
    findings, left = state.findings, state.people.of(event.person).departed
    everybody = frozenset(state.pseudonyms.everybody(event.person))
    if left is not None:
        onward = msgspec.structs.replace(
            left.travel,
            pseudonyms=everybody,
            stopovers=(event.onward,),
            manifest=None,
            legs=(),
        )
        for order in state.orders.against(onward):
            expected = f"case/{event.case}: no order that stands"
            findings.broken("G3", expected, order.entry.subject, order.entry.ref)
    for assured in state.assurances.about(everybody):
        expected, until = f"case/{event.case}: no assurance that stands", assured.event.until
        findings.broken("D5", expected, f"one until {until}", assured.entry.ref)


def completed(state: State, event: OnwardTransferCompleted) -> None:
    """While the agreement lasts, and of nobody whose return is ordered (G16)."""
    told = state.latest.last(OnwardTransferAuthorised, "custody", event.custody)
    if told is not None and not told.event.agreed_at <= event.ended_at <= told.event.ends_at:
        expected = f"an exit from {told.event.agreed_at} to {told.event.ends_at}"
        state.findings.broken("G5", expected, event.ended_at, told.ref)
    _not_to_be_returned(state, event)


def _to_a_third_country(state: State, custody: CustodyId, onward: Country) -> None:
    offered = state.latest.last(HandoverPending, "custody", custody)
    if offered is not None and onward in (offered.event.sending, offered.event.receiving):
        state.findings.broken("G5", "a third country", onward, offered.ref)


def _not_to_be_returned(state: State, event: OnwardTransferEvent | OnwardTransferCompleted) -> None:
    custody = state.custodies.get(event.custody)
    if custody is not None and (custody.stopped_on or custody.left_on):
        found = f"a return since {custody.stopped_on or custody.left_on}"
        state.findings.broken("G16", "nobody sent on who is to be returned", found)


RULES: Rules = {
    RiskOfIllTreatmentAssessed: assessed,
    OnwardTransferRequested: requested,
    OnwardTransferAgreed: agreed,
    OnwardTransferAuthorised: _not_to_be_returned,
    OnwardTransferCompleted: completed,
}
