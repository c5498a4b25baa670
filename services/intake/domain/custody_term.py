"""Until when the judgment lets a person be held, as the sending state hands it over (G15)."""

from __future__ import annotations

from datetime import date, timedelta

from shared.contracts.agreement import AgreementDocument
from shared.contracts.fact_dispute import FactWithdrawn
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.lawful_end import CustodyTerm, LawfulEnd
from shared.kernel.dates import ONE_DAY
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CaseId


def last_day(judgment: LegalBasisRecorded) -> date:
    """The last day of a sentence: on the day after it no days remain (G6)."""
    counted_on = judgment.counted_on or judgment.judged_on
    return counted_on + timedelta(days=judgment.days_remaining) - ONE_DAY


def term(document: AgreementDocument, judgments: tuple[LegalBasisRecorded, ...]) -> CustodyTerm:
    """What the latest judgment and the agreement's version say; without one there is no end."""
    margin = document.return_margin_days
    if not judgments:
        return CustodyTerm(return_margin_days=margin)
    judgment = judgments[-1]
    lawful_end = LawfulEnd(
        issued_by=judgment.court,
        reference=judgment.reference,
        decided_on=judgment.judged_on,
        document=judgment.document,
        ends_on=last_day(judgment),
    )
    return CustodyTerm(return_margin_days=margin, lawful_end=lawful_end)


def _evolve(state: tuple[LegalBasisRecorded, ...], event: Event) -> tuple[LegalBasisRecorded, ...]:
    if isinstance(event, LegalBasisRecorded):
        return (*(held for held in state if not _of_one_office(held, event)), event)
    if isinstance(event, FactWithdrawn) and event.kind == "legal-basis":
        return tuple(held for held in state if not _of_one_office(held, event))
    return state


def _of_one_office(held: LegalBasisRecorded, event: LegalBasisRecorded | FactWithdrawn) -> bool:
    return (held.signed_by, held.office) == (event.signed_by, event.office)


def judgments_fold(case: CaseId) -> Fold[tuple[LegalBasisRecorded, ...]]:
    """What each office has recorded of the judgment in a case: whoever departs by it, departs while
    they agree.
    """
    of_case = (on(LegalBasisRecorded, FactWithdrawn, case=case),)
    return Fold(f"judgments/{case}", of_case, (), _evolve)
