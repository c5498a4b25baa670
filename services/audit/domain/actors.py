"""Who acts, as entries write it: read once, and compared as persons."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

from shared.kernel.actor import Actor


@lru_cache(maxsize=4096)
def actor_of(text: str) -> Actor:
    """An actor as entries write it; one without a party and an office when it is not written so."""
    try:
        return Actor.read(text)
    except ValueError:
        return Actor("", "", text)


def same_subject(subject: str, other: str) -> bool:
    """Whether two actors are the same person, whatever office they acted for (D10)."""
    return _person_of(subject) == _person_of(other)


def same_body(subject: str, other: str) -> bool:
    """Whether two actors act for one office: a body of a party's office, written `body/person`."""
    first, second = _body_of(subject), _body_of(other)
    return first is not None and first == second


def names_a_body(text: str) -> bool:
    """Whether an actor's subject is written `body/person`."""
    return _body_of(text) is not None


@lru_cache(maxsize=4096)
def _person_of(text: str) -> tuple[str, str]:
    actor = actor_of(text)
    return actor.party, _comparable(actor.subject)


@lru_cache(maxsize=4096)
def _body_of(text: str) -> tuple[str, str, str] | None:
    actor = actor_of(text)
    body, slash, _ = actor.subject.partition("/")
    return (actor.party, actor.office, _comparable(body)) if body and slash else None


def _comparable(name: str) -> str:
    """A name without what D10 says is no difference: case and compatibility forms."""
    return normalize("NFKC", normalize("NFKC", name).casefold())
