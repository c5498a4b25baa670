"""The decisions that say until when a person may be held, and what the clock said of them (G15)."""

from __future__ import annotations

from datetime import date
from typing import assert_never

import msgspec

from shared.contracts.lawful_end import DecisionName, LawfulEnd, is_named
from shared.contracts.overstay import LawfulEndApproached, LawfulEndDateSet, OverstayDetected
from shared.contracts.placement import CustodyAccepted, CustodyEnded
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.codes import Office, Party
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId

COURT: Office = "court"


class Standing(msgspec.Struct, frozen=True):
    """A decision that stands, and which office of which state said it. The judgment that came with
    the person is one of the sending state's courts.
    """

    end: LawfulEnd
    party: Party
    office: str

    @property
    def said_by(self) -> str:
        """Whose word it is: `USA:court`."""
        return f"{self.party}:{self.office}"

    def is_called(self, name: DecisionName) -> bool:
        """Whether it is a decision of that name, whoever said it."""
        return is_named(self.end, name)

    def is_same(self, other: Standing) -> bool:
        """Whether it is one decision: of one name, and one office's word."""
        return self.said_by == other.said_by and self.is_called(other.end)

    def gives_way_to(self, by: Actor | Standing) -> bool:
        """Whether somebody may replace it: a court of the same state or an independent one; the
        authority that said it, what is no court's.
        """
        if by.party not in (self.party, INDEPENDENT):
            return False
        return by.office in (COURT, self.office)


class LawfulEndState(msgspec.Struct, frozen=True):
    """Until when one person may be held, as far as anybody has said it."""

    accepted: CustodyAccepted | None = None
    ended: bool = False
    standing: tuple[Standing, ...] = ()
    """The decisions that stand, in the order in which they were recorded."""
    approached: date | None = None
    """The end whose approach was said last."""
    overstayed: tuple[date, int] | None = None
    """The end that was passed last, and which day past it."""

    @property
    def margin(self) -> int:
        """How many days before the end the return is to begin."""
        term = self.accepted.term if self.accepted else None
        return term.return_margin_days if term else 0

    @property
    def binding(self) -> LawfulEnd | None:
        """What binds, if anybody has said an end."""
        return earliest(self.standing) if self.standing else None

    def holds_until(self, ends_on: date) -> bool:
        """Whether the person is in custody and this is the end that binds."""
        binding = self.binding
        return not self.ended and binding is not None and binding.ends_on == ends_on


LawfulEndChange = (
    CustodyAccepted | LawfulEndDateSet | LawfulEndApproached | OverstayDetected | CustodyEnded
)


def evolve(state: LawfulEndState, event: Event) -> LawfulEndState:
    """The lawful end after one more event that names the custody."""
    if not isinstance(event, LawfulEndChange):
        return state
    change = msgspec.structs.replace
    match event:
        case CustodyAccepted(term=term):
            judgment = term.lawful_end if term else None
            standing = (Standing(judgment, event.sending, COURT),) if judgment else ()
            return change(state, accepted=event, standing=standing)
        case LawfulEndDateSet():
            actor = Actor.read(event.set_by)
            decision = Standing(event.lawful_end, actor.party, actor.office)
            return change(state, standing=after(state.standing, decision, event.replaces))
        case LawfulEndApproached():
            return change(state, approached=event.ends_on)
        case OverstayDetected():
            return change(state, overstayed=(event.ends_on, event.day))
        case CustodyEnded():
            return change(state, ended=True)
        case _:
            assert_never(event)


def after(
    standing: tuple[Standing, ...], decision: Standing, replaces: DecisionName | None
) -> tuple[Standing, ...]:
    """What stands after one more decision, without what it replaces."""
    gone = replaced(standing, decision, replaces)
    return (*(held for held in standing if held not in gone), decision)


def replaced(
    standing: tuple[Standing, ...], decision: Standing, replaces: DecisionName | None
) -> tuple[Standing, ...]:
    """What one more decision replaces: of those of the name, what gives way to whose word it is."""
    if replaces is None:
        return ()
    return tuple(
        held for held in standing if held.is_called(replaces) and held.gives_way_to(decision)
    )


def earliest(standing: tuple[Standing, ...]) -> LawfulEnd:
    """The earliest end of the decisions that stand; of several, what was said first."""
    return min((decision.end for decision in standing), key=lambda end: end.ends_on)


def fold(custody: CustodyId) -> Fold[LawfulEndState]:
    """Everything that was recorded about one person's lawful end."""
    return Fold(
        name=f"lawful-end/{custody}",
        alternatives=(on(LawfulEndChange, custody=custody),),
        initial=LawfulEndState(),
        evolve=evolve,
    )
