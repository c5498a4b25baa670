"""Lines of `tests/data/bad_input/identifiers.tsv`, read."""

from __future__ import annotations

import msgspec

from shared.contracts.intake import HeldDocument
from shared.kernel.codes import DocumentKind, IdentifierKind


def held(written: str) -> tuple[HeldDocument, ...]:
    """Documents of a vault, each its kind and a letter for its paper: `passport a, other b`."""
    pairs = [document.split() for document in written.split(", ") if document]
    return tuple(
        HeldDocument(msgspec.convert(kind, DocumentKind), paper * 64) for kind, paper in pairs
    )


def named(written: str) -> tuple[IdentifierKind, ...]:
    """What a confirmation names."""
    return msgspec.convert(written.split(), tuple[IdentifierKind, ...])
