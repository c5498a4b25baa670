"""The lines of an agreement's month, one a custody and component, from accruals and reversals.

What a component charges for no custody, at a month's end, is a line of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.contracts.billing import (
    FeeAccrued,
    FeeEntry,
    FeeRecounted,
    FeeReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightUnpriced,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Fold, on
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementId, AgreementRef, CustodyId, EntryRef, PersonId

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.event import Event


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What one component of one signed version charges for one custody, or for none."""

    agreement: AgreementRef
    component: str
    custody: CustodyId | None
    person: PersonId | None
    unit: str
    reason: str | None
    quantity: int = 0
    minor: int = 0
    entries: tuple[EntryRef, ...] = ()
    """What its facts rest on, and what ended the stay of those that were taken back."""


class LinesState(msgspec.Struct, frozen=True):
    """Everything that one month's invoice is drawn from."""

    lines: FrozenMap[Line] = FrozenMap()
    unpriced: FrozenMap[NightUnpriced] = FrozenMap()
    attestors: frozenset[str] = frozenset()
    """Who attested its nights (G20), as `Actor.who` says it."""


def fold(agreement: AgreementId, period: str) -> Fold[LinesState]:
    """The lines of one agreement's month."""
    kept_off = (NightNotCharged, NightAlreadyCharged)
    types = (FeeAccrued, FeeReversed, FeeRecounted, NightUnpriced, *kept_off)
    return Fold(
        f"lines/{agreement}/{period}",
        (on(*types, agreement=agreement, period=period),),
        LinesState(),
        evolve,
        LinesState,
    )


def evolve(state: LinesState, event: Event) -> LinesState:
    """Take in a charge of this month, or what became of a night that it bears."""
    match event:
        case FeeAccrued():
            return LinesState(
                lines=_entered(state.lines, event, event.evidence),
                unpriced=state.unpriced.drop(_key(event.custody, event.night)),
                attestors=_attested_by(state.attestors, event.attested_by),
            )
        case FeeReversed():
            lines = _entered(state.lines, event, (*event.evidence, event.because))
            return msgspec.structs.replace(state, lines=lines)
        case FeeRecounted():
            lines = _entered(state.lines, event, event.evidence)
            return msgspec.structs.replace(state, lines=lines)
        case NightUnpriced():
            return msgspec.structs.replace(
                state,
                unpriced=state.unpriced.put(_key(event.custody, event.night), event),
                attestors=_attested_by(state.attestors, event.attested_by),
            )
        case NightNotCharged():
            return _no_longer_waiting(state, event)
        case _:
            return state


def _no_longer_waiting(state: LinesState, event: NightNotCharged) -> LinesState:
    waiting = _key(event.custody, event.night)
    return msgspec.structs.replace(state, unpriced=state.unpriced.drop(waiting))


def _key(custody: CustodyId | None, night: date | None) -> str:
    """A night waits by its custody: of two that have it, each has to be looked at again."""
    return f"{custody}/{night}"


def _attested_by(attestors: frozenset[str], actor: str | None) -> frozenset[str]:
    return attestors if actor is None else attestors | {Actor.read(actor).who}


def _entered(
    lines: FrozenMap[Line], entry: FeeEntry, entries: tuple[EntryRef, ...]
) -> FrozenMap[Line]:
    key = f"{entry.custody or ''}/{entry.component}/{entry.agreement}"
    line = lines.get(key) or Line(
        agreement=entry.agreement,
        component=entry.component,
        custody=entry.custody,
        person=entry.person,
        unit=entry.unit,
        reason=entry.reason,
    )
    entered = msgspec.structs.replace(
        line,
        quantity=line.quantity + entry.quantity,
        minor=line.minor + entry.amount.minor,
        entries=(*line.entries, *entries),
    )
    return lines.put(key, entered)
