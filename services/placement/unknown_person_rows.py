"""Whoever was counted and is unknown, as rows (D3)."""

from __future__ import annotations

from collections.abc import Iterator

from services.placement.tables import UNKNOWN_PERSONS
from shared.contracts.unknown_person import UnknownPersonCounted, UnknownPersonSettled
from shared.database.row_changes import Insert, RowChange, Update
from shared.ledger.recorded import Recorded


def unknown_person_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of who is unknown."""
    match recorded.event:
        case UnknownPersonCounted() as event:
            counted = {
                "reason": event.reason,
                "attested_by": event.attested_by,
                "arrived_on": event.arrived_on,
                "departed_on": event.departed_on,
            }
            yield Insert(UNKNOWN_PERSONS, {**_key(event), **counted, "entry": recorded.ref})
        case UnknownPersonSettled() as event:
            settled = {
                "explanation": event.explanation,
                "settled_by": event.settled_by,
                "reference": event.reference,
            }
            yield Update(UNKNOWN_PERSONS, _key(event), settled)
        case _:
            pass


def _key(event: UnknownPersonCounted | UnknownPersonSettled) -> dict[str, object]:
    return {"facility": event.facility, "night": event.night, "counted": event.counted}
