"""A decision about until when a person may be held: with its source, and never a silent delay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import (
    AboutCustody,
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
)
from services.placement.domain.lawful_end import state as lawful_ends
from services.placement.domain.lawful_end.state import COURT, LawfulEndState, Standing
from shared.contracts.lawful_end import DecisionName, LawfulEnd
from shared.contracts.overstay import LawfulEndDateSet, LawfulEndRefused
from shared.contracts.placement import CustodyEvent
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.clock import has_come
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken

OFFICES = (COURT, "central-authority")


class LawfulEndAlreadySet(Conflict):
    """This very decision stands already."""


class SetsNoLawfulEnd(NotAllowed):
    """A court, or the central authority of either state, says until when somebody may be held:
    never who holds the person (G15).
    """

    RULE = "G15"


class DecidedInTheFuture(RuleBroken):
    """A lawful end comes from a decision that was made."""

    RULE = "G15"


class NothingToReplace(RuleBroken):
    """A decision replaces one that stands, by its name."""

    RULE = "G15"


class DecisionSaysOtherwise(RuleBroken):
    """The decision of this name says another day: a change names what it replaces."""

    RULE = "G15"


class NotTheirsToReplace(RuleBroken):
    """A court's decision gives way to a court's alone, and each state changes its own."""

    RULE = "G15"


class SetLawfulEnd(AboutCustody, frozen=True, kw_only=True):
    """Say until when the person may be held, by which decision; `replaces`: instead of which."""

    lawful_end: LawfulEnd
    replaces: DecisionName | None
    actor: Actor
    now: datetime


class HeldPerson(msgspec.Struct, frozen=True):
    """The custody, and until when the person may be held."""

    custody: CustodyState
    lawful_end: LawfulEndState


def _held(command: SetLawfulEnd) -> Boundary[HeldPerson]:
    folds = (custody_state.fold(command.custody), lawful_ends.fold(command.custody))
    return Boundary(folds, HeldPerson)


def _set(command: SetLawfulEnd, state: HeldPerson) -> tuple[Event, ...]:
    stay = _stay(command, state.custody)
    about: dict[str, Any] = {
        "custody": stay.custody,
        "person": stay.person,
        "agreement": stay.agreement,
        "facility": stay.facility,
        "lawful_end": command.lawful_end,
    }
    standing = state.lawful_end.standing
    decision = Standing(command.lawful_end, command.actor.party, command.actor.office)
    broken = _broken(command, standing, decision)
    if broken:
        raise broken.on_record(lambda refusal: LawfulEndRefused(**about, refusal=refusal))
    gone = lawful_ends.replaced(standing, decision, command.replaces)
    after = lawful_ends.after(standing, decision, command.replaces)
    return (
        LawfulEndDateSet(
            **about,
            replaces=command.replaces,
            replaced_of=tuple(held.said_by for held in gone),
            binding=lawful_ends.earliest(after),
            latest_end=max(held.end.ends_on for held in after),
            return_margin_days=state.lawful_end.margin,
            set_by=str(command.actor),
        ),
    )


def _stay(command: SetLawfulEnd, state: CustodyState) -> CustodyEvent:
    """The custody; raises unless the person is held and it is the actor's to say until when."""
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    stay, actor = state.accepted, command.actor
    states = (state.known.sending, state.known.receiving)
    if actor.office not in OFFICES or actor.party not in (*states, INDEPENDENT):
        raise SetsNoLawfulEnd(
            f"the {actor.office} of {actor.party} does not say until when this person may be held:"
            f" a court or the central authority of {' or '.join(states)} does, or an independent"
            " court"
        )
    if stay is None:
        raise NotInCustody(
            f"custody {command.custody} is not accepted yet: the judgment goes with the handover"
        )
    if state.ended:
        raise NotInCustody(
            f"this custody ended on {state.ended.departed_on}: there is no end left to set"
        )
    return stay


def _broken(
    command: SetLawfulEnd, standing: tuple[Standing, ...], decision: Standing
) -> RuleBroken | None:
    end, replaces = command.lawful_end, command.replaces
    if not has_come(end.decided_on, command.now):
        return DecidedInTheFuture(
            f"{end.reference} is of {end.decided_on}, which has not come: record it once it is made"
        )
    gone = lawful_ends.replaced(standing, decision, replaces)
    if replaces is not None and not gone:
        return _not_replaced(standing, replaces)
    same = next((held for held in standing if held.is_same(decision)), None)
    if same is None or same in gone:
        return None
    if same.end == end:
        raise LawfulEndAlreadySet(f"{end.reference} of {end.issued_by} stands: {end.ends_on}")
    return DecisionSaysOtherwise(
        f"{end.reference} of {end.issued_by} stands with {same.end.ends_on}: name it as the"
        " decision that is replaced, and give the paper that says so"
    )


def _not_replaced(standing: tuple[Standing, ...], replaces: DecisionName) -> RuleBroken:
    """Why nothing of that name gives way."""
    theirs = next((held for held in standing if held.is_called(replaces)), None)
    if theirs is None:
        return NothingToReplace(
            f"no decision {replaces.reference} of {replaces.issued_by} stands for this custody:"
            " GET its lawful ends, and name one of those"
        )
    return NotTheirsToReplace(
        f"{replaces.reference} was said by the {theirs.office} of {theirs.party}: a court"
        f" of {theirs.party} or an independent one replaces it; record yours beside it, the"
        " earlier of both binds"
    )


SET_LAWFUL_END = Decider(boundary=_held, decide=_set)
