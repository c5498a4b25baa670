"""Forty-three invented persons, clearly so: 32 men and 11 women, as on the flight of the record."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Literal

import msgspec

MEN, WOMEN = 32, 11
_NATIONALITIES = ("VEN", "COL", "ECU", "GTM", "HND", "NIC", "PER", "DOM")
SENDER = "USA"
DESTINATION = "SLV"

Part = Literal[
    "travels",
    "national of the sender",
    "no judgment",
    "substitute",
    "gives way",
    "stayed at the gate",
]


class Person(msgspec.Struct, frozen=True):
    """One invented person, and the part that the demo gives them."""

    number: int
    sex: Literal["female", "male"]
    nationality: str
    part: Part

    @property
    def label(self) -> str:
        """How the table names them: no name, a number."""
        return f"person {self.number:02}"


PARTS: dict[int, Part] = {
    1: "national of the sender",
    2: "no judgment",
    3: "substitute",
    4: "gives way",
    5: "stayed at the gate",
}


def forty_three() -> tuple[Person, ...]:
    """All of them; the first five are the ones that a rule will stop, or that make room."""
    return tuple(
        Person(
            number=number,
            sex="male" if number <= MEN else "female",
            nationality=SENDER if number == 1 else _NATIONALITIES[number % len(_NATIONALITIES)],
            part=PARTS.get(number, "travels"),
        )
        for number in range(1, MEN + WOMEN + 1)
    )


def registration(person: Person) -> dict[str, object]:
    """What the intake agency puts into the vault."""
    return {
        "name": f"Synthetic Person {person.number:02}",
        "birth_date": date(1985, 1, 1) + timedelta(days=97 * person.number),
        "sex": person.sex,
        "documents": [
            {
                "kind": "passport",
                "number": f"SYN-{person.number:04}",
                "issued_by": person.nationality,
            }
        ],
    }


def document(person: Person, what: str) -> str:
    """The digest of an invented paper."""
    return hashlib.sha256(f"synthetic {what} of person {person.number}".encode()).hexdigest()


def facts(person: Person, in_force: date) -> list[dict[str, object]]:
    """What is shown for a person; papers that expire are in force up to `in_force`."""
    shown: list[dict[str, object]] = [
        {"kind": "identity", "identifiers": ["passport", "fingerprints"]},
        {"kind": "nationality", "nationalities": [person.nationality], "disputed": False},
        {
            "kind": "risk-assessment",
            "destination": DESTINATION,
            "onward": [],
            "substantial_grounds": False,
            "valid_until": in_force,
        },
        {"kind": "fitness", "fit": True, "valid_until": in_force},
        {"kind": "notice", "language": "es", "served_on": date(2025, 3, 20)},
        {"kind": "counsel", "accessed_on": date(2025, 3, 21)},
        {"kind": "consular", "offered_on": date(2025, 3, 21), "answer": "declined"},
        {"kind": "opinion", "opinion": "gives-none"},
    ]
    if person.part != "no judgment":
        shown.append(_judgment(person))
    return shown


def _judgment(person: Person) -> dict[str, object]:
    return {
        "kind": "legal-basis",
        "court": "Circuit Court 1",
        "reference": f"SYN-CR-2019-{person.number:03}",
        "judged_on": date(2019, 5, 4),
        "final_on": date(2019, 6, 4),
        "offence": "0501",
        "days_remaining": 900 + person.number,
        "counted_on": date(2025, 3, 1),
    }
