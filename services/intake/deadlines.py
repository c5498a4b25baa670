"""What falls due in intake: which facts set a deadline, and which command it is then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.intake.domain.assurance.expire_assurance import EXPIRE_ASSURANCE, ExpireAssurance
from services.intake.domain.wrongful_transfer.late_fact import FIND_LATE_FACTS, FindLateFacts
from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
)
from services.intake.domain.wrongful_transfer.overdue_recall import (
    MARK_RECALL_OVERDUE,
    MarkRecallOverdue,
)
from shared.contracts.assurance import AssuranceGiven
from shared.contracts.exclusion import ExclusionMatched
from shared.contracts.hold import HoldAsserted
from shared.contracts.identity import NearMatchFound, PersonsMerged
from shared.contracts.intake import CaseFact
from shared.contracts.wrongful_transfer import RecallOrdered, RecallOverdue
from shared.kernel.dates import ONE_DAY
from shared.kernel.decider import Decider
from shared.kernel.ids import AssuranceId, CaseId, HoldId, ManifestId, PersonId
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded

LATE_ORDER, LATE_FACT, WHO_IS_WHO = "late-order", "late-fact", "who-is-who"
ASSURANCE, RECALL = "assurance", "recall"


def deadlines(recorded: Recorded) -> Iterator[Deadline]:
    """What is due because of an entry.

    An order is due at once, as soon as it is on the record: whoever departed before it, and would
    not have by it, comes back (D7). So is a fact that is told after a departure, an exclusion, and
    what says whose orders bind a person. An assurance expires at the instant that it states (D5). A
    recall is overdue at its deadline, and a day after each time that it was (D2).
    """
    match recorded.event:
        case HoldAsserted() as event:
            yield Deadline(recorded.recorded_at, LATE_ORDER, event.hold)
        case CaseFact(after_departure=True) | ExclusionMatched() as event:
            yield Deadline(recorded.recorded_at, LATE_FACT, event.person)
        case NearMatchFound() | PersonsMerged() as event:
            yield Deadline(recorded.recorded_at, WHO_IS_WHO, event.person)
        case RecallOrdered() as event:
            due_at = max(event.due_at, recorded.recorded_at)
            yield Deadline(due_at, RECALL, f"{event.manifest}/{event.case}")
        case RecallOverdue() as event:
            again = event.overdue_at + ONE_DAY
            yield Deadline(again, RECALL, f"{event.manifest}/{event.case}")
        case AssuranceGiven() as event:
            yield Deadline(event.until, ASSURANCE, event.assurance)
        case _:
            pass


def fall_due(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    """The command that a deadline is. Raises `LookupError` for a kind that is not intake's."""
    match deadline.kind:
        case "late-order":
            find = FindWrongfulTransfers(hold=HoldId(deadline.subject), found_at=deadline.due_at)
            return FIND_WRONGFUL_TRANSFERS, find
        case "late-fact" | "who-is-who":
            person = PersonId(deadline.subject)
            return FIND_LATE_FACTS, FindLateFacts(person=person, found_at=deadline.due_at)
        case "recall":
            manifest, case = deadline.subject.split("/")
            overdue = MarkRecallOverdue(
                manifest=ManifestId(manifest),
                case=CaseId(case),
                overdue_at=deadline.due_at,
                now=now,
            )
            return MARK_RECALL_OVERDUE, overdue
        case "assurance":
            expire = ExpireAssurance(
                assurance=AssuranceId(deadline.subject), expired_at=deadline.due_at
            )
            return EXPIRE_ASSURANCE, expire
        case _:
            raise LookupError(f"intake has no deadlines of the kind {deadline.kind!r}")
