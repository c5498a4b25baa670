"""Exceptions of persons: near matches, and erasures that were asked for (G9, G22)."""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.exception_rows.change import (
    AUTHORITY,
    Change,
    Over,
    Waits,
    of_office,
)
from shared.contracts.erasure import ErasureAsked, PersonErased
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import CaseProposed
from shared.kernel.actor import Actor
from shared.ledger.recorded import Recorded


def near_matches(recorded: Recorded) -> Iterator[Change]:
    """Two who may be one, until somebody decides (G9, D9)."""
    match recorded.event:
        case NearMatchFound() as event:
            yield Waits(
                kind="near-match",
                subject=f"{event.person}/{event.other}",
                person=event.person,
                other=event.other,
                **of_office(Actor.read(event.registrar)),
            )
        case PersonsMerged() | PersonsToldApart() as event:
            yield Over("near-match", f"{event.person}/{event.other}")
            yield Over("near-match", f"{event.other}/{event.person}")
        case _:
            pass


def erasures(recorded: Recorded) -> Iterator[Change]:
    """What one office asked another to erase, until it is or a new case ends the wish (G22)."""
    match recorded.event:
        case ErasureAsked() as event:
            yield Waits(
                kind="erasure-unconfirmed",
                subject=event.person,
                party=Actor.read(event.asked_by).party,
                office=AUTHORITY,
                person=event.person,
            )
        case PersonErased() | CaseProposed() as event:
            yield Over("erasure-unconfirmed", event.person)
        case _:
            pass
