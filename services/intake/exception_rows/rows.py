"""The rows of exceptions that an entry changes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.intake.exception_rows.change import (
    Begins,
    Change,
    Ends,
    Over,
    Waits,
)
from services.intake.exception_rows.of_cases import agreements, assessments, journeys
from services.intake.exception_rows.of_holds import assurances, exclusions, holds
from services.intake.exception_rows.of_persons import erasures, near_matches
from services.intake.tables import EXCEPTIONS, ORDER_ENDS
from shared.database.row_changes import Insert, RowChange, Update
from shared.ledger.recorded import Recorded


def exception_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of exceptions."""
    for family in FAMILIES:
        for change in family(recorded):
            yield _row(recorded, change)


def _row(recorded: Recorded, change: Change) -> RowChange:
    since = {"since": recorded.time, "entry": recorded.ref}
    match change:
        case Waits():
            told = change.is_told or recorded.recorded_at
            values = {**msgspec.structs.asdict(change), **since, "is_told": told}
            return Insert(EXCEPTIONS, values)
        case Begins():
            return Update(EXCEPTIONS, _key(change), {"is_over": False, **since})
        case Over():
            return Update(EXCEPTIONS, _key(change), {"is_over": True})
        case Ends():
            return Insert(ORDER_ENDS, {"order": change.order, "ends_at": change.at})


def _key(change: Begins | Over) -> dict[str, object]:
    return {"kind": change.kind, "subject": change.subject}


FAMILIES = (
    near_matches,
    holds,
    exclusions,
    assurances,
    assessments,
    journeys,
    erasures,
    agreements,
)
