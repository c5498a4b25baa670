"""What two states share is read by them and by independent offices; a third state reads its own."""

import pytest

from tests.integration.intake.agencies import Agencies, made, refused

AGREEMENT = "/v1/agreements/usa-slv-2025"


async def test_an_agreement_is_read_by_its_two_states_and_independent_offices(
    agencies: Agencies,
) -> None:
    await agencies.propose_agreement()
    third = agencies.office("VEN", "central-authority", "autoridad-1")

    for reader in (agencies.sending_authority, agencies.receiving_authority, agencies.court):
        assert (await reader.get(AGREEMENT)).status_code == 200
    refused(await third.get(AGREEMENT), 403, "acts-only-for-itself")


async def test_a_hold_on_a_person_is_read_by_the_states_of_a_case_and_independent_offices(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    person = await agencies.person()
    hold = f"/v1/holds/{await agencies.hold({'kind': 'person', 'person': person})}"
    third = agencies.office("VEN", "consulate", "consul-1")
    refused(await agencies.receiving_authority.get(hold), 403, "acts-only-for-itself")

    await agencies.case(person)

    for reader in (agencies.sender, agencies.receiving_authority, agencies.court):
        assert (await reader.get(hold)).status_code == 200
    refused(await third.get(hold), 403, "acts-only-for-itself")


async def test_a_hold_on_a_person_is_read_by_its_issuer(agencies: Agencies) -> None:
    order = {
        "scope": {"kind": "person", "person": await agencies.person()},
        "form": "written",
        "received_at": "2025-03-15T22:45:00Z",
        "reference": "nota-7",
    }
    consulate = agencies.office("VEN", "consulate", "consul-1")
    hold = made(await consulate.post("/v1/holds", order))["hold"]

    assert (await consulate.get(f"/v1/holds/{hold}")).status_code == 200


@pytest.mark.parametrize("party", ["USA", "SLV", "VEN"])
async def test_a_hold_on_a_country_names_nobody_and_is_read_by_every_state(
    agencies: Agencies, party: str
) -> None:
    hold = await agencies.hold({"kind": "country", "country": "SLV"})
    reader = agencies.office(party, "central-authority", "somebody")

    assert (await reader.get(f"/v1/holds/{hold}")).status_code == 200
