"""A reaction that is added later gets the old entries of its types first, and nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.contracts.placement import PlaceReserved
from shared.ledger.positions import Position
from shared.messaging.late_reactions import begun, moved, types_at
from tests.support.two_kinds import (
    BOTH_KINDS,
    FIRST_KIND,
    causes_in,
    kind,
    reserve_for_either,
    two_kinds,
)
from tests.unit.messaging.following import Follows

if TYPE_CHECKING:
    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Step

PEAKS = (b"p" * 32,)
A, B, AB, ABC = frozenset("a"), frozenset("b"), frozenset("ab"), frozenset("abc")
NOTHING: frozenset[str] = frozenset()
THROUGH = Position(100, 7, PEAKS, A)
"""A follower that has been through a hundred entries for the type a."""
IN_THE_MIDDLE = Position(40, 3, PEAKS, A, B, 100)
"""The same, going over them again for b."""


@pytest.mark.parametrize(
    ("stored", "types", "position"),
    [
        (Position(), AB, Position()),
        (THROUGH, A, THROUGH),
        (THROUGH, AB, Position(types=A, late=B, until=100)),
        (THROUGH, NOTHING, THROUGH),
        (IN_THE_MIDDLE, AB, IN_THE_MIDDLE),
        (IN_THE_MIDDLE, ABC, Position(types=A, late=frozenset("bc"), until=100)),
        (IN_THE_MIDDLE, A, Position(40, 3, PEAKS, A, NOTHING, 100)),
        (
            Position(0, 0, (), A, B, 100),
            AB,
            Position(0, 0, (), A, B, 100),
        ),
    ],
)
def test_where_a_follower_goes_on(
    stored: Position, types: frozenset[str], position: Position
) -> None:
    assert begun(stored, types) == position


def test_of_what_it_has_been_through_it_sees_the_new_types_alone() -> None:
    assert types_at(IN_THE_MIDDLE, 99, AB) == {"b"}
    assert types_at(IN_THE_MIDDLE, 100, AB) == AB
    assert types_at(THROUGH, 0, A) == A


def test_it_has_reacted_to_all_of_its_types_once_it_is_back_where_it_was() -> None:
    almost = moved(IN_THE_MIDDLE, Position(99, 9, PEAKS), AB)
    assert almost == Position(99, 9, PEAKS, A, B, 100)
    assert moved(almost, Position(100, 10, PEAKS), AB) == Position(100, 10, PEAKS, AB)


async def following(service: Follows, through: int) -> None:
    """Run the service until it has been through so many entries, and reacts to all its types."""
    async with service.running():
        await service.reaches(through)


async def test_a_service_that_reacts_to_more_gets_the_old_entries_of_the_new_types_in_order() -> (
    None
):
    service = Follows(two_kinds(30), reserve_for_either)
    service.types = FIRST_KIND
    service.follower = service.restarted()
    await following(service, 30)
    first = [index for index in range(30) if kind(index, second=False)]
    assert causes_in(await service.store.entries(0, 100)) == first

    service.types = BOTH_KINDS
    service.follower = service.restarted()
    service.origin.held.extend(two_kinds(9, first=30))
    await following(service, 39)
    late = [index for index in range(30) if kind(index, second=True)]
    assert causes_in(await service.store.entries(0, 100)) == [*first, *late, *range(30, 39)]
    assert (await service.position()).until == 0


async def test_a_reaction_that_was_refused_before_is_not_decided_again() -> None:
    """Going over the log again is for the new types: what a rule refused stays refused."""
    is_full = True

    def react(recorded: Recorded) -> tuple[Step, ...]:
        (step,) = reserve_for_either(recorded)
        first = isinstance(recorded.event, PlaceReserved)
        command = msgspec.structs.replace(step.command, limit=0 if first and is_full else 1_000)  # type: ignore[type-var]  # a reservation
        return (msgspec.structs.replace(step, command=command),)

    service = Follows(two_kinds(9), react)
    service.types = FIRST_KIND
    service.follower = service.restarted()
    await following(service, 9)
    assert causes_in(await service.store.entries(0, 100)) == []
    is_full = False
    service.types = BOTH_KINDS
    service.follower = service.restarted()
    service.origin.held.extend(two_kinds(1, first=9))
    await following(service, 10)
    assert causes_in(await service.store.entries(0, 100)) == [2, 5, 8, 9]


async def test_one_that_is_taken_away_and_comes_back_does_nothing_twice() -> None:
    service = Follows(two_kinds(12), reserve_for_either)
    for types in (BOTH_KINDS, FIRST_KIND, BOTH_KINDS):
        service.types = types
        service.follower = service.restarted()
        service.origin.held.extend(two_kinds(3, first=len(service.origin.held)))
        await following(service, len(service.origin.held))
    assert sorted(causes_in(await service.store.entries(0, 100))) == list(range(21))
