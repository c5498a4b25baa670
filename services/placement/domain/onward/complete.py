"""A person is sent on while the sending state's agreement lasts: the custody is over (G5; T10)."""

from __future__ import annotations

from services.placement.domain.custody.exit import ExitCommand, left
from services.placement.domain.custody.state import standing
from services.placement.domain.onward.state import OnwardStay, refused, stay_of
from shared.contracts.onward_transfer import (
    OnwardTransferAuthorised,
    OnwardTransferCompleted,
)
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Finding, RuleBroken


class OnwardTransferNotAgreed(RuleBroken):
    """Nobody is sent on unless the sending state has agreed, and its agreement lasts (G5)."""

    RULE = "G5"


class CompleteOnwardTransfer(ExitCommand, frozen=True, kw_only=True):
    """Record that the person left for the third country."""


def _complete(command: CompleteOnwardTransfer, state: OnwardStay) -> tuple[Event, ...]:
    stay = standing(command, state.custody)
    agreed, instead = _agreed(command, state), state.returned_instead
    if instead is not None:
        raise refused(instead, stay)
    if isinstance(agreed, OnwardTransferNotAgreed):
        raise refused(agreed, stay)
    return left(
        command,
        state.custody,
        OnwardTransferCompleted,
        onward=agreed.onward,
        agreed=agreed.agreed,
    )


def _agreed(
    command: CompleteOnwardTransfer, state: OnwardStay
) -> OnwardTransferAuthorised | OnwardTransferNotAgreed:
    """The agreement that the person leaves under, or what it lacks."""
    agreed = state.onward.authorised
    if agreed is None:
        missing = (
            "no consent, no assessment of the risk in the onward country, no agreement of the"
            " sending state to what is asked"
        )
    elif not agreed.agreed_at <= command.ended_at <= agreed.ends_at:
        lasts = f"from {agreed.agreed_at.isoformat()} to {agreed.ends_at.isoformat()}"
        missing = f"the agreement to send the person on to {agreed.onward} is {lasts}"
    else:
        return agreed
    return OnwardTransferNotAgreed(
        f"{missing}: ask with the person's consent, and have the sending state agree",
        findings=(Finding(rule="G5", missing=missing),),
    )


COMPLETE_ONWARD_TRANSFER = Decider(boundary=stay_of, decide=_complete)
