"""Until when the judgment lets a person be held, as the sending state hands it over (G15)."""

from __future__ import annotations

from datetime import date, timedelta

from shared.contracts.agreement import AgreementDocument
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


def term(document: AgreementDocument, judgment: LegalBasisRecorded | None) -> CustodyTerm:
    """What the judgment and the agreement's version say; without a judgment there is no end."""
    margin = document.return_margin_days
    if judgment is None:
        return CustodyTerm(return_margin_days=margin)
    lawful_end = LawfulEnd(
        issued_by=judgment.court,
        reference=judgment.reference,
        decided_on=judgment.judged_on,
        document=judgment.document,
        ends_on=last_day(judgment),
    )
    return CustodyTerm(return_margin_days=margin, lawful_end=lawful_end)


def _evolve(state: LegalBasisRecorded | None, event: Event) -> LegalBasisRecorded | None:
    return event if isinstance(event, LegalBasisRecorded) else state


def judgment_fold(case: CaseId) -> Fold[LegalBasisRecorded | None]:
    """The judgment that counts in a case: the latest."""
    return Fold(f"judgment/{case}", (on(LegalBasisRecorded, case=case),), None, _evolve)
