"""An identity is confirmed by different identifiers, by documents that the vault holds (G9).

A decision does not open the vault: what the vault holds of a person stands in the registration and
in what was added since, each document by its kind and a salted hash of the paper.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product
from typing import get_args

from shared.contracts.intake import PersonRegistered
from shared.kernel.codes import DocumentKind, IdentifierKind
from shared.kernel.rejected import RuleBroken

PAPERS: tuple[str, ...] = get_args(DocumentKind)


class IdentifierNamedTwice(RuleBroken):
    """An identity is confirmed by different identifiers: the same again confirms nothing (G9)."""

    RULE = "G9"


class IdentifierNotHeld(RuleBroken):
    """A document confirms an identity if the vault holds it of that person (G9)."""

    RULE = "G9"


def check(identifiers: Sequence[IdentifierKind], registered: PersonRegistered) -> None:
    """Refuse identifiers that are not different, or not this person's; raises `RuleBroken`."""
    for kind in identifiers:
        if identifiers.count(kind) > 1:
            raise IdentifierNamedTwice(
                f"{kind} is named more than once: name each identifier once, two different ones"
            )
    named = [kind for kind in identifiers if kind in PAPERS]
    held = [{its.paper for its in registered.documents if its.kind == kind} for kind in named]
    for kind, papers in zip(named, held, strict=True):
        if not papers:
            raise IdentifierNotHeld(
                f"the vault holds no {kind} of person {registered.person}: name one that it"
                " holds, add it first, or name a record of the body, or a consulate's confirmation"
            )
    if not _different(held):
        raise IdentifierNamedTwice(
            f"{' and '.join(named)} of person {registered.person} are one paper: name another"
            " identifier"
        )


def _different(held: Sequence[Collection[str]]) -> bool:
    """Whether each kind can stand for a paper of its own."""
    return any(len({*papers}) == len(papers) for papers in product(*held))
