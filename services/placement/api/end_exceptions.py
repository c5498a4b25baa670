"""Exceptions of lawful ends: what is said of each kind, and what to do (G15)."""

from __future__ import annotations

from collections.abc import Mapping

_END = (
    "custody",
    "person",
    "agreement",
    "facility",
    "responsible_state",
    "lawful_end",
    "lawful_end_issued_by",
    "lawful_end_reference",
    "latest_lawful_end",
    "return_by",
    "overstay_days",
)
NEXT_STEP = {
    "lawful-end-missing": "nobody has said until when this person may be held: a court or either"
    " state's central authority says it, POST /v1/custodies/{custody}:set-lawful-end",
    "lawful-end-near": "the return is to begin by {return_by}: prepare it",
    "overstay": "day {overstay_days} past the lawful end: have the person returned or released",
    "lawful-ends-disagree": "decisions say {lawful_end} to {latest_lawful_end}, the earliest binds:"
    " have one replace the other, GET /v1/lawful-ends?custody={custody}",
}
"""What to do about each kind."""
SHOWN = dict.fromkeys(NEXT_STEP, _END)
"""What is said of each kind."""
PAST_THE_END = {
    "kind": "overstay",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "responsible_state": "SLV",
    "lawful_end": "2027-02-08",
    "lawful_end_issued_by": "Circuit Court 1",
    "lawful_end_reference": "CR-2019-77",
    "latest_lawful_end": "2027-02-08",
    "return_by": "2027-01-09",
    "overstay_days": 3,
    "detail": "day 3 past the lawful end: have the person returned or released",
}


def next_step(row: Mapping[str, object]) -> Mapping[str, object]:
    """What to do about one of them; nothing for another kind."""
    words = NEXT_STEP.get(str(row["kind"]))
    return {} if words is None else {"detail": words.format(**row)}
