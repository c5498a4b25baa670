"""A recall that is not completed at its deadline is overdue, and again every day after (D2)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.manifest.on_manifest import OnManifest, on_manifest
from shared.contracts.wrongful_transfer import RecallOverdue
from shared.kernel.dates import ONE_DAY
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict

AWAITED = frozenset({"boarded", "offered", "removed"})


class RecallNotOverdue(Conflict):
    """There is still time, the alarm of this day is on record, or nobody is to be recalled."""


class MarkRecallOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a recalled person is still not back at an instant at which they had to be."""

    manifest: ManifestId
    case: CaseId
    overdue_at: datetime
    now: datetime


def _mark(command: MarkRecallOverdue, state: OnManifest) -> tuple[Event, ...]:
    journey, passenger = state.known(command.manifest, command.case)
    recall = passenger.recalled
    if recall is None or passenger.status not in AWAITED:
        raise RecallNotOverdue(f"nobody is to be brought back on case {command.case}")
    if command.overdue_at < recall.due_at or command.now < command.overdue_at:
        raise RecallNotOverdue(f"the recall of case {command.case} is not overdue yet")
    alarm = passenger.overdue
    if alarm is not None and command.overdue_at < alarm.overdue_at + ONE_DAY:
        raise RecallNotOverdue(f"the alarm of {alarm.overdue_at.isoformat()} stands for a day")
    return (
        RecallOverdue(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=passenger.person,
            due_at=recall.due_at,
            overdue_at=command.overdue_at,
        ),
    )


MARK_RECALL_OVERDUE = Decider(lambda command: on_manifest(command.manifest, command.case), _mark)
