"""Pairs of actors that are one subject or two (D10), from a table; and one name spelt otherwise."""

from __future__ import annotations

from pathlib import Path

import msgspec

from shared.kernel.actor import Actor

_TABLE = Path(__file__).parents[1] / "unit" / "kernel" / "two_subjects.tsv"
PAIRS: list[tuple[str, str, bool]] = [
    (first, second, said == "one")
    for said, first, second in (line.split("\t") for line in _TABLE.read_text("utf-8").splitlines())
]
"""Two actors, and whether they are one subject."""


def spelt_otherwise(actor: Actor, office: str | None = None) -> Actor:
    """The same person by another spelling of the name, perhaps in another office."""
    return msgspec.structs.replace(
        actor, subject=actor.subject.upper(), office=office or actor.office
    )


def of_another_party(actor: Actor, like: Actor) -> Actor:
    """Somebody of `actor`'s party and office who has the name that `like` has in another one."""
    return msgspec.structs.replace(actor, subject=like.subject)
