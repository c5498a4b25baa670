"""A central authority says, by name, that it has seen a wrongful transfer (D7)."""

from __future__ import annotations

import msgspec

from shared.contracts.acknowledgement import Acknowledged, ExceptionAcknowledged
from shared.contracts.wrongful_transfer import WrongfulTransferFound
from shared.kernel.actor import Actor
from shared.kernel.codes import Country
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.kernel.rejected import Conflict, NotAllowed, Unknown


class NothingToAcknowledge(Unknown):
    """No exception of this kind is on record of the case."""


class AcknowledgedAlready(Conflict):
    """Somebody of the same party has said so since it was found last."""


class OnlyItsTwoStatesAcknowledge(NotAllowed):
    """Both governments are told of a wrongful transfer, and each says for itself that it knows."""

    RULE = "D7"


class AcknowledgeException(msgspec.Struct, frozen=True, kw_only=True):
    """Say that one's own government has seen an exception."""

    kind: Acknowledged
    case: CaseId
    actor: Actor


class Seen(msgspec.Struct, frozen=True):
    """What was found last of a case, and whose governments have said that they know it."""

    found: WrongfulTransferFound | None = None
    by: tuple[Country, ...] = ()


def evolve(state: Seen, event: Event) -> Seen:
    """What is found anew is seen by nobody yet."""
    if isinstance(event, WrongfulTransferFound):
        return Seen(event)
    if isinstance(event, ExceptionAcknowledged):
        return Seen(state.found, (*state.by, event.party))
    return state


def fold(case: CaseId) -> Fold[Seen]:
    """What was found of a case, and who has seen it."""
    return Fold(
        name=f"acknowledgements/{case}",
        alternatives=(on(WrongfulTransferFound, ExceptionAcknowledged, case=case),),
        initial=Seen(),
        evolve=evolve,
    )


def _boundary(command: AcknowledgeException) -> Boundary[Seen]:
    return only(fold(command.case))


def _acknowledge(command: AcknowledgeException, state: Seen) -> tuple[Event, ...]:
    found, actor = state.found, command.actor
    if found is None:
        raise NothingToAcknowledge(
            f"no {command.kind} is on record of case {command.case}: GET /v1/exceptions lists them"
        )
    if actor.party not in (found.sending, found.receiving) or actor.office != "central-authority":
        raise OnlyItsTwoStatesAcknowledge(
            f"the central authorities of {found.sending} and {found.receiving} say that they know"
        )
    if actor.party in state.by:
        raise AcknowledgedAlready(f"{actor.party} has said so already: nothing is left to do")
    acknowledged = ExceptionAcknowledged(
        case=command.case,
        person=found.person,
        kind=command.kind,
        party=actor.party,
        acknowledged_by=str(actor),
    )
    return (acknowledged,)


ACKNOWLEDGE_EXCEPTION = Decider(boundary=_boundary, decide=_acknowledge)
