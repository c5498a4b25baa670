"""A foreign log with two kinds of entries, and a service that reacts to one of them, or to both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.contracts.placement import PlaceReserved, ReservationReleased
from shared.kernel.ids import CustodyId
from shared.ledger.entry import decode
from shared.messaging.reaction import steps_because_of
from tests.support.entries import entry, reserved
from tests.support.ledgers import RESERVE, Reserve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.kernel.event import Event
    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Step

FIRST_KIND: tuple[type[Event], ...] = (PlaceReserved,)
BOTH_KINDS: tuple[type[Event], ...] = (PlaceReserved, ReservationReleased)


def named(index: int) -> CustodyId:
    """The custody that the foreign entry at an index is about: it tells which entry it was."""
    return CustodyId(f"01900000-0000-7000-8000-{index:012d}")


def two_kinds(count: int, first: int = 0) -> list[bytes]:
    """Entries whose every third is of the second kind."""
    return [
        entry(index, _event(index, second=index % 3 == 2)) for index in range(first, first + count)
    ]


def _event(index: int, *, second: bool) -> Event:
    event = msgspec.structs.replace(reserved(), custody=named(index))
    if not second:
        return event
    return ReservationReleased(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        facility=event.facility,
        manifest=event.manifest,
    )


def reserve_for_either(recorded: Recorded) -> tuple[Step, ...]:
    """A reservation of our own for each foreign entry, with the same custody."""
    assert isinstance(recorded.event, PlaceReserved | ReservationReleased)
    command = Reserve(recorded.event.facility, custody=recorded.event.custody)
    return steps_because_of(recorded, "placement", (RESERVE, command))


def causes_in(log: Iterable[bytes]) -> list[int]:
    """Which foreign entries led to these entries of our own, in our order."""
    events = [decode(content).event for content in log]
    return [int(event.custody[-12:]) for event in events if isinstance(event, PlaceReserved)]


def kind(index: int, *, second: bool) -> bool:
    """Whether the entry at an index is of the second kind, or of the first."""
    return (index % 3 == 2) == second
