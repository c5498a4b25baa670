"""The office that recorded an exclusion withdraws it, by a second subject; nobody else can (G8)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.exclusion.state import (
    ExclusionIsForAnotherOffice,
    ExclusionIsUnknown,
    ExclusionState,
    fold,
    same_office,
)
from shared.contracts.exclusion import ExclusionWithdrawn
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import ExclusionId
from shared.kernel.rejected import Conflict


class ExclusionIsWithdrawn(Conflict):
    """The exclusion was withdrawn before."""


class WithdrawExclusion(msgspec.Struct, frozen=True, kw_only=True):
    """Say for one's own office that a person is excluded no longer, by the digest of its paper."""

    exclusion: ExclusionId
    document: Sha256
    now: datetime
    actor: Actor


def _withdraw(command: WithdrawExclusion, state: ExclusionState) -> tuple[Event, ...]:
    matched = state.matched
    if matched is None:
        raise ExclusionIsUnknown(f"there is no exclusion {command.exclusion}: check the id")
    recorded_by = Actor.read(matched.recorded_by)
    if not same_office(recorded_by, command.actor):
        raise ExclusionIsForAnotherOffice(
            f"only the {matched.office} of {matched.signed_by} that recorded it withdraws it"
        )
    if recorded_by.is_same_subject(command.actor):
        raise ExclusionIsForAnotherOffice("you recorded it: a colleague withdraws it")
    if state.withdrawn:
        raise ExclusionIsWithdrawn(f"exclusion {command.exclusion} is withdrawn already")
    withdrawn = ExclusionWithdrawn(
        exclusion=command.exclusion,
        person=matched.person,
        document=command.document,
        withdrawn_by=str(command.actor),
        withdrawn_at=command.now,
    )
    return (withdrawn,)


WITHDRAW_EXCLUSION = Decider(
    boundary=lambda command: only(fold(command.exclusion)), decide=_withdraw
)
