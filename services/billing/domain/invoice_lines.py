"""The lines of an agreement's month, one a custody and component, from accruals and reversals."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import msgspec

from shared.contracts.billing import (
    AccrualReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightsAccrued,
    NightUnpriced,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Fold, on
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementId, AgreementRef, CustodyId, EntryRef, PersonId

if TYPE_CHECKING:
    from shared.kernel.event import Event

NightFact = NightsAccrued | AccrualReversed | NightUnpriced | NightNotCharged


class Line(msgspec.Struct, frozen=True):
    """One custody's nights under one component of one signed version."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    component: str
    nights: int = 0
    minor: int = 0
    entries: tuple[EntryRef, ...] = ()
    """The headcounts that attested its nights, and what ended the stay of reversed ones."""


class Span(msgspec.Struct, frozen=True):
    """Person-nights of one component in the order they were taken: numbers `first` to `last`."""

    agreement: AgreementRef
    component: str
    first: int
    last: int
    reversed: bool

    def with_next(self, other: Span) -> Span | None:
        """Both spans as one, when the other goes on where this one stops."""
        if self.reversed and other == msgspec.structs.replace(
            self, first=self.first - 1, last=self.first - 1
        ):
            return msgspec.structs.replace(self, first=other.first)
        if not self.reversed and other == msgspec.structs.replace(
            self, first=self.last + 1, last=self.last + 1
        ):
            return msgspec.structs.replace(self, last=other.last)
        return None


class LinesState(msgspec.Struct, frozen=True):
    """Everything that one month's invoice is drawn from."""

    lines: FrozenMap[Line] = FrozenMap()
    spans: tuple[Span, ...] = ()
    unpriced: FrozenMap[NightUnpriced] = FrozenMap()
    attestors: frozenset[str] = frozenset()
    """The subjects that attested its nights (G20)."""


def fold(agreement: AgreementId, period: str) -> Fold[LinesState]:
    """The lines of one agreement's month."""
    kept_off = (NightNotCharged, NightAlreadyCharged)
    types = (NightsAccrued, AccrualReversed, NightUnpriced, *kept_off)
    return Fold(
        f"lines/{agreement}/{period}",
        (on(*types, agreement=agreement, period=period),),
        LinesState(),
        evolve,
    )


def evolve(state: LinesState, event: Event) -> LinesState:
    """Take in what became of a night that this month bears."""
    match event:
        case NightsAccrued() | AccrualReversed() | NightUnpriced() | NightNotCharged():
            return _evolve(state, event)
        case _:
            return state


def _evolve(state: LinesState, event: NightFact) -> LinesState:
    replace = msgspec.structs.replace
    waiting = f"{event.person}/{event.night}"
    match event:
        case NightsAccrued():
            return LinesState(
                lines=_entered(state.lines, event, 1, (event.attested,)),
                spans=_spanned(state.spans, event),
                unpriced=state.unpriced.drop(waiting),
                attestors=state.attestors | {Actor.read(event.attested_by).subject},
            )
        case AccrualReversed():
            lines = _entered(state.lines, event, -1, (event.attested, event.because))
            return replace(state, lines=lines, spans=_spanned(state.spans, event))
        case NightUnpriced():
            return replace(
                state,
                unpriced=state.unpriced.put(waiting, event),
                attestors=state.attestors | {Actor.read(event.attested_by).subject},
            )
        case NightNotCharged():
            found = state.unpriced.get(waiting)
            if found is None or found.custody != event.custody:
                return state
            return replace(state, unpriced=state.unpriced.drop(waiting))
        case _:
            assert_never(event)


def _entered(
    lines: FrozenMap[Line],
    event: NightsAccrued | AccrualReversed,
    nights: int,
    entries: tuple[EntryRef, ...],
) -> FrozenMap[Line]:
    key = f"{event.custody}/{event.component}/{event.agreement}"
    line = lines.get(key) or Line(event.custody, event.person, event.agreement, event.component)
    entered = msgspec.structs.replace(
        line,
        nights=line.nights + nights,
        minor=line.minor + event.amount.minor,
        entries=(*line.entries, *entries),
    )
    return lines.put(key, entered)


def _spanned(spans: tuple[Span, ...], event: NightsAccrued | AccrualReversed) -> tuple[Span, ...]:
    one = Span(
        event.agreement,
        event.component,
        event.ordinal,
        event.ordinal,
        isinstance(event, AccrualReversed),
    )
    for place, known in enumerate(reversed(spans), start=1):
        joined = known.with_next(one)
        if joined is not None:
            rest = len(spans) - place
            return (*spans[:rest], joined, *spans[rest + 1 :])
    return (*spans, one)
