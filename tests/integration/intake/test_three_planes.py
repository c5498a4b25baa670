"""T3 over HTTP: an oral order on a class, two planes in the air, one on the ground (D7, G3, G4)."""

from typing import Any

from shared.contracts.manifest import LegDeparted, LegDepartureRefused
from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from tests.integration.intake.agencies import made, refused
from tests.integration.intake.travel import JOURNEY, Passenger, Travel

FIRST, SECOND, THIRD = "2025-03-16T21:26:00Z", "2025-03-16T21:45:00Z", "2025-03-16T23:36:00Z"
"""When each leaves the sending state, in UTC: there it is twenty-six past five, a quarter to six
and twenty-four to eight in the evening of the first day that the agreement's term has.
"""
ORDER = {
    "scope": {"kind": "class", "nationality": "VEN", "destination": "SLV"},
    "form": "oral",
    "received_at": "2025-03-16T22:45:00Z",
    "reference": "25-cv-766",
}
"""At a quarter to seven in the evening, there."""
AT_THE_STOPOVER = "2025-03-17T03:39:00Z"
"""The departure from the stopover is planned at twenty-one to midnight, there."""


async def ready(travel: Travel, one: Passenger, *legs: tuple[str, str, str]) -> str:
    """A plane with one person on board, before the doors close; gives its path."""
    planned = [
        {"origin": origin, "destination": destination, "planned_departure": at}
        for origin, destination, at in legs
    ]
    answer = await travel.authority.post("/v1/manifests", {**JOURNEY, "legs": planned})
    path = f"/v1/manifests/{made(answer)['manifest']}"
    await travel.listed(path, one)
    await travel.says(travel.reserved(path, one))
    await travel.until(path, lambda shown: shown["persons"][0]["place_confirmed"])
    made(await travel.authority.post(f"{path}:seal"))
    await travel.boarded(path, one)
    return path


async def left(travel: Travel, path: str, at: str) -> None:
    """The first leg departs."""
    made(await travel.authority.post(f"{path}/legs/1:authorise", {"done_at": at}))
    made(await travel.escort.post(f"{path}/legs/1:depart", {"departed_at": at}))


def is_recalled(journey: dict[str, Any]) -> bool:
    """Whether somebody on it is to be brought back."""
    return any(person["recall_due_at"] for person in journey["persons"])


async def test_t3_an_oral_class_order_at_a_quarter_to_seven_stops_the_plane_on_the_ground_and_recalls_the_two_in_the_air(  # noqa: E501 - the case in words
    travel: Travel,
) -> None:
    """The third is refused, a recall ordered for the two, the stopover leg refused."""
    people = await travel.cleared(3)
    stop = ("HND", "SLV", AT_THE_STOPOVER)
    planes = [
        await ready(travel, people[0], ("USA", "HND", FIRST), stop),
        await ready(travel, people[1], ("USA", "HND", SECOND), stop),
        await ready(travel, people[2], ("USA", "SLV", THIRD)),
    ]
    await left(travel, planes[0], FIRST)
    await left(travel, planes[1], SECOND)
    hold = made(await travel.agencies.court.post("/v1/holds", ORDER))["hold"]

    third = await travel.authority.post(f"{planes[2]}/legs/1:authorise")
    assert refused(third, 422, "hold-stands-against-departure")["rule"] == "G3"
    for plane in planes[:2]:
        shown = await travel.until(plane, is_recalled)
        assert [person["status"] for person in shown["persons"]] == ["boarded"]
        arrival = {"arrived_at": "2025-03-17T01:00:00Z"}
        made(await travel.escort.post(f"{plane}/legs/1:arrive", arrival))
        onward = await travel.authority.post(f"{plane}/legs/2:authorise")
        assert refused(onward, 422, "hold-stands-against-departure")["rule"] == "G3"
    await _said(travel, hold, people)
    await _brought_back(travel, planes[0], people[0])


async def _brought_back(travel: Travel, plane: str, passenger: Passenger) -> None:
    """The escort has the person: the case is returned, and a new one may be proposed (D2)."""
    path = f"{plane}/persons/{passenger.case}:complete-recall"
    back = {"completed_at": "2025-03-17T09:00:00Z", "evidence": "ab" * 32}
    made(await travel.escort.post(path, back))
    refused(await travel.authority.post(path, back), 409, "brought-back-already")
    shown = (await travel.authority.get(plane)).json()
    assert [person["status"] for person in shown["persons"]] == ["returned"]
    case = (await travel.agencies.sender.get(f"/v1/cases/{passenger.case}")).json()
    assert case["status"] == "returned"
    assert await travel.agencies.case(passenger.person) != passenger.case


async def _said(travel: Travel, hold: str, people: list[Passenger]) -> None:
    log = await travel.agencies.log()
    found = [event for event in log if isinstance(event, WrongfulTransferFound)]
    assert {event.closes.evidence for event in found} == {f"hold/{hold}"}
    recalled = [event.case for event in log if isinstance(event, RecallOrdered)]
    in_the_air = sorted(person.case for person in people[:2])
    assert sorted(event.case for event in found) == sorted(recalled) == in_the_air
    assert sum(isinstance(event, LegDeparted) for event in log) == 2
    assert sum(isinstance(event, LegDepartureRefused) for event in log) == 3
