"""Whom an agreement's own clauses exclude, by the categories that were determined (G8)."""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.domain.category.state import Categories
from shared.contracts.agreement import AgreementDocument
from shared.kernel.codes import ASPECT_OF
from shared.kernel.rejected import Finding


def excluding(document: AgreementDocument, categories: Categories) -> Iterator[Finding]:
    """G8: nobody whom a clause of the agreement's own excludes, nor who may be one of those."""
    aspects = {ASPECT_OF[known.category] for known in categories}
    for clause in document.admission.clauses:
        for known in categories:
            if known.category in clause.excludes:
                missing = f"clause {clause.clause} of {document.ref} excludes: {known.category}"
                yield Finding(rule="G8", missing=missing, evidence=f"document/{known.document}")
        for aspect in dict.fromkeys(ASPECT_OF[category] for category in clause.excludes):
            if aspect not in aspects:
                missing = f"{aspect} is not determined, and clause {clause.clause} excludes by it"
                yield Finding(rule="G8", missing=missing)
