"""The instant that an assurance states has come: it blocks no longer, and that is an entry (D5)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.assurance.state import AssuranceState, fold, in_force
from shared.contracts.assurance import AssuranceExpired
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AssuranceId


class ExpireAssurance(msgspec.Struct, frozen=True, kw_only=True):
    """Mark that the instant has come, as the clock does."""

    assurance: AssuranceId
    expired_at: datetime


def _expire(command: ExpireAssurance, state: AssuranceState) -> tuple[Event, ...]:
    given = in_force(state, command.assurance)
    expired = AssuranceExpired(
        assurance=given.assurance, person=given.person, expired_at=command.expired_at
    )
    return (expired,)


EXPIRE_ASSURANCE = Decider(boundary=lambda command: only(fold(command.assurance)), decide=_expire)
