"""Two pairs of states, three agreements: what stops one of them touches no other (G3, G8, G23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.intake.agencies import (
    FACTS,
    IN_FORCE_TODAY,
    PAPER,
    PROPOSED_AT,
    Agencies,
    made,
    refused,
)

CONVICTED, HOME, ELSEWHERE = "usa-slv-2025", "usa-slv-home", "gbr-rwa-2025"
TOMORROW = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
NOTE = {"reference": "note-7"}
TERMS = {
    CONVICTED: IN_FORCE_TODAY.replace(
        b"excluded_nationalities: []", b"excluded_nationalities: [NIC]"
    ),
    HOME: IN_FORCE_TODAY.replace(b"agreement: usa-slv-2025", b"agreement: usa-slv-home").replace(
        b"    - third-country ", b"    # third-country "
    ),
    ELSEWHERE: IN_FORCE_TODAY.replace(b"agreement: usa-slv-2025", b"agreement: gbr-rwa-2025")
    .replace(b"sending: USA", b"sending: GBR")
    .replace(b"receiving: SLV", b"receiving: RWA")
    .replace(b"facility: cecot", b"facility: hope-house")
    .replace(b"America/El_Salvador", b"Africa/Kigali"),
}
STATES = {CONVICTED: ("USA", "SLV"), HOME: ("USA", "SLV"), ELSEWHERE: ("GBR", "RWA")}


class Pairs:
    """The offices of both pairs of states."""

    def __init__(self, agencies: Agencies) -> None:
        self.agencies = agencies
        self.people = 0

    def authority(self, state: str) -> Any:  # noqa: ANN401 - an office
        return self.agencies.office(state, "central-authority", f"{state.lower()}/authority")

    def desk(self, agreement: str) -> Any:  # noqa: ANN401 - an office
        return self.agencies.office(STATES[agreement][0], "intake-agency", "desk/clerk")

    async def agreed(self, agreement: str) -> None:
        """Its own two states sign it, and no other."""
        proposer, _ = states = STATES[agreement]
        made(await self.authority(proposer).post("/v1/agreements", TERMS[agreement]))
        path = f"/v1/agreements/{agreement}/signatures"
        for state in {"USA", "SLV", "GBR", "RWA"} - {*states}:
            signed = self.agencies.signature(TERMS[agreement], state)
            refused(await self.authority(state).post(path, signed), 403, "acts-only-for-itself")
        for state in states:
            signed = self.agencies.signature(TERMS[agreement], state)
            made(await self.authority(state).post(path, signed))

    async def case(
        self, agreement: str, nationality: str = "VEN", person: str | None = None
    ) -> tuple[str, str]:
        """A person with every fact that the agreement asks for; gives the case, and the person."""
        desk, (sending, receiving) = self.desk(agreement), STATES[agreement]
        person = person or await self._person(desk)
        kind = "repatriation" if agreement == HOME else "third-country"
        body = {"person": person, "agreement": agreement, "kind": kind, "proposed_at": PROPOSED_AT}
        case = str(made(await desk.post("/v1/cases", body))["case"])
        held = ["SLV"] if agreement == HOME else [nationality]
        for name, content in FACTS.items():
            fact = {"kind": name, **content}
            if name == "nationality":
                fact["nationalities"] = held
            if name == "risk-assessment":
                fact["destination"] = receiving
            signer = self.authority(sending) if name == "risk-assessment" else desk
            shown = {"document": PAPER, "fact": fact}
            made(await signer.post(f"/v1/cases/{case}/facts", shown))
        made(await self.authority(receiving).post(f"/v1/cases/{case}:accept", {"document": PAPER}))
        return case, person

    async def _person(self, desk: Any) -> str:  # noqa: ANN401 - an office
        self.people += 1
        identity = {
            "name": f"Synthetic Several {self.people}",
            "birth_date": f"19{60 + self.people}-01-02",
            "sex": "male",
            "documents": [
                {"kind": "passport", "number": f"SEV-{self.people:04}", "issued_by": "VEN"}
            ],
        }
        return str(made(await desk.post("/v1/persons", identity))["person"])

    async def stops(self, agreement: str, case: str, title: str) -> None:
        """Nobody is cleared there, and the problem says why."""
        refused(await self.desk(agreement).post(f"/v1/cases/{case}:clear"), 422, title)

    async def clears(self, agreement: str, case: str) -> None:
        made(await self.desk(agreement).post(f"/v1/cases/{case}:clear"))


async def test_what_stops_one_of_three_agreements_touches_no_other(agencies: Agencies) -> None:
    pairs = Pairs(agencies)
    for agreement in STATES:
        await pairs.agreed(agreement)
    await _a_suspension_is_of_one(pairs)
    await _an_order_on_an_agreement_is_of_one(pairs)
    await _who_is_admitted_is_each_ones_own(pairs)
    await _a_journey_is_of_one(pairs)
    await _an_order_on_a_person_is_of_all(pairs)


async def _a_suspension_is_of_one(pairs: Pairs) -> None:
    """G23: the same two states have another agreement, which goes on."""
    cases = {agreement: (await pairs.case(agreement))[0] for agreement in STATES}
    made(await pairs.authority("USA").post(f"/v1/agreements/{CONVICTED}:suspend", NOTE))
    refused(
        await pairs.authority("GBR").post(f"/v1/agreements/{CONVICTED}:suspend", NOTE),
        403,
        "acts-only-for-itself",
    )
    await pairs.stops(CONVICTED, cases[CONVICTED], "agreement-is-suspended")
    await pairs.clears(HOME, cases[HOME])
    await pairs.clears(ELSEWHERE, cases[ELSEWHERE])
    made(await pairs.authority("USA").post(f"/v1/agreements/{CONVICTED}:resume", NOTE))
    await pairs.clears(CONVICTED, cases[CONVICTED])


async def _an_order_on_an_agreement_is_of_one(pairs: Pairs) -> None:
    """G3: an order against an agreement matches whoever goes under it, and nobody else."""
    cases = {agreement: (await pairs.case(agreement))[0] for agreement in STATES}
    hold = await pairs.agencies.hold({"kind": "agreement", "agreement": ELSEWHERE})
    await pairs.stops(ELSEWHERE, cases[ELSEWHERE], "hold-stands-against-departure")
    shown = (await pairs.desk(ELSEWHERE).get(f"/v1/cases/{cases[ELSEWHERE]}")).json()
    assert [finding["evidence"] for finding in shown["findings"]] == [f"hold/{hold}"]
    await pairs.clears(CONVICTED, cases[CONVICTED])
    await pairs.clears(HOME, cases[HOME])


async def _who_is_admitted_is_each_ones_own(pairs: Pairs) -> None:
    """G8: one excludes nationals of a country, and one admits other kinds of case."""
    case, _ = await pairs.case(CONVICTED, nationality="NIC")
    await pairs.stops(CONVICTED, case, "not-admitted")
    _, person = await pairs.case(HOME)
    third = {"person": person, "agreement": HOME, "kind": "third-country"}
    answer = await pairs.desk(HOME).post("/v1/cases", third)
    assert answer.status_code in (409, 422), answer.text


async def _a_journey_is_of_one(pairs: Pairs) -> None:
    """Nobody travels on a manifest of another agreement, though it be of the same two states."""
    leg = {"origin": "USA", "destination": "SLV", "planned_departure": f"{TOMORROW}T02:10:00Z"}
    journey = {"agreement": CONVICTED, "facility": "cecot", "legs": [leg]}
    opened = made(await pairs.authority("USA").post("/v1/manifests", journey))
    path = f"/v1/manifests/{opened['manifest']}/persons"
    case, _ = await pairs.case(HOME)
    await pairs.clears(HOME, case)
    problem = refused(await pairs.authority("USA").post(path, {"case": case}), 422)
    (found,) = problem["findings"]
    assert (
        found["rule"],
        found["missing"].endswith(f"a case under {CONVICTED}, not another agreement"),
    ) == ("G1", True)
    own, _ = await pairs.case(CONVICTED)
    await pairs.clears(CONVICTED, own)
    made(await pairs.authority("USA").post(path, {"case": own}))


async def _an_order_on_a_person_is_of_all(pairs: Pairs) -> None:
    """G2: whoever may not depart may not under any agreement."""
    first, person = await pairs.case(CONVICTED)
    await pairs.agencies.hold({"kind": "person", "person": person})
    await pairs.stops(CONVICTED, first, "hold-stands-against-departure")
    made(await pairs.desk(CONVICTED).post(f"/v1/cases/{first}:withdraw", {}))
    second, _ = await pairs.case(HOME, person=person)
    await pairs.stops(HOME, second, "hold-stands-against-departure")
