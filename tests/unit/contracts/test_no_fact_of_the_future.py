"""No fact of the future: refused by the shell and found by the audit, by one law beside a field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec import inspect

from services.audit.domain.copies import Copies
from services.audit.domain.language import is_refusal, laws_of, pairs
from services.audit.domain.latest import Latest
from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.laws import Copied, Happened, Past, Says
from shared.contracts.past import DatesOutOfOrder, NotYetHappened, refuse_future
from shared.kernel.clock import FARTHEST_EAST, MAX_CLOCK_SKEW, has_come, has_happened
from tests.support.bad_input import rows
from tests.unit.audit.told import STORIES

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.event import Event

NOON = datetime(2025, 3, 15, 12, tzinfo=UTC)
MAY_BE_LATER = {
    "AgreementProposed.document": "the days that terms are for may all be to come",
    "RiskOfIllTreatmentAssessed.valid_until": "until when, and not since when",
    "FitnessToTravelAssessed.valid_until": "until when, and not since when",
    "AssuranceGiven.until": "until when, and not since when",
    "ExclusionMatched.valid_until": "until when, and not since when",
    "IncidentNotified.due_at": "until when, and not since when",
    "MonitorReportRecorded.findings": "the decision and the audit ask each of them, by G17",
    "MonitorReportRecorded.valid_until": "until when, and not since when",
    "FacilityAgreed.begins": "a version may be signed before its first day",
    "ServiceRecorded.given": "the decision refuses a later day, and a rule of the audit finds it",
    "CancellationRecorded.cancelled": "a place is held for a day to come; intake says since when",
    "LegalBasisRecorded.final_on": "a judgment may say from when it is final",
    "ReturnOrdered.due_at": "by when, and not since when",
    "ReturnOverdue.due_at": "the same, as the order says it",
    "RecallOrdered.due_at": "the same, of who is not handed over yet",
    "WrongfulTransferFound.since": "the order's own receipt: a rule of the audit compares them",
    "WrongfulTransferFound.departed_at": "the departure's own: the same",
    "ManifestOpened.legs": "a journey is planned",
    "AgreementTerminated.last_day": "a notice runs for as many days as the terms say",
    "FundingAppropriated.period": "money is there for months to come",
    "FundingThresholdCrossed.period": "the same",
    "FundingExhausted.period": "the same",
    "FundingRestored.period": "the same",
    "HandoverOffered.term": "until when, and not since when; its judgment's date is bound itself",
    "ReturnScheduled.departs_on": "a return is scheduled for a day to come",
    "OnwardTransferAgreed.ends_at": "until when, and not since when",
    "LawfulEndDateSet.lawful_end": "until when; a decision that was not made is refused and found",
}
FOLLOWS = {
    "NightNotCharged.night": "the night that an attestation names, which has begun",
    "NightAlreadyCharged.night": "the same",
    "NightAfterReturnOrder.night": "the same",
    "NightUnpriced.night": "the same",
    "FeeAccrued.night": "the same",
    "FeeReversed.night": "the same",
    "FeeRecounted.night": "none: the audit finds one",
    "FeesStopped.departed_on": "the day of departure, as the stay's close says it",
    "FeeAccrued.occasion": "what was recorded and approved",
    "FeeReversed.occasion": "what was recorded, approved and withdrawn",
    "FeeRecounted.occasion": "none",
    "StayClosed.owed_until": "the day of departure, or the next one",
    "NightsNotAttested.nights": "nights of a month that is over",
    "LawfulEndDateSet.binding": "the end of a decision that stands",
    "LawfulEndDateSet.latest_end": "the same",
    "LawfulEndApproached.ends_on": "the same",
    "OverstayDetected.ends_on": "the same",
}
"""Of events that follow from another log's entries: that log answers for the date."""


def has_time(kind: inspect.Type) -> bool:
    """Whether a type has a date or an instant in it."""
    match kind:
        case inspect.Metadata():
            return has_time(kind.type)
        case inspect.DateType() | inspect.DateTimeType():
            return True
        case inspect.UnionType():
            return any(map(has_time, kind.types))
        case inspect.VarTupleType():
            return has_time(kind.item_type)
        case inspect.StructType():
            return any(has_time(field.type) for field in kind.fields)
        case _:
            return False


def bound_by(event: type[Event]) -> set[str]:
    """The fields that a law keeps from the future, or that repeat what another entry says."""
    named: set[str] = set()
    for law in laws_of(event):
        match law:
            case Past() | Says() | Copied():
                named |= {own for own, _ in pairs(law.fields)}
            case Happened():
                named.add(law.field)
            case _:
                pass
    return named


def test_every_date_and_instant_of_every_entry_is_bound_or_may_be_later() -> None:
    free = {
        f"{event.__name__}.{field.name}"
        for event in NEWEST_TYPES
        if not is_refusal(event)
        for field in inspect.type_info(event).fields  # type: ignore[attr-defined]  # an event is a struct
        if has_time(field.type) and field.name not in bound_by(event)
    }
    assert free == MAY_BE_LATER.keys() | FOLLOWS.keys()


@cache
def honest(event: str) -> Entry:
    """An entry of this type that a story tells."""
    every = (fact for told in STORIES for fact in told())
    return next(fact for fact in every if type(fact.event).__name__ == event)


def changed(event: str, field: str, day: date) -> Any:  # noqa: ANN401 - an event of whatever type
    return msgspec.structs.replace(honest(event).event, **{field: day})


@pytest.mark.parametrize(("event", "field", "written", "right"), rows("future"))
def test_a_date_that_has_not_come_is_refused_and_found(
    event: str, field: str, written: str, right: str
) -> None:
    fact = changed(event, field, date.fromisoformat(written))
    entry = msgspec.structs.replace(honest(event), event=fact, recorded_at=NOON)
    ours = {law.rule for law in laws_of(type(entry.event)) if isinstance(law, Past)}
    found = {
        finding.rule
        for finding in Copies(Latest()).check(entry, fact)
        if finding.kind == "rule-broken" and finding.rule in ours
    }
    if right == "good":
        refuse_future(NOON, (fact,), NOON)
        return
    assert right in found
    with pytest.raises((NotYetHappened, DatesOutOfOrder)) as refused:
        refuse_future(NOON, (fact,), NOON)
    assert refused.value.rule == right
    assert field in refused.value.detail or "before" in refused.value.detail


@pytest.mark.parametrize("ahead", [timedelta(seconds=3), timedelta(days=63_500)])
def test_nothing_is_recorded_as_having_happened_later(ahead: timedelta) -> None:
    with pytest.raises(NotYetHappened, match="record it once it has happened"):
        refuse_future(NOON + ahead, (), NOON)


def test_two_clocks_may_differ_and_a_date_begins_in_the_east() -> None:
    refuse_future(NOON + MAX_CLOCK_SKEW, (), NOON)
    assert has_happened(NOON, NOON)
    assert has_come(date(2025, 3, 16), NOON)
    assert not has_come(date(2025, 3, 16), NOON - FARTHEST_EAST)


def test_a_date_that_is_not_said_is_no_date_of_the_future() -> None:
    judgment: Any = honest("LegalBasisRecorded").event
    refuse_future(NOON, (msgspec.structs.replace(judgment, counted_on=None),), NOON)
