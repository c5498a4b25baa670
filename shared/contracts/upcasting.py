"""Earlier versions of event types, read as the newest: one pure function from each to the next.

Whoever decodes an entry calls `newest`; folds, projections, reactions and the audit know the newest
types alone. An upcast event has the tags that its entry was written with, so what is found by tag
is found as before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.contracts.former import LegalBasisRecordedV1
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.event import Event


def _dated(former: LegalBasisRecordedV1) -> LegalBasisRecorded:
    """It was final from the day that it was given on, and its days remain as written."""
    return LegalBasisRecorded(
        case=former.case,
        person=former.person,
        agreement=former.agreement,
        signed_by=former.signed_by,
        office=former.office,
        document=former.document,
        court=former.court,
        reference=former.reference,
        judged_on=former.judged_on,
        final_on=former.judged_on if former.final else None,
        offence=former.offence,
        days_remaining=former.days_remaining,
        counted_on=None,
    )


UPCASTERS: dict[type[Event], Callable[[Any], Event]] = {LegalBasisRecordedV1: _dated}
"""What an event of an earlier version is read as: the version after it."""


def newest(event: Event) -> Event:
    """The event as its newest version has it: itself, unless it is of an earlier one."""
    while (upcast := UPCASTERS.get(type(event))) is not None:
        event = upcast(event)
    return event
