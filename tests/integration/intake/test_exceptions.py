"""What waits for an office over HTTP: since when, by when, and until somebody has acted."""

from datetime import timedelta
from typing import Any

from shared.ledger.machine import SystemClock
from tests.integration.intake.agencies import FACTS, PAPER, Agencies, Office, made, refused
from tests.integration.intake.test_assurances import assurance
from tests.integration.intake.test_who_is_who import identity
from tests.integration.intake.travel import DEPARTED, DOORS_CLOSED, Travel
from tests.support.waiting import until_read

ORDER = {"form": "oral", "received_at": "2025-03-15T22:45:00Z", "reference": "25-cv-766"}
SLV = {"kind": "country", "country": "SLV"}
PAPER_9 = {"instrument": "25-cv-766 order 9"}


async def waiting(office: Office, kind: str = "") -> list[dict[str, Any]]:
    """What an office's list says, of one kind or of all."""
    items = (await office.get("/v1/exceptions")).json()["items"]
    return [item for item in items if kind in ("", item["kind"])]


async def kinds(office: Office) -> list[str]:
    """Which kinds of exception an office's list has."""
    return [item["kind"] for item in await waiting(office)]


async def test_g2_a_hold_waits_for_its_issuer_alone_until_two_have_acted(
    agencies: Agencies,
) -> None:
    """Unverified, without a body, its body unconfirmed, its lifting asked for by one."""
    alone = agencies.office("XX", "court", "clerk-7")
    other = agencies.office("XX", "court", "district-court-8/clerk-1")
    hold = made(await alone.post("/v1/holds", {"scope": SLV, **ORDER}))["hold"]
    assert await kinds(alone) == ["hold-unverified", "hold-without-a-body"]
    (unnamed,) = await waiting(alone, "hold-without-a-body")
    assert f"/v1/holds/{hold}:name-body" in unnamed["detail"]
    made(await alone.post(f"/v1/holds/{hold}:name-body", {"body": "District-Court-9"}))
    assert await kinds(agencies.court) == [
        "hold-body-unconfirmed",
        "hold-unverified",
        "hold-without-a-body",
    ]
    assert await kinds(other) == ["hold-unverified", "hold-without-a-body"]
    assert await kinds(agencies.sending_authority) == []
    assert len(await kinds(agencies.office("XX", "auditor", "office/a"))) == 3
    made(await agencies.court.post(f"/v1/holds/{hold}:confirm-body"))
    made(await agencies.court.post(f"/v1/holds/{hold}:verify", PAPER_9))
    assert await kinds(agencies.court) == []
    made(await agencies.court.post(f"/v1/holds/{hold}:lift", PAPER_9))
    (asked,) = await waiting(agencies.other_clerk)
    assert (asked["kind"], asked["subject"]) == ("lift-unconfirmed", hold)
    made(await agencies.other_clerk.post(f"/v1/holds/{hold}:lift", PAPER_9))
    assert await kinds(agencies.other_clerk) == []


async def test_g9_d9_a_near_match_waits_for_whoever_decides_it(agencies: Agencies) -> None:
    """For the agency where it registered both, and for the court's body where that meant one."""
    first = await agencies.person()
    second = made(await agencies.sender.post("/v1/persons", identity("SYN-0002")))["person"]
    (near,) = await waiting(agencies.sender)
    assert (near["kind"], near["person"], near["other"]) == ("near-match", second, first)
    assert await kinds(agencies.sending_authority) == ["near-match"]
    assert await kinds(agencies.receiving_authority) == []
    colleague = agencies.office("USA", "intake-agency", "intake-desk-2")
    made(await colleague.post(f"/v1/persons/{second}:different-from", {"person": first}))
    assert await kinds(agencies.sender) == []

    known = {"name": "Synthetic Person 7", "birth_date": "1990-01-02"}
    meant = made(await agencies.court.post("/v1/persons:designate", known))["person"]
    third = await agencies.person(7)
    (near,) = await waiting(agencies.other_clerk)
    assert (near["person"], near["other"]) == (third, meant)
    assert (near["office"], near["body"]) == ("court", "district-court-9")
    assert await kinds(agencies.sender) == []
    apart, other = f"/v1/persons/{meant}:different-from", {"person": third}
    made(await agencies.other_clerk.post(apart, other))
    assert await kinds(agencies.other_clerk) == []


async def test_what_is_about_to_run_out_is_told_a_week_before_and_page_by_page(
    agencies: Agencies,
) -> None:
    case, person = await agencies.cleared_case()
    assert await kinds(agencies.sending_authority) == []
    now = SystemClock().now()
    soon = {**assurance(person), "until": (now + timedelta(days=3)).isoformat()}
    given = made(await agencies.sending_authority.post("/v1/assurances", soon))["assurance"]
    in_time = (now + timedelta(days=60)).date().isoformat()
    until = (now + timedelta(days=2)).date().isoformat()
    shown: list[dict[str, Any]] = []
    for day in (until, in_time, until):
        fact = {"kind": "fitness", **FACTS["fitness"], "valid_until": day}
        made(await agencies.sender.post(f"/v1/cases/{case}/facts", _said(fact)))
        shown = await waiting(agencies.sender, "assessment-runs-out")
        assert bool(shown) == (day == until)
    assert shown[0]["due_at"] == f"{until}T23:59:59Z"
    (ending,) = await waiting(agencies.court)
    assert (ending["kind"], ending["overdue"]) == ("assurance-runs-out", False)
    made(await agencies.sending_authority.post(f"/v1/assurances/{given}:end", PAPER_9))
    first = (await agencies.court.get("/v1/exceptions?limit=1")).json()
    rest = (await agencies.court.get(f"/v1/exceptions?limit=1&after={first['next']}")).json()
    assert [item["kind"] for page in (first, rest) for item in page["items"]] == [
        "assurance-end-asked",
        "assurance-runs-out",
    ]
    made(await agencies.court.post(f"/v1/assurances/{given}:end", PAPER_9))
    assert await kinds(agencies.court) == []
    made(await agencies.sender.post(f"/v1/cases/{case}:withdraw"))
    assert await kinds(agencies.sender) == []


def _said(fact: dict[str, Any]) -> dict[str, Any]:
    return {"document": PAPER, "fact": fact}


async def test_d7_a_wrongful_transfer_waits_until_a_named_person_of_each_government_knows_it(
    travel: Travel,
) -> None:
    agencies = travel.agencies
    passenger, other = await travel.cleared(2)
    path = await travel.sealed(passenger, other)
    await travel.boarded(path, passenger, other)
    made(await travel.authority.post(f"{path}/legs/1:authorise", DOORS_CLOSED))
    made(await travel.escort.post(f"{path}/legs/1:depart", DEPARTED))
    hold = await agencies.hold(SLV)

    def told(listed: dict[str, Any]) -> bool:
        return [item["kind"] for item in listed["items"]].count("wrongful-transfer") == 2

    await until_read(agencies.receiving_authority.get, "/v1/exceptions", told)
    late = await waiting(agencies.court, "came-after-departure")
    listed = {(item["case"], item["person"]) for item in late}
    assert listed == {(each.case, each.person) for each in (passenger, other)}
    recall, _ = await waiting(agencies.sending_authority, "recall-ordered")
    assert recall["due_at"] > recall["since"]
    assert await kinds(agencies.office("XX", "court", "supreme-court/clerk-1")) == []
    assert await kinds(agencies.receiving_authority) == ["wrongful-transfer"] * 2
    for case in (passenger.case, other.case):
        await _known_to_both(agencies, case)
    assert await kinds(agencies.receiving_authority) == []
    assert await kinds(agencies.sending_authority) == ["recall-ordered"] * 2
    for case in (passenger.case, other.case):
        await _brought_back(travel, f"{path}/persons/{case}")
    assert await kinds(agencies.sending_authority) == []
    await _told_until_it_is_lifted(agencies, f"/v1/holds/{hold}")


async def _told_until_it_is_lifted(agencies: Agencies, hold: str) -> None:
    made(await agencies.other_clerk.post(f"{hold}:verify", PAPER_9))
    made(await agencies.court.post(f"{hold}:lift", PAPER_9))
    assert await kinds(agencies.court) == ["came-after-departure"] * 2 + ["lift-unconfirmed"]
    made(await agencies.other_clerk.post(f"{hold}:lift", PAPER_9))
    assert await kinds(agencies.court) == []


async def _known_to_both(agencies: Agencies, case: str) -> None:
    seen, known = {"kind": "wrongful-transfer", "case": case}, "acknowledged-already"
    refused(await agencies.court.post("/v1/exceptions:acknowledge", seen), 403)
    for authority in (agencies.receiving_authority, agencies.sending_authority):
        made(await authority.post("/v1/exceptions:acknowledge", seen))
        refused(await authority.post("/v1/exceptions:acknowledge", seen), 409, known)


async def _brought_back(travel: Travel, passenger: str) -> None:
    back = {"completed_at": DEPARTED["departed_at"], "evidence": PAPER}
    made(await travel.escort.post(f"{passenger}:complete-recall", back))


async def test_g22_an_erasure_that_was_asked_for_waits_for_the_other_office(
    agencies: Agencies,
) -> None:
    person = await agencies.person()
    asked = {"reason": "registered-in-error", "document": PAPER}
    made(await agencies.sender.post(f"/v1/persons/{person}:erase", asked))
    (erasure,) = await waiting(agencies.sending_authority)
    assert (erasure["kind"], erasure["person"]) == ("erasure-unconfirmed", person)
    made(await agencies.sending_authority.post(f"/v1/persons/{person}:erase", asked))
    assert await kinds(agencies.sending_authority) == []


async def test_holds_are_listed_by_scope_issuer_and_state(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    agreement = {"kind": "agreement", "agreement": "usa-slv-2025"}
    first = await agencies.hold(agreement)
    second = await agencies.hold(SLV)
    made(await agencies.other_clerk.post(f"/v1/holds/{second}:verify", PAPER_9))
    made(await agencies.court.post(f"/v1/holds/{second}:lift", PAPER_9))

    async def listed(query: str) -> list[str]:
        answer = (await agencies.sender.get(f"/v1/holds?{query}")).json()
        return [hold["hold"] for hold in answer["items"]]

    assert await listed("agreement=usa-slv-2025") == [first]
    assert await listed("state=unverified") == [first]
    assert await listed("state=verified&office=court&issued_by=XX") == [second]
    assert await listed("state=to-be-lifted&country=SLV") == [second]
    assert await listed("office=consulate") == []
    assert await listed("flight=01890a5d-ac96-774b-bcce-b302099a8057") == []
    made(await agencies.other_clerk.post(f"/v1/holds/{second}:lift", PAPER_9))
    assert await listed("state=lifted") == [second]
    assert await listed("state=to-be-lifted") == []
