"""Every kind of fact as it is recorded, for the document: the paper's digest and what it says."""

from __future__ import annotations

from pydantic import JsonValue

PAPER = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
_CONTENTS: tuple[dict[str, JsonValue], ...] = (
    {
        "kind": "legal-basis",
        "court": "Circuit Court 1",
        "reference": "CR-2019-77",
        "judged_on": "2020-05-04",
        "final_on": "2020-06-04",
        "offence": "0501",
        "days_remaining": 700,
        "counted_on": "2025-03-10",
    },
    {"kind": "identity", "identifiers": ["passport", "fingerprints"]},
    {"kind": "identity-dispute"},
    {"kind": "nationality", "nationalities": ["VEN"], "disputed": False},
    {
        "kind": "risk-assessment",
        "destination": "SLV",
        "onward": [],
        "substantial_grounds": False,
        "valid_until": "2025-06-30",
    },
    {"kind": "fitness", "fit": True, "valid_until": "2025-06-30"},
    {"kind": "notice", "language": "es", "served_on": "2025-02-01"},
    {"kind": "counsel", "accessed_on": "2025-02-02"},
    {"kind": "consular", "offered_on": "2025-02-03", "answer": "declined"},
    {"kind": "opinion", "opinion": "objects"},
)
FACTS: list[JsonValue] = [{"document": PAPER, "fact": content} for content in _CONTENTS]
