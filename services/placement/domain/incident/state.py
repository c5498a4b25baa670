"""An incident as decisions see it: whom it has to reach, and whom it has reached."""

from __future__ import annotations

from typing import assert_never

import msgspec

from shared.contracts.incident import (
    IncidentAcknowledged,
    IncidentNotice,
    IncidentNotified,
    IncidentOverdue,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId
from shared.kernel.rejected import Unknown

NoticeChange = IncidentNotified | IncidentAcknowledged | IncidentOverdue


class Notice(msgspec.Struct, frozen=True):
    """An incident's way to one office."""

    told: IncidentNotified
    acknowledged: bool = False
    overdue: bool = False


class IncidentState(msgspec.Struct, frozen=True):
    """The notices of one incident: a handful, whatever the log's length."""

    notices: tuple[Notice, ...] = ()

    def to(self, party: str, office: str) -> Notice | None:
        """The notice to an office, if the incident has to reach it."""
        wanted = (party, office)
        return next(
            (
                notice
                for notice in self.notices
                if (notice.told.party, notice.told.office) == wanted
            ),
            None,
        )


class IncidentIsUnknown(Unknown):
    """No incident has this id."""


def evolve(state: IncidentState, event: Event) -> IncidentState:
    """The incident after one more event that names it."""
    if not isinstance(event, NoticeChange):
        return state
    match event:
        case IncidentNotified():
            return IncidentState((*state.notices, Notice(event)))
        case IncidentAcknowledged():
            return _changed(state, event, acknowledged=True)
        case IncidentOverdue():
            return _changed(state, event, overdue=True)
        case _:
            assert_never(event)


def _changed(state: IncidentState, event: IncidentNotice, **values: bool) -> IncidentState:
    meant = state.to(event.party, event.office)
    return IncidentState(
        tuple(
            msgspec.structs.replace(notice, **values) if notice is meant else notice
            for notice in state.notices
        )
    )


def fold(incident: IncidentId) -> Fold[IncidentState]:
    """Everything that was recorded of an incident's way to whom it must reach."""
    return Fold(
        name=f"incident/{incident}",
        alternatives=(on(NoticeChange, incident=incident),),
        initial=IncidentState(),
        evolve=evolve,
    )
