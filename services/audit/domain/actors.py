"""Who acts, as entries write it: read once, and compared as persons."""

from __future__ import annotations

from functools import lru_cache

from shared.kernel.actor import Actor


@lru_cache(maxsize=4096)
def actor_of(text: str) -> Actor:
    """An actor as entries write it; one without a party and an office when it is not written so."""
    try:
        return Actor.read(text)
    except ValueError:
        return Actor("", "", text)


def same_subject(one: str, other: str) -> bool:
    """Whether two actors are the same person, whatever office they acted for."""
    first, second = actor_of(one), actor_of(other)
    return (first.party, first.subject) == (second.party, second.subject)
