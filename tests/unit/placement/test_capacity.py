"""G19: a facility's capacity is what two subjects of its state agreed on."""

from datetime import date

import pytest

from services.placement.domain.facility.agree_facility import (
    AGREE_FACILITY,
    AgreeFacility,
    FacilityAgreedAlready,
)
from services.placement.domain.facility.approve_capacity import (
    CapacityBelowOccupancy,
    CapacityNeedsTwoSubjects,
    NoSuchProposal,
)
from services.placement.domain.facility.propose_capacity import CapacityAlreadyProposed
from services.placement.domain.facility.register_facility import (
    REGISTER_FACILITY,
    FacilityAlreadyRegistered,
    FacilityNeedsAState,
    RegisterFacility,
)
from services.placement.domain.facility.report_own_population import (
    CountedInTheFuture,
    NewerCountStands,
)
from services.placement.domain.facility.state import (
    FacilityIsUnknown,
    FacilityOfOthers,
    NotThisFacilitysState,
    evolve,
)
from shared.contracts.facility import CapacityRefused
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.ids import AgreementRef
from tests.support.two_subjects import spelt_otherwise
from tests.unit.placement.story import (
    AUTHORITY,
    CECOT,
    NIGHT,
    NOW,
    REGISTRY,
    SENDER,
    TERMS,
    ZONE,
    Story,
)


def register(story: Story, actor: Actor = REGISTRY) -> None:
    command = RegisterFacility(facility=CECOT, actor=actor, now=NOW, timezone=ZONE)
    story.decide(REGISTER_FACILITY, command)


def test_a_facility_stands_in_the_state_that_registers_it(story: Story) -> None:
    register(story)
    assert (story.site.country, story.site.timezone) == ("SLV", ZONE)


def test_a_facility_is_registered_once(story: Story) -> None:
    register(story)
    with pytest.raises(FacilityAlreadyRegistered, match="in SLV"):
        register(story, SENDER)


THIRD = Actor("VEN", "facility-registry", "somebody")


def agree(story: Story, country: str = "SLV", agreement: AgreementRef = TERMS) -> None:
    command = AgreeFacility(
        facility=CECOT, agreement=agreement, country=country, timezone=ZONE, begins=NIGHT
    )
    story.decide(AGREE_FACILITY, command)


def test_a_third_state_that_was_first_does_not_block_the_name_that_two_states_agreed_on(
    story: Story,
) -> None:
    register(story, THIRD)
    story.propose(7, THIRD)
    story.approve(7, Actor("VEN", "central-authority", "somebody-else"))
    agree(story)
    with pytest.raises(FacilityOfOthers, match="of SLV"):
        register(story, THIRD)
    register(story)
    assert (story.site.country, story.site.approved, story.site.proposal) == ("SLV", 0, None)
    with pytest.raises(FacilityAlreadyRegistered):
        register(story)
    with pytest.raises(NotThisFacilitysState):
        story.propose(9, THIRD)


def test_a_facility_that_an_agreement_names_is_registered_by_its_receiving_state_alone(
    story: Story,
) -> None:
    agree(story)
    with pytest.raises(FacilityOfOthers):
        register(story, SENDER)
    story.facility(5)
    assert (story.site.agreed, story.site.available) == ("SLV", 5)


def test_a_name_is_agreed_once_and_what_its_state_did_stays(story: Story) -> None:
    story.facility(5)
    agree(story)
    assert story.site.available == 5
    with pytest.raises(FacilityAgreedAlready):
        agree(story)
    with pytest.raises(FacilityOfOthers, match="earlier agreement"):
        agree(story, "VEN", AgreementRef("usa-ven-2025@1"))


def test_an_independent_office_has_no_facilities(story: Story) -> None:
    with pytest.raises(FacilityNeedsAState):
        register(story, Actor(INDEPENDENT, "facility-registry", "somebody"))


def test_cecot_has_25468_places_for_the_agreement(story: Story) -> None:
    story.facility(40_000, own=14_532)
    assert story.site.available == 25_468


def test_a_proposed_capacity_changes_nothing_before_it_is_approved(story: Story) -> None:
    story.facility(10)
    story.propose(20)
    assert story.site.available == 10


def test_a_change_of_capacity_needs_two_subjects(story: Story) -> None:
    story.facility(10)
    story.propose(20)
    same_person = Actor("SLV", "central-authority", REGISTRY.subject)
    with pytest.raises(CapacityNeedsTwoSubjects) as refused:
        story.approve(20, same_person)
    assert refused.value.refusal.rule == "G19"
    assert story.events[-1] == CapacityRefused(
        facility=CECOT, places=20, refusal=refused.value.refusal
    )
    assert story.site.approved == 10
    with pytest.raises(CapacityNeedsTwoSubjects):
        story.approve(20, spelt_otherwise(REGISTRY, "central-authority"))


def test_a_capacity_below_what_is_taken_is_refused_and_the_refusal_recorded(story: Story) -> None:
    story.facility(10, own=4).hold(1, 2)
    story.reserve(3)
    story.propose(6)
    with pytest.raises(CapacityBelowOccupancy, match="7 places are taken") as refused:
        story.approve(6)
    assert [finding.missing for finding in refused.value.findings] == [
        "4 own population",
        "1 reserved",
        "2 in custody",
    ]
    assert isinstance(story.events[-1], CapacityRefused)
    story.propose(7)
    story.approve(7)
    assert story.site.available == 0


def test_only_what_was_proposed_can_be_approved(story: Story) -> None:
    story.facility(10)
    with pytest.raises(NoSuchProposal, match="nothing is proposed"):
        story.approve(10)
    story.propose(20)
    with pytest.raises(NoSuchProposal, match="20 places are proposed"):
        story.approve(30)


def test_proposing_the_same_twice_is_a_conflict_and_another_number_replaces_it(
    story: Story,
) -> None:
    story.facility(10)
    story.propose(20)
    with pytest.raises(CapacityAlreadyProposed):
        story.propose(20)
    story.propose(30)
    story.approve(30)
    assert story.site.approved == 30


def test_each_state_speaks_for_its_own_facilities_only(story: Story) -> None:
    story.facility(10)
    with pytest.raises(NotThisFacilitysState, match="USA cannot"):
        story.propose(20, SENDER)
    story.propose(20)
    with pytest.raises(NotThisFacilitysState):
        story.approve(20, Actor("USA", "central-authority", "usa-authority"))


def test_a_capacity_of_an_unknown_facility_is_unknown(story: Story) -> None:
    with pytest.raises(FacilityIsUnknown):
        story.propose(20)
    with pytest.raises(FacilityIsUnknown):
        story.approve(20, AUTHORITY)
    with pytest.raises(FacilityIsUnknown):
        story.own(20)


def test_places_available_are_never_below_zero(story: Story) -> None:
    story.facility(10).own(12)
    assert story.site.available == 0


def test_an_older_count_of_the_own_population_does_not_replace_a_newer_one(story: Story) -> None:
    story.facility(10).own(5, date(2025, 3, 16))
    with pytest.raises(NewerCountStands):
        story.own(9, date(2025, 3, 15))
    with pytest.raises(NewerCountStands):
        story.own(5, date(2025, 3, 16))
    story.own(6, date(2025, 3, 16))
    assert story.site.own_population == 6


def test_an_own_population_is_counted_in_the_facilitys_own_time_zone(story: Story) -> None:
    story.facility(10).own(5, date(2026, 1, 1))
    with pytest.raises(CountedInTheFuture):
        story.own(6, date(2026, 1, 2))


def test_an_event_of_something_else_leaves_the_counters_alone(story: Story) -> None:
    story.facility(10)
    refusal = CapacityNeedsTwoSubjects("").refusal
    refused = CapacityRefused(facility=CECOT, places=1, refusal=refusal)
    assert evolve(story.site, refused) == story.site
