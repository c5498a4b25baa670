"""Which version of an agreement is in force on a day: one table, tried on everybody who decides it.

One more line in `tests/data/agreements/version_of_a_day.tsv` is one more case for each of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from shared.contracts.agreement import AgreementDocument
from shared.kernel.dates import DatePeriod

_TABLE = Path(__file__).parents[1] / "data" / "agreements" / "version_of_a_day.tsv"


class Term(msgspec.Struct, frozen=True):
    """The days of a version, and whether both states have signed it."""

    version: int
    effective: DatePeriod
    signed_by_both: bool

    def of(self, document: AgreementDocument) -> AgreementDocument:
        """The document as this version of it."""
        replace = msgspec.structs.replace
        return replace(document, version=self.version, effective=self.effective)


class Question(msgspec.Struct, frozen=True):
    """The versions of an agreement, the oldest first, and which of them a day is under."""

    terms: tuple[Term, ...]
    day: date
    in_force: int | None


def _term(version: int, said: str) -> Term:
    start, end = (date.fromisoformat(day) for day in said.strip("()").split(".."))
    return Term(version, DatePeriod(start, end), signed_by_both=not said.startswith("("))


def _question(line: str) -> tuple[str, Question]:
    what, terms, day, version = line.split("\t")
    known = tuple(_term(number, said) for number, said in enumerate(terms.split(), 1))
    in_force = None if version == "none" else int(version)
    return what, Question(known, date.fromisoformat(day), in_force)


_LINES = _TABLE.read_text(encoding="utf-8").splitlines()
_QUESTIONS = dict(_question(line) for line in _LINES if not line.startswith("#"))
each = pytest.mark.parametrize("asked", list(_QUESTIONS.values()), ids=list(_QUESTIONS))
"""A test with the parameter `asked` is run for every line."""
