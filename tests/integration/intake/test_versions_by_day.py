"""Which version is in force today and which follows when, as a state reads it (D6)."""

from __future__ import annotations

from datetime import timedelta

from shared.ledger.machine import SystemClock
from tests.integration.intake.agencies import FACTS, IN_FORCE_TODAY, PAPER, Agencies, made, refused

TODAY = SystemClock().now().date()
SOON = TODAY + timedelta(days=40)
ENDS = TODAY + timedelta(days=400)
AGREEMENT = "/v1/agreements/usa-slv-2025"


def terms(version: int, start: object, end: object) -> bytes:
    """The first agreement as another version, with other days."""
    days = b"\n  start: 2025-03-16\n  end: 2096-03-16\n"
    assert days in IN_FORCE_TODAY
    others = f"\n  start: {start}\n  end: {end}\n".encode()
    named = IN_FORCE_TODAY.replace(b"\nversion: 1\n", f"\nversion: {version}\n".encode())
    return named.replace(days, others)


async def sign(agencies: Agencies, document: bytes) -> None:
    """A version is proposed, and both states sign it."""
    made(await agencies.sending_authority.post("/v1/agreements", document))
    await agencies.both_sign(document)


async def test_d6_an_agreement_says_what_is_in_force_today_and_what_follows_when(
    agencies: Agencies,
) -> None:
    await sign(agencies, terms(1, "2025-03-16", SOON - timedelta(days=9)))
    await sign(agencies, terms(2, SOON, ENDS))
    shown = (await agencies.court.get(AGREEMENT)).json()
    assert shown["in_force"] == "usa-slv-2025@1"
    assert shown["follows"] == [
        {"from": str(SOON - timedelta(days=9)), "in_force": None},
        {"from": str(SOON), "in_force": "usa-slv-2025@2"},
        {"from": str(ENDS), "in_force": None},
    ]
    listed = (await agencies.court.get("/v1/agreements?in_force=true")).json()
    (row,) = listed["items"]
    assert (row["proposed"], row["in_force"]) == ("usa-slv-2025@2", "usa-slv-2025@1")


async def test_d6_whoever_signs_early_works_on_under_the_version_of_the_day(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    case = await agencies.case(await agencies.person())
    await sign(agencies, terms(2, SOON, ENDS))
    for kind, content in FACTS.items():
        office = agencies.sending_authority if kind == "risk-assessment" else agencies.sender
        fact = {"document": PAPER, "fact": {"kind": kind, **content}}
        made(await office.post(f"/v1/cases/{case}/facts", fact))
    made(await agencies.receiving_authority.post(f"/v1/cases/{case}:accept", {"document": PAPER}))
    made(await agencies.sender.post(f"/v1/cases/{case}:clear"))
    shown = (await agencies.sender.get(f"/v1/cases/{case}")).json()
    assert (shown["cleared"], shown["findings"]) == (True, [])


async def test_d6_what_ended_early_is_not_in_force_by_the_longer_term_before_it(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    await sign(agencies, terms(2, TODAY - timedelta(days=30), TODAY - timedelta(days=2)))
    shown = (await agencies.court.get(AGREEMENT)).json()
    assert (shown["in_force"], shown["follows"]) == (None, [])
    assert (await agencies.court.get("/v1/agreements?in_force=true")).json()["items"] == []
    (row,) = (await agencies.court.get("/v1/agreements?in_force=false")).json()["items"]
    assert row["in_force"] is None
    body = {
        "person": await agencies.person(),
        "agreement": "usa-slv-2025",
        "kind": "third-country",
    }
    problem = refused(await agencies.sender.post("/v1/cases", body), 422, "agreement-not-in-force")
    assert "usa-slv-2025@2" in problem["detail"]
