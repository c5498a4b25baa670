"""F10 over HTTP: a facility is mended to the agreed time zone, and keeps what it had."""

import msgspec

from shared.contracts.agreement import AgreedFacility, Parties
from shared.contracts.facility import FacilityAgreed
from shared.contracts.intake import AgreementActivated
from shared.contracts.placement import PlaceRefused
from shared.kernel.ids import FacilityId
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, CUSTODIAN, Agencies, Traveller
from tests.support.intake_log import DOCUMENT

TOKYO = "Asia/Tokyo"
TERMS = msgspec.structs.replace(
    DOCUMENT,
    agreement="usa-slv-2025",
    version=1,
    parties=Parties("USA", "SLV"),
    facilities=(AgreedFacility(FacilityId(CECOT), TOKYO),),
)
"""It names a zone that the facility is not registered in."""


async def test_f10_a_registrar_is_told_what_to_do_and_does_it(agencies: Agencies) -> None:
    await agencies.facility(9, own=2)
    person = Traveller(new_id())
    active = AgreementActivated(agreement=TERMS.ref, digest="0" * 64, document=TERMS)
    await agencies.intake.say(active, person.manifested(), person.offered())
    await agencies.until_recorded(FacilityAgreed)
    (refused,) = await agencies.until_recorded(PlaceRefused)
    assert isinstance(refused, PlaceRefused)
    assert (refused.refusal.rule, refused.refusal.reason) == ("F10", "FacilityInAnotherZone")
    await agencies.until(f"/custodies/{person.custody}", lambda row: row["offer"])
    kept = await agencies.accept(person, custodian=CUSTODIAN)
    assert (kept.status_code, kept.json()["rule"]) == (422, "F10")
    assert f"have SLV register it anew in {TOKYO}" in kept.json()["detail"]

    elsewhere = {"facility": CECOT, "timezone": "Europe/Berlin"}
    wrong = await agencies.post("/facilities", elsewhere)
    assert (wrong.status_code, wrong.json()["rule"]) == (422, "F10")
    assert f"{TOKYO} by usa-slv-2025" in wrong.json()["detail"]
    mended = await agencies.post("/facilities", elsewhere | {"timezone": TOKYO})
    assert mended.status_code == 201, mended.text
    row = (await agencies.get(f"/facilities/{CECOT}/occupancy")).json()
    assert (row["timezone"], row["approved_capacity"], row["own_population"]) == (TOKYO, 9, 2)
    taken = await agencies.accept(person, accepted_at="2025-03-16T16:00:00Z")
    assert taken.status_code == 201
    stay = (await agencies.get(f"/custodies/{person.custody}")).json()
    assert stay["arrived_on"] == "2025-03-17", "the night's date in Tokyo"
    assert (await agencies.post("/facilities", elsewhere)).status_code == 409
