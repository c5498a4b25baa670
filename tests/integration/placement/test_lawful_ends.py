"""G15: every custody has a lawful end; near it and past it the offices are told, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import msgspec

from shared.contracts.lawful_end import CustodyTerm, LawfulEnd
from shared.contracts.overstay import LawfulEndRefused, OverstayDetected
from shared.kernel.dates import utc_date
from shared.ledger.machine import SystemClock, new_id
from tests.integration.placement.agencies import JUDGMENT, Agencies, Traveller

TODAY = utc_date(SystemClock().now())
DAY = timedelta(days=1)
READ = "/exceptions"


def ending(end: LawfulEnd | None) -> Traveller:
    """Somebody who is handed over with this end."""
    traveller = Traveller(new_id())
    traveller.term = CustodyTerm(return_margin_days=30, lawful_end=end)
    return traveller


def said(page: Any, who: Traveller) -> set[str]:  # noqa: ANN401 - any JSON value
    """The kinds of exception of one person's lawful end."""
    kinds = {item["kind"] for item in page["items"] if item.get("custody") == who.custody}
    return {kind for kind in kinds if "end" in kind or kind == "overstay"}


def of(page: Any, who: Traveller, kind: str) -> Any:  # noqa: ANN401 - any JSON value
    return next(
        item for item in page["items"] if (item.get("custody"), item["kind"]) == (who.custody, kind)
    )


async def decide(agencies: Agencies, who: Traveller, **changed: Any) -> httpx.Response:  # noqa: ANN401 - any JSON value
    """A court says until when somebody may be held."""
    body = {
        "ends_on": str(TODAY + 400 * DAY),
        "issued_by": "District Court 9",
        "reference": "25-cv-766",
        "decided_on": str(TODAY - DAY),
        "document": "cd" * 32,
    }
    by = {name: changed.pop(name) for name in ("office", "party") if name in changed}
    path = f"/custodies/{who.custody}:set-lawful-end"
    return await agencies.post(path, body | changed, **{"office": "court", "party": "XX", **by})


async def arrived(agencies: Agencies) -> tuple[Traveller, Traveller, Traveller, Any]:
    """One whose end has passed, one whose end is near, one without an end; and the exceptions."""
    ended = msgspec.structs.replace(JUDGMENT, ends_on=TODAY - 3 * DAY)
    soon = msgspec.structs.replace(JUDGMENT, ends_on=TODAY + 5 * DAY)
    over, near, without = ending(ended), ending(soon), ending(None)
    await agencies.facility(9)
    await agencies.arrive(over, near, without)
    page = await agencies.until(
        READ,
        lambda page: (
            (said(page, over), said(page, near), said(page, without))
            == ({"overstay"}, {"lawful-end-near"}, {"lawful-end-missing"})
        ),
    )
    return over, near, without, page


async def test_g15_a_lawful_end_is_awaited_passed_and_changed_by_who_may(
    agencies: Agencies,
) -> None:
    over, near, without, page = await arrived(agencies)
    alarm = of(page, over, "overstay")
    assert (alarm["lawful_end"], alarm["overstay_days"]) == (str(TODAY - 3 * DAY), 3)
    assert alarm["lawful_end_reference"] == JUDGMENT.reference
    assert of(page, near, "lawful-end-near")["return_by"] == str(TODAY - 25 * DAY)
    assert "nobody has said until when" in of(page, without, "lawful-end-missing")["detail"]
    assert (await agencies.entries(OverstayDetected))[0].actor == "XX:ops:placement-clock"
    for party in ("USA", "VEN"):
        items = (await agencies.get(READ, party=party)).json()["items"]
        assert (alarm in items) == (party == "USA")
    await put_off_by_name_alone(agencies, over)
    await all_are_listed(agencies, over)
    assert (await decide(agencies, without)).status_code == httpx.codes.CREATED
    left = {"kind": "released", "at": SystemClock().now().isoformat()}
    await agencies.post(f"/custodies/{near.custody}:exit", left)
    page = (await agencies.get(READ)).json()
    assert [said(page, who) for who in (over, near, without)] == [set(), set(), set()]


async def put_off_by_name_alone(agencies: Agencies, over: Traveller) -> None:
    """Neither by who holds the person, nor by the other state, nor by a later day beside it."""
    jailer = await decide(agencies, over, office="facility-registry", party="SLV")
    assert jailer.status_code == httpx.codes.FORBIDDEN
    replaces = {"issued_by": JUDGMENT.issued_by, "reference": JUDGMENT.reference}
    theirs = {"office": "central-authority", "party": "SLV", "replaces": replaces}
    refused = await decide(agencies, over, **theirs)
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY, refused.text
    assert len(await agencies.events(LawfulEndRefused)) == 1
    assert (await decide(agencies, over)).json()["lawful_end"] == str(TODAY - 3 * DAY)
    page = (await agencies.get(READ)).json()
    assert said(page, over) == {"overstay", "lawful-ends-disagree"}
    put_off = await decide(agencies, over, reference="25-cv-801", replaces=replaces)
    assert put_off.json()["lawful_end"] == str(TODAY + 400 * DAY)
    assert said((await agencies.get(READ)).json(), over) == set()
    row = (await agencies.get(f"/custodies/{over.custody}")).json()
    assert (row["lawful_end"], row["overstay_days"]) == (str(TODAY + 400 * DAY), None)


async def all_are_listed(agencies: Agencies, over: Traveller) -> None:
    """What was replaced too, in pages, and for no third state."""
    listed = await agencies.get(f"/lawful-ends?custody={over.custody}&limit=2")
    first = listed.json()
    rest = await agencies.get(f"/lawful-ends?custody={over.custody}&after={first['next']}")
    decisions = [*first["items"], *rest.json()["items"]]
    assert [(row["reference"], row["stands"]) for row in decisions] == [
        ("CR-2019-77", False),
        ("25-cv-766", True),
        ("25-cv-801", True),
    ]
    assert (await agencies.get("/lawful-ends", party="VEN")).json()["items"] == []
