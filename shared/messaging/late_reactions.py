"""Late reactions: a type that a service begins to react to gets its old entries first, in order.

A follower's position says which types it has reacted to so far. When there are more, it goes over
the log from the beginning once: of what it has been through before, it sees the new types alone;
from there on it sees all. What was refused then is not decided again, and nothing happens twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.ledger.positions import Position

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def begun(position: Position, types: AbstractSet[str]) -> Position:
    """Where a follower that reacts to these types goes on from a stored position."""
    if not position.sequence and not position.until:
        return position
    missing = frozenset(types) - position.types
    if missing == position.late:
        return position
    if not missing:  # what was late is not reacted to any more
        return msgspec.structs.replace(position, late=missing)
    until = max(position.sequence, position.until)
    return Position(types=position.types, late=missing, until=until)


def types_at(position: Position, index: int, types: AbstractSet[str]) -> AbstractSet[str]:
    """Which types matter in the entry at an index."""
    return types if index >= position.until else position.late


def moved(position: Position, reached: Position, types: AbstractSet[str]) -> Position:
    """The position once everything before `reached` is applied."""
    if reached.sequence >= position.until:
        return msgspec.structs.replace(reached, types=frozenset(types))
    return msgspec.structs.replace(
        reached, types=position.types, late=position.late, until=position.until
    )
