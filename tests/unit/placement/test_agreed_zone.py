"""F10: the night of arrival is a date in one time zone, the one that the agreement names."""

from __future__ import annotations

from datetime import date

import pytest

from services.placement.domain.facility import agreed_zone
from services.placement.domain.facility.agree_facility import AGREE_FACILITY, AgreeFacility
from services.placement.domain.facility.agreed_zone import FacilityInAnotherZone
from services.placement.domain.facility.register_facility import (
    REGISTER_FACILITY,
    FacilityAlreadyRegistered,
    RegisterFacility,
)
from shared.contracts.facility import FacilityRegistered
from shared.contracts.placement import (
    CustodyAccepted,
    HandoverRefused,
    PlaceRefused,
    PlaceReserved,
)
from shared.kernel.dates import ONE_DAY
from shared.kernel.ids import AgreementRef
from shared.kernel.reference.faults import zone_of
from tests.support.version_of_a_day import Question, each
from tests.unit.placement.story import CECOT, NIGHT, NOW, REGISTRY, TERMS, ZONE, Story

TOKYO = "Asia/Tokyo"
LATER = NOW.date() + ONE_DAY
AMENDED, OTHER = AgreementRef("usa-slv-2025@2"), AgreementRef("can-slv-2026@1")


def agree(
    story: Story,
    timezone: str = ZONE,
    agreement: AgreementRef = TERMS,
    begins: date = NIGHT,
) -> None:
    command = AgreeFacility(
        facility=CECOT, agreement=agreement, country="SLV", timezone=timezone, begins=begins
    )
    story.decide(AGREE_FACILITY, command)


def register(story: Story, timezone: str = ZONE) -> FacilityRegistered:
    command = RegisterFacility(facility=CECOT, actor=REGISTRY, now=NOW, timezone=timezone)
    (registered,) = story.decide(REGISTER_FACILITY, command)
    assert isinstance(registered, FacilityRegistered)
    return registered


def refused(story: Story, number: int = 1) -> PlaceRefused:
    (said,) = story.reserve(number)
    assert isinstance(said, PlaceRefused), said
    assert (said.refusal.rule, said.refusal.reason) == ("F10", "FacilityInAnotherZone")
    return said


def test_f10_a_facility_is_registered_in_the_agreed_zone_alone(story: Story) -> None:
    agree(story)
    with pytest.raises(FacilityInAnotherZone, match=f"{ZONE} by usa-slv-2025") as said:
        register(story, TOKYO)
    assert "register it there, or amend the agreement" in str(said.value)
    assert register(story).instead_of is None


def test_f10_an_agreement_that_comes_later_stops_places_until_it_is_registered_anew(
    story: Story,
) -> None:
    register(story, TOKYO)
    story.propose(5)
    story.approve(5)
    story.reported()
    agree(story)
    no_place = refused(story)
    assert "register it anew in America/El_Salvador" in no_place.refusal.detail
    assert no_place.refusal.findings[0].missing == (
        f"one time zone: registered {TOKYO}, agreed {ZONE}"
    )
    assert register(story).instead_of == TOKYO
    assert story.site.approved == 5, "a zone is mended, and nothing else is lost"
    assert isinstance(story.reserve(1)[0], PlaceReserved)
    with pytest.raises(FacilityAlreadyRegistered, match="already, in SLV"):
        register(story)


def test_f10_a_zone_that_nobody_agreed_on_is_mended_as_long_as_it_dates_no_night(
    story: Story,
) -> None:
    assert [register(story, zone).instead_of for zone in (TOKYO, ZONE)] == [None, TOKYO]
    story.propose(5)
    story.approve(5)
    story.reported()
    story.hold(1)
    with pytest.raises(FacilityAlreadyRegistered, match="people were in custody there"):
        register(story, "UTC")


def test_f10_a_zone_that_dates_nights_stays_and_the_amendment_gives_way(story: Story) -> None:
    """Its version gives way to the next one: nobody's nights become other dates."""
    agree(story)
    story.facility(5).hold(1)
    story.offer(2)
    agree(story, TOKYO, AMENDED)
    assert f"amend the agreement to {ZONE}" in refused(story, 3).refusal.detail
    with pytest.raises(FacilityAlreadyRegistered):
        register(story, TOKYO)
    (accepted,) = story.accept(2)
    assert isinstance(accepted, CustodyAccepted), "D6: the version that they departed under binds"
    assert (accepted.timezone, accepted.arrived_on) == (ZONE, NIGHT)
    agree(story, ZONE, AgreementRef("usa-slv-2025@3"))
    assert isinstance(story.reserve(3)[0], PlaceReserved)


def test_f10_who_arrives_without_a_place_is_not_taken_in_by_another_zones_dates(
    story: Story,
) -> None:
    register(story, TOKYO)
    story.propose(5)
    story.approve(5)
    story.reported()
    agree(story)
    story.offer(1)
    with pytest.raises(FacilityInAnotherZone):
        story.accept(1)
    assert isinstance(story.events[-1], HandoverRefused)
    register(story)
    (accepted,) = story.accept(1)
    assert isinstance(accepted, CustodyAccepted)
    assert accepted.timezone == ZONE


def test_f10_two_agreements_with_two_zones_get_one_of_them(story: Story) -> None:
    agree(story, TOKYO, OTHER)
    agree(story)
    with pytest.raises(FacilityInAnotherZone, match="Asia/Tokyo by can-slv-2026, America/El_Sal"):
        register(story, "UTC")
    story.registered(REGISTRY)
    story.propose(5)
    story.approve(5)
    story.reported()
    assert isinstance(story.reserve(1)[0], PlaceReserved)
    with pytest.raises(FacilityAlreadyRegistered):
        register(story, TOKYO)
    broken = agreed_zone.another_zone(CECOT, story.site, OTHER, NIGHT)
    assert broken is not None
    assert f"can-slv-2026 names {TOKYO}" in str(broken)


def test_f10_another_name_of_the_zone_is_the_zone(story: Story) -> None:
    """A code that was renamed since it was signed names the same clock."""
    agree(story, "Asia/Calcutta")
    register(story, "Asia/Kolkata")
    story.propose(5)
    story.approve(5)
    story.reported()
    assert isinstance(story.reserve(1)[0], PlaceReserved)
    assert zone_of("Asia/Calcutta") == zone_of("Asia/Kolkata") != zone_of(ZONE) == ZONE
    with pytest.raises(FacilityAlreadyRegistered):
        register(story, "Asia/Calcutta")


def test_d6_an_amendment_that_is_signed_early_moves_no_zone_before_it_begins(story: Story) -> None:
    agree(story)
    story.facility(5)
    agree(story, TOKYO, AMENDED, begins=LATER)
    assert isinstance(story.reserve(1)[0], PlaceReserved)
    with pytest.raises(FacilityAlreadyRegistered):
        register(story, TOKYO)
    on = {day: agreed_zone.in_force(story.site, day) for day in (NIGHT, LATER)}
    assert on == {NIGHT: {"usa-slv-2025": ZONE}, LATER: {"usa-slv-2025": TOKYO}}
    broken = agreed_zone.another_zone(CECOT, story.site, TERMS, LATER)
    assert broken is not None
    assert f"register it anew in {TOKYO}" in str(broken)


def test_d6_a_version_that_is_signed_after_the_next_one_does_not_bind_instead_of_it() -> None:
    story = Story()
    agree(story, ZONE, AgreementRef("usa-slv-2025@3"))
    agree(story, TOKYO, AgreementRef("usa-slv-2025@2"))
    assert agreed_zone.in_force(story.site, NIGHT) == {"usa-slv-2025": ZONE}


@each
def test_d6_the_zone_of_a_day_is_that_of_the_version_of_the_day(asked: Question) -> None:
    """Before any version has begun the first to begin says where nights will be dates."""
    story = Story()
    signed = [term for term in asked.terms if term.signed_by_both]
    for term in signed:
        name = AgreementRef(f"usa-slv-2025@{term.version}")
        agree(story, f"Zone/{term.version}", name, begins=term.effective.start)
    named = agreed_zone.in_force(story.site, asked.day)
    if asked.in_force is not None:
        assert named == {"usa-slv-2025": f"Zone/{asked.in_force}"}
    assert bool(named) == bool(signed)
