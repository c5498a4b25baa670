"""A journey over HTTP, from the manifest to the transfer, and what stops it on the way."""

from datetime import timedelta

import pytest

from shared.contracts.manifest import (
    BoardingRefused,
    LegDepartureRefused,
    ManifestingRefused,
    PersonBoarded,
    PersonRemoved,
)
from shared.database.errors import Unavailable
from shared.ledger.machine import new_id
from shared.ledger.postgres import PostgresStore
from tests.integration.intake.agencies import made, refused
from tests.integration.intake.travel import (
    ARRIVED,
    BOARDED,
    CUSTODIAN,
    DEPARTED,
    DOORS_CLOSED,
    JOURNEY,
    LEG,
    OFFERED,
    Travel,
)

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8099"


async def test_a_journey_from_the_manifest_to_the_transfer(travel: Travel) -> None:
    one, two = await travel.cleared(2)
    path = await travel.sealed(one, two)
    await travel.boarded(path, one, two)
    leg = f"{path}/legs/1"
    cases = sorted((one.case, two.case))
    assert made(await travel.authority.post(f"{leg}:authorise", DOORS_CLOSED))["cases"] == cases
    assert made(await travel.escort.post(f"{leg}:depart", DEPARTED))["cases"] == cases
    assert made(await travel.escort.post(f"{leg}:arrive", ARRIVED))["leg"] == 1
    offered = made(await travel.escort.post(f"{leg}:offer-handover", OFFERED))
    assert (offered["custodies"], len(offered["receipts"])) == (cases, 2)
    shown = (await travel.escort.get(path)).json()
    assert (shown["sealed"], shown["legs"][0]["status"]) == (True, "arrived")
    assert {person["status"] for person in shown["persons"]} == {"offered"}
    await travel.says(travel.accepted(one))
    await travel.until(f"/v1/cases/{one.case}", lambda case: case["status"] == "transferred")
    other = (await travel.authority.get(f"/v1/cases/{two.case}")).json()
    assert other["status"] == "handover-offered"


async def test_t1_a_substitute_with_an_order_against_the_destination_is_an_entry(
    travel: Travel,
) -> None:
    one, substitute = await travel.cleared(2)
    path = await travel.opened()
    await travel.listed(path, one)
    scope = {"kind": "person", "person": substitute.person, "destination": "SLV"}
    hold = await travel.agencies.hold(scope)
    made(await travel.authority.post(f"{path}/persons/{one.case}:remove"))
    body = {"case": substitute.case, "substitute_for": one.case}
    answer = await travel.authority.post(f"{path}/persons", body)
    problem = refused(answer, 422, "hold-stands-against-departure")
    recorded = (await travel.agencies.log())[problem["receipt"]["sequence"]]
    assert isinstance(recorded, ManifestingRefused)
    assert (problem["rule"], recorded.substitute_for) == ("G3", one.case)
    assert recorded.refusal.findings[0].evidence == f"hold/{hold}"


async def test_t2_a_stay_before_the_doors_close_stops_the_boarding_and_then_the_leg(
    travel: Travel,
) -> None:
    one, two = await travel.cleared(2)
    path = await travel.sealed(one, two)
    await travel.boarded(path, one)
    await travel.agencies.hold({"kind": "country", "country": "SLV"})
    boarding = await travel.escort.post(f"{path}/persons/{two.case}:board")
    assert refused(boarding, 422)["rule"] == "G3"
    doors = await travel.authority.post(f"{path}/legs/1:authorise")
    assert refused(doors, 422)["rule"] == "G3"
    log = await travel.agencies.log()
    assert [type(event) for event in log[-2:]] == [BoardingRefused, LegDepartureRefused]


async def test_g4_a_hold_between_the_doors_and_the_departure_stops_the_leg(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    await travel.boarded(path, one)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    await travel.agencies.hold({"kind": "person", "person": one.person})
    answer = await travel.escort.post(f"{path}/legs/1:depart", DEPARTED)
    assert refused(answer, 422)["rule"] == "G3"
    assert isinstance((await travel.agencies.log())[-1], LegDepartureRefused)


async def test_g3_a_hold_on_a_flight_between_seal_and_boarding_stops_who_is_on_it(
    travel: Travel,
) -> None:
    """While it stands the case shows it; lifted, the clearance is for whichever journey still."""
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    manifest = path.rpartition("/")[2]
    hold = await travel.agencies.hold({"kind": "flight", "manifest": manifest, "leg": 1})
    boarding = await travel.escort.post(f"{path}/persons/{one.case}:board")
    problem = refused(boarding, 422, "hold-stands-against-departure")
    assert problem["findings"][0]["evidence"] == f"hold/{hold}"
    shown = (await travel.authority.get(f"/v1/cases/{one.case}")).json()
    assert (shown["holds"], shown["cleared"]) == ([hold], True)
    (row,) = (await travel.authority.get("/v1/holds?kind=flight")).json()["items"]
    assert row["scope"] == {"kind": "flight", "manifest": manifest, "leg": 1}
    for clerk in (travel.agencies.court, travel.agencies.other_clerk):
        made(await clerk.post(f"/v1/holds/{hold}:lift", {"instrument": "25-cv-766 order 9"}))
    await travel.boarded(path, one)


async def test_g19_who_gets_no_place_is_taken_off_and_nothing_stops_the_follower(
    travel: Travel,
) -> None:
    one, two = await travel.cleared(2)
    path = await travel.opened()
    await travel.listed(path, one, two)
    await travel.says(travel.no_place(path, one))
    await travel.says(travel.reserved(path, one))
    await travel.says(travel.reserved(path, two))
    shown = await travel.until(
        path, lambda shown: any(row["place_confirmed"] for row in shown["persons"])
    )
    by_case = {person["case"]: person for person in shown["persons"]}
    assert (by_case[one.case]["status"], by_case[one.case]["place_confirmed"]) == ("removed", False)
    removed = [x for x in await travel.agencies.log() if isinstance(x, PersonRemoved)]
    assert [(event.cause, event.case) for event in removed] == [("no-place", one.case)]
    shown_why = by_case[one.case]["no_place"]
    assert (shown_why["rule"], shown_why["detail"]) == ("G19", "every place is taken")


async def test_g19_no_seal_without_a_place_for_everybody(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.opened()
    await travel.listed(path, one)
    problem = refused(await travel.authority.post(f"{path}:seal"), 422, "no-place-held")
    assert (problem["rule"], problem["findings"][0]["evidence"]) == ("G19", f"case/{one.case}")


async def test_a_case_that_is_withdrawn_leaves_the_manifest(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    made(await travel.agencies.sender.post(f"/v1/cases/{one.case}:withdraw"))
    shown = (await travel.authority.get(path)).json()
    assert [person["status"] for person in shown["persons"]] == ["removed"]
    refused(await travel.escort.post(f"{path}/persons/{one.case}:board"), 409)


async def test_every_office_does_its_own_and_each_side_acts_for_itself(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    board, leg = f"{path}/persons/{one.case}:board", f"{path}/legs/1"
    agencies = travel.agencies
    refused(await travel.escort.post("/v1/manifests", JOURNEY), 403)
    refused(await agencies.receiving_authority.post("/v1/manifests", JOURNEY), 403)
    refused(await agencies.sender.post(f"{path}/persons", {"case": one.case}), 403)
    refused(await travel.escort.post(f"{path}:seal"), 403)
    refused(await travel.authority.post(board), 403)
    refused(await agencies.office("SLV", "escort", "escolta-1").post(board), 403)
    refused(await agencies.court.post(f"{path}/persons/{one.case}:remove"), 403)
    made(await travel.escort.post(board, BOARDED))
    refused(await travel.escort.post(f"{leg}:authorise"), 403)
    made(await travel.authority.post(f"{leg}:authorise", DOORS_CLOSED))
    both = agencies.office("USA", "escort", "authority-1")
    refused(await both.post(f"{leg}:depart", DEPARTED), 403, "one-subject-for-both")
    refused(await travel.authority.post(f"{leg}:depart", DEPARTED), 403)


async def test_what_is_not_there_is_not_found(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    nowhere = f"/v1/manifests/{UNKNOWN}"
    refused(await travel.authority.get(nowhere), 404, "manifest-unknown")
    refused(await travel.authority.post(f"{nowhere}:seal"), 404)
    refused(await travel.authority.post(f"{nowhere}/persons", {"case": one.case}), 404)
    refused(await travel.escort.post(f"{nowhere}/legs/1:depart", DEPARTED), 404)
    refused(await travel.authority.post(f"{path}/persons", {"case": UNKNOWN}), 404)
    refused(await travel.escort.post(f"{path}/persons/{UNKNOWN}:board"), 404)
    refused(await travel.escort.post(f"{path}/legs/2:arrive", ARRIVED), 404, "leg-unknown")


@pytest.mark.parametrize(
    "changed",
    [
        {"legs": []},
        {"legs": [{**LEG, "planned_departure": "yesterday"}]},
        {"legs": [{**LEG, "origin": "US"}]},
        {"flight": "one"},
        {"agreement": "USA SLV"},
    ],
)
async def test_a_malformed_journey_is_refused(travel: Travel, changed: dict[str, object]) -> None:
    problem = refused(await travel.authority.post("/v1/manifests", JOURNEY | changed), 400)
    assert problem["findings"]


async def test_malformed_paths_and_bodies_are_refused(travel: Travel) -> None:
    path = f"/v1/manifests/{UNKNOWN}"
    refused(await travel.authority.get("/v1/manifests/one"), 400)
    refused(await travel.escort.post(f"{path}/persons/one:board"), 400)
    for leg in ("0", "first", "9" * 30):
        refused(await travel.escort.post(f"{path}/legs/{leg}:arrive", ARRIVED), 400)
    refused(await travel.escort.post(f"{path}/legs/1:depart", {"departed_at": "soon"}), 400)
    nobody = {"party": "SLV", "body": "", "responsible_state": "SLV"}
    refused(
        await travel.escort.post(f"{path}/legs/1:offer-handover", {**OFFERED, "custodian": nobody}),
        400,
    )


async def test_a_journey_of_more_than_eight_legs_is_refused(travel: Travel) -> None:
    await travel.agencies.agreement_in_force()
    answer = await travel.authority.post("/v1/manifests", {**JOURNEY, "legs": [LEG] * 9})
    assert "8 legs at most" in refused(answer, 422, "too-many-legs")["detail"]


async def test_g13_a_handover_names_a_custodian_of_the_receiving_state(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    await travel.boarded(path, one)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    offer = f"{path}/legs/1:offer-handover"
    refused(await travel.escort.post(offer, OFFERED), 409, "journey-not-over")
    made(await travel.escort.post(f"{path}/legs/1:arrive", ARRIVED))
    ours = {**OFFERED, "custodian": {**CUSTODIAN, "party": "USA"}}
    problem = refused(await travel.escort.post(offer, ours), 422, "custodian-not-named")
    assert (problem["rule"], "receipt" in problem) == ("G13", True)
    made(await travel.escort.post(offer, OFFERED))


async def test_the_same_request_again_gets_the_same_answer_whatever_came_since(
    travel: Travel,
) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    key, board = new_id(), f"{path}/persons/{one.case}:board"
    first = await travel.escort.post(board, BOARDED, key=key)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    again = await travel.escort.post(board, BOARDED, key=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    refused(await travel.escort.post(board), 409)
    boarded = [x for x in await travel.agencies.log() if isinstance(x, PersonBoarded)]
    assert len(boarded) == 1


async def test_g1_no_boarding_while_the_logs_clock_cannot_be_read_or_is_skewed(
    travel: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T9: what cannot be read lets nobody depart."""
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    board = f"{path}/persons/{one.case}:board"

    async def unreachable(_store: PostgresStore) -> timedelta:
        raise Unavailable("the log cannot be reached")

    async def skewed(_store: PostgresStore) -> timedelta:
        return timedelta(seconds=2.5)

    monkeypatch.setattr(PostgresStore, "clock_skew", unreachable)
    answer = await travel.escort.post(board)
    assert "retry-after" in answer.headers
    refused(answer, 503)
    monkeypatch.setattr(PostgresStore, "clock_skew", skewed)
    assert refused(await travel.escort.post(board), 422)["rule"] == "G1"
    log = await travel.agencies.log()
    assert isinstance(log[-1], BoardingRefused)
    assert not any(isinstance(event, PersonBoarded) for event in log)


async def test_a_party_lists_the_manifests_of_its_own_journeys(travel: Travel) -> None:
    await travel.agencies.agreement_in_force()
    paths = [await travel.opened() for _ in range(3)]
    first = (await travel.authority.get("/v1/manifests?limit=2")).json()
    rest = (await travel.authority.get(f"/v1/manifests?after={first['next']}")).json()
    listed = [f"/v1/manifests/{row['manifest']}" for row in first["items"] + rest["items"]]
    assert (listed, rest["next"]) == (paths, None)
    other = travel.agencies.office("VEN", "central-authority", "autoridad-9")
    assert (await other.get("/v1/manifests")).json()["items"] == []
    refused(await other.get(paths[0]), 403)
    for reader in (travel.agencies.receiving_authority, travel.agencies.court):
        assert (await reader.get(paths[0])).status_code == 200
