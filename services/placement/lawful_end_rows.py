"""Lawful ends as rows: each decision, which of them binds, and how near or past it is (G15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.placement.tables import CUSTODIES, LAWFUL_ENDS
from shared.contracts.lawful_end import CustodyTerm, LawfulEnd
from shared.contracts.overstay import LawfulEndApproached, LawfulEndDateSet, OverstayDetected
from shared.contracts.placement import CustodyAccepted
from shared.database.row_changes import Insert, RowChange, Update
from shared.kernel.actor import Actor
from shared.kernel.ids import CustodyId
from shared.ledger.recorded import Recorded


def of_lawful_ends(recorded: Recorded) -> Iterator[RowChange]:
    """What one entry changes of somebody's lawful end."""
    match recorded.event:
        case CustodyAccepted(term=CustodyTerm(lawful_end=LawfulEnd() as end) as term) as event:
            decision = _decision(recorded, event.custody, end, recorded.actor)
            yield Insert(LAWFUL_ENDS, {**decision, "said_by": f"{event.sending}:court"})
            yield _of(event.custody, **_binding(end, end.ends_on, term.return_margin_days))
        case LawfulEndDateSet(custody=custody, replaces=replaced) as event:
            if replaced is not None:
                name = {"issued_by": replaced.issued_by, "reference": replaced.reference}
                for said_by in event.replaced_of:
                    key = {"custody": custody, **name, "said_by": said_by}
                    yield Update(LAWFUL_ENDS, key, {"stands": False})
            decision = _decision(recorded, custody, event.lawful_end, event.set_by)
            actor = Actor.read(event.set_by)
            yield Insert(LAWFUL_ENDS, {**decision, "said_by": f"{actor.party}:{actor.office}"})
            margin = event.return_margin_days
            yield _of(custody, **_binding(event.binding, event.latest_end, margin))
        case LawfulEndApproached() as event:
            yield _of(event.custody, approached_end=event.ends_on)
        case OverstayDetected() as event:
            yield _of(event.custody, overstayed_end=event.ends_on, overstay_days=event.day)
        case _:
            pass


def _of(custody: CustodyId, **values: object) -> Update:
    return Update(CUSTODIES, {"custody": custody}, values)


def _decision(
    recorded: Recorded, custody: CustodyId, end: LawfulEnd, set_by: str
) -> Mapping[str, object]:
    return {
        "custody": custody,
        "issued_by": end.issued_by,
        "reference": end.reference,
        "document": end.document,
        "decided_on": end.decided_on,
        "ends_on": end.ends_on,
        "set_by": set_by,
        "entry": recorded.ref,
        "stands": True,
    }


def _binding(end: LawfulEnd, latest: date, margin: int) -> Mapping[str, object]:
    """What binds from here on; whether it is near or past, the clock says of each end."""
    return {
        "lawful_end": end.ends_on,
        "lawful_end_issued_by": end.issued_by,
        "lawful_end_reference": end.reference,
        "latest_lawful_end": latest,
        "return_by": end.ends_on - timedelta(days=margin),
    }
