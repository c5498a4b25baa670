"""An agreement's term: nothing is asked under it before its first day or after its last (D4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.kernel.dates import ONE_DAY
from shared.kernel.rejected import Finding, RuleBroken


class AgreementNotInForce(RuleBroken):
    """The agreement's term does not have this day: it has run out, or has not begun (D4)."""

    RULE = "effective"


def day_of(now: datetime, told: datetime | None = None) -> date:
    """The day, in UTC, on which something was asked for: when the world says so, never later than
    now.
    """
    return min(told or now, now).astimezone(UTC).date()


def outside(document: AgreementDocument, day: date) -> Iterator[Finding]:
    """What is missing on a day that the term does not have; a date ends with its last second in
    UTC.
    """
    if agreed_on(day, document):
        return
    first, last = document.effective.start, document.effective.end - ONE_DAY
    missing = f"an agreement in force on {day}: {document.ref} is from {first} to {last} (UTC)"
    evidence = f"agreement/{document.ref}"
    yield Finding(rule=AgreementNotInForce.RULE, missing=missing, evidence=evidence)


NEXT_STEP = "have both states sign a version whose term has that day"


def only_within(document: AgreementDocument, day: date) -> None:
    """Raise `AgreementNotInForce` for a day that the term does not have."""
    findings = tuple(outside(document, day))
    if findings:
        raise AgreementNotInForce(f"{findings[0].missing}: {NEXT_STEP}", findings=findings)
