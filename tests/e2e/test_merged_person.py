"""One person under two pseudonyms in two custodies, over the whole stack: one person-night (T8)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.by_hand import GUIDE, ROW, Hand, Json, Row

if TYPE_CHECKING:
    from cli.local.stack import LocalStack

REGISTRY = ("SLV", "facility-registry", "cecot/registry")
TREASURY = ("SLV", "treasury", "hacienda/una")
ACCRUALS = "/v1/accruals?agreement=usa-slv-2025"
SECOND = {
    "name": "Synthetic Person 18",
    "documents": [{"kind": "passport", "number": "SYN-0018", "issued_by": "VEN"}],
}

pytestmark = pytest.mark.timeout(900)


def _journeys() -> tuple[list[Row], list[Row]]:
    """The guide's rows up to the handover: the first person's with all that comes before, and those
    of a second person.
    """
    rows = ROW.findall(GUIDE.read_text("utf-8"))
    addresses = [row[5] for row in rows]
    registered = addresses.index("/v1/persons")
    accepted = addresses.index("/v1/custodies/{custody}:accept") + 1
    person = (*rows[registered][:6], json.dumps(SECOND), "")
    return rows[:accepted], [person, *rows[registered + 1 : accepted]]


def _count(hand: Hand, stays: list[str]) -> None:
    address = "/v1/facilities/cecot/headcounts"
    hand.step((*REGISTRY, "placement", "POST", address, json.dumps({"present": stays}), ""))


def _who(hand: Hand, desk: str, verb: str, person: str, other: str) -> None:
    """One desk of the agency says who is who; another one than said so before."""
    body = json.dumps({"person": other})
    address = f"/v1/persons/{person}:{verb}"
    hand.step(("USA", "intake-agency", f"intake-desk/{desk}", "intake", "POST", address, body, ""))


def _outcomes(hand: Hand, number: int) -> list[Json]:
    """What became of nights, once there is so much."""
    wanted = json.dumps({"items": [{}] * number})
    items: list[Json] = hand.step((*TREASURY, "billing", "GET", ACCRUALS, "", wanted))["items"]
    return [(item["outcome"], item["custody"]) for item in items]


def test_t8_a_merged_person_is_charged_once_over_http_and_kafka(stack: LocalStack) -> None:
    hand = Hand(stack)
    people, stays = [], []
    for rows in _journeys():
        for row in rows:
            hand.step(row)
        people.append(hand.known["person"])
        stays.append(hand.known["case"])
    _count(hand, stays)
    charged = _outcomes(hand, 2)
    assert sorted(charged) == sorted(("accrued", stay) for stay in stays)

    _who(hand, "two", "same-as", people[1], people[0])
    merged = _outcomes(hand, 4)
    assert merged == [*charged, ("reversed", stays[1]), ("not-charged", stays[1])]

    _who(hand, "one", "different-from", people[0], people[1])
    assert _outcomes(hand, 5) == [*merged, ("accrued", stays[1])]
