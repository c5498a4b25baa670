"""T10 over HTTP: 252 are refused; with consent and the sending state's agreement one is sent on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.contracts.onward_transfer import (
    OnwardTransferAgreed,
    OnwardTransferCompleted,
    OnwardTransferRefused,
)
from shared.kernel.dates import utc_date
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import TERMS, Agencies, Traveller
from tests.integration.placement.test_large_headcount import in_custody

EVERYBODY = 252
CONSENT = "ef" * 32


async def test_t10_252_persons_without_consent_and_assessment_are_refused(
    agencies: Agencies,
) -> None:
    """G5: none is asked for without consent, and none leaves by the facility's own word."""
    await agencies.facility(EVERYBODY)
    custodies, wanted = await in_custody(agencies.store, EVERYBODY), {"onward": "VEN"}
    for custody in custodies:
        asked = await agencies.post(f"/custodies/{custody}:request-onward-transfer", wanted)
        assert (asked.status_code, asked.json()["rule"]) == (422, "G5"), asked.text
    left = {"at": "2025-07-18T15:00:00Z"}
    going = await agencies.post(f"/custodies/{custodies[0]}:complete-onward-transfer", left)
    assert (going.status_code, going.json()["rule"]) == (422, "G5")
    assert len(await agencies.events(OnwardTransferRefused)) == EVERYBODY + 1
    assert await agencies.events(OnwardTransferCompleted) == []


def agreed(person: Traveller, at: datetime) -> OnwardTransferAgreed:
    """What intake says once the sending state has agreed."""
    return OnwardTransferAgreed(
        case=person.case,
        person=person.person,
        agreement=TERMS,
        custody=person.custody,
        onward="VEN",
        consent=CONSENT,
        assessment="ab" * 32,
        agreed_at=at,
        ends_at=at + timedelta(hours=24),
        agreed_by="USA:central-authority:authority/one",
    )


async def waits_for_the_sender(agencies: Agencies) -> list[str]:
    page = (await agencies.get("/exceptions?limit=100", party="USA")).json()
    kind = "onward-transfer-requested"
    return [item["custody"] for item in page["items"] if item["kind"] == kind]


async def test_g5_a_person_is_sent_on_with_consent_and_the_sending_states_agreement(
    agencies: Agencies,
) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    custody, now = f"/custodies/{person.custody}", datetime.now(UTC)
    consent = {"document": CONSENT, "given_on": utc_date(now - timedelta(days=1)).isoformat()}
    ask = {"onward": "VEN", "consent": consent}
    asked = await agencies.post(f"{custody}:request-onward-transfer", ask)
    assert asked.status_code == 201, asked.text
    assert await waits_for_the_sender(agencies) == [person.custody]
    leaving = f"{custody}:complete-onward-transfer"
    left = {"at": datetime.now(UTC).isoformat()}
    assert (await agencies.post(leaving, left)).json()["rule"] == "G5"
    await agencies.intake.say(agreed(person, now))
    listed = "/onward-transfers?status=authorised&facility=cecot"
    (row,) = (await agencies.until(listed, lambda page: page["items"]))["items"]
    assert (row["custody"], row["onward"], row["sending"]) == (person.custody, "VEN", "USA")
    assert await waits_for_the_sender(agencies) == []
    done = await agencies.post(leaving, left)
    assert (done.status_code, done.json()["onward"]) == (201, "VEN")
    shown = (await agencies.get(custody)).json()
    assert (shown["status"], shown["responsible_state"]) == ("onward-transferred", "VEN")
    located = (await agencies.locate(person.person)).json()
    assert located["says"] == "sent on from custody in cecot, responsible: VEN"
    assert (await agencies.get("/facilities/cecot/occupancy")).json()["available"] == 1
    assert (await agencies.get("/onward-transfers", party="VEN")).json()["items"] == []
