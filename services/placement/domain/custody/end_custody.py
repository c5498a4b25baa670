"""A person is released. Nothing stands in the way of it; a return is the sender's word (D2)."""

from __future__ import annotations

from services.placement.domain.custody.exit import ExitCommand, left
from services.placement.domain.custody.state import CustodyState, stay_of
from shared.contracts.placement import CustodyEnded, PersonReleased
from shared.kernel.codes import Release
from shared.kernel.decider import Decider
from shared.kernel.event import Event


class EndCustody(ExitCommand, frozen=True, kw_only=True):
    """Record that the person left: released."""

    kind: Release


RELEASES: dict[Release, type[CustodyEnded]] = {
    "released": PersonReleased,
}
"""The fact of each way in which a person leaves by the facility's own word."""


def _end(command: EndCustody, state: CustodyState) -> tuple[Event, ...]:
    return left(command, state, RELEASES[command.kind])


END_CUSTODY = Decider(boundary=stay_of, decide=_end)
