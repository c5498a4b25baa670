"""F10: an audit finds by itself a night that is a date in another zone than the agreed one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from services.placement.domain.custody import accept_custody, reserve_place
from services.placement.domain.custody.accept_custody import ACCEPT_CUSTODY, Handover
from services.placement.domain.custody.reserve_place import RESERVE_PLACE, PlaceSought
from services.placement.domain.facility.register_facility import (
    REGISTER_FACILITY,
    RegisterFacility,
)
from shared.contracts.facility import (
    CapacityProposed,
    FacilityAgreed,
    FacilityRegistered,
)
from shared.contracts.placement import CustodyAccepted, PersonReleased, PlaceReserved
from shared.kernel.decider import Decider
from tests.support.first_agreement import first_agreement
from tests.unit.audit.names import CECOT, REGISTRY
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from services.placement.domain.facility.state import FacilityState
    from shared.kernel.event import Event

TOKYO = "Asia/Tokyo"


def registered(story: Story, timezone: str) -> None:
    story.act(
        "placement",
        REGISTER_FACILITY,
        RegisterFacility,
        REGISTRY,
        facility=CECOT,
        timezone=timezone,
    )


def amended(story: Story, version: str, timezone: str, begins: str = "") -> None:
    """The next version has the facility in this zone; placement follows it."""
    (facility,) = first_agreement()["facilities"]
    term = {**first_agreement()["effective"], **({"start": begins} if begins else {})}
    story.agreed(version=version, facilities=[{**facility, "timezone": timezone}], effective=term)
    story.world.settle()


def cleared(story: Story, *people: int) -> Story:
    for number in people:
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    return story


def arrived() -> Story:
    """Two persons are offered under the first version, with places held in its zone."""
    story = cleared(Story().agreed().facility(), 1, 2)
    story.paid_ahead()
    story.on(date(2025, 3, 16)).travelled(1, 1, 2)
    return story


def test_f10_a_zone_that_is_mended_before_anybody_came_is_no_finding() -> None:
    story = Story()
    registered(story, TOKYO)
    story.agreed()
    story.world.settle()
    registered(story, "America/El_Salvador")
    story.capacity(40)
    story.inspected()
    cleared(story, 1).paid_ahead()
    story.on(date(2025, 3, 16)).travelled(1, 1)
    story.accepted(1)
    assert story.audited()[1] == []


def test_d6_who_departed_under_a_version_is_taken_in_by_its_zone() -> None:
    story = arrived()
    story.accepted(1)
    amended(story, "2", TOKYO)
    story.accepted(2)
    assert story.audited()[1] == []
    found = Tampering(story.facts(), FacilityRegistered).event(timezone=TOKYO)
    assert broken("F10") in found.here()


def test_d6_an_amendment_that_is_signed_early_moves_no_zone_before_it_begins() -> None:
    story = Story().agreed()
    amended(story, "2", TOKYO, begins="2025-12-01")
    cleared(story.facility(), 1).paid_ahead()
    story.on(date(2025, 3, 16)).travelled(1, 1)
    story.accepted(1)
    assert story.audited()[1] == []
    early = Tampering(story.facts(), FacilityAgreed, 1).event(begins=date(2025, 3, 1))
    assert early.here() == {broken("F10")}
    assert broken("F10") in Tampering(early.facts, PlaceReserved).here()


def test_f10_the_zone_that_is_recorded_as_agreed_stands_in_the_document() -> None:
    agreed = Tampering(main_job(), FacilityAgreed).event(timezone=TOKYO)
    assert agreed.here() == {broken("F10")}


def test_f10_a_facility_is_registered_in_an_agreed_zone() -> None:
    elsewhere = Tampering(main_job(), FacilityRegistered).event(timezone=TOKYO)
    assert broken("F10") in elsewhere.here()
    renamed = Tampering(main_job(), FacilityRegistered).event(timezone="America/Belize")
    assert broken("F10") in renamed.here(), "the same clock is not the same place"


def test_f10_no_place_is_held_and_nobody_taken_in_where_nights_are_other_dates() -> None:
    """Whatever placement made of the agreement: its document is what both states signed."""
    facts = Tampering(main_job(), FacilityAgreed).gone().facts
    elsewhere = Tampering(facts, FacilityRegistered).event(timezone=TOKYO).facts
    for kind in (PlaceReserved, CustodyAccepted):
        assert broken("F10") in Tampering(elsewhere, kind).here()


def test_an_agreed_facility_that_placement_leaves_out_is_missed() -> None:
    found = Tampering(main_job(), FacilityAgreed).gone().findings()
    assert missing("facilities") in said(found)


def test_a_facility_is_registered_anew_in_another_zone_before_it_dates_a_night() -> None:
    facts = main_job()
    first = Tampering(facts, FacilityRegistered)
    zone = first.words.timezone
    anew = Tampering(facts, CapacityProposed)
    actor = first.fact.actor
    for event, findings in (
        (first.words, broken("ledger")),
        (FacilityRegistered(CECOT, "SLV", TOKYO, zone), broken("F10")),
        (FacilityRegistered(CECOT, "SLV", zone, TOKYO), broken("ledger")),
    ):
        changed = anew.instead(event).envelope(actor=actor)
        assert findings in changed.here(), event
    late = Tampering(facts, PersonReleased)
    again = late.instead(FacilityRegistered(CECOT, "SLV", TOKYO, zone)).envelope(actor=actor)
    assert {broken("ledger"), broken("F10")} <= again.here()


def _blind(facility: FacilityState) -> FacilityState:
    """What a placement that follows no agreement knows of a facility."""
    return msgspec.structs.replace(facility, agreed="", agreed_zones=())


def _reserves_anywhere(
    command: reserve_place.ReservePlace, state: PlaceSought
) -> tuple[Event, ...]:
    blind = PlaceSought(state.custody, _blind(state.facility), state.person)
    return RESERVE_PLACE.decide(command, blind)


def _accepts_anywhere(command: accept_custody.AcceptCustody, state: Handover) -> tuple[Event, ...]:
    return ACCEPT_CUSTODY.decide(command, Handover(state.custody, _blind(state.facility)))


def test_f10_a_placement_that_looks_away_is_found_out() -> None:
    story = Story()
    registered(story, TOKYO)
    story.agreed()
    story.world.settle()
    story.capacity(40)
    story.inspected()
    story.world.weakened += [
        (RESERVE_PLACE, Decider(RESERVE_PLACE.boundary, _reserves_anywhere)),
        (ACCEPT_CUSTODY, Decider(ACCEPT_CUSTODY.boundary, _accepts_anywhere)),
    ]
    cleared(story, 1).paid_ahead()
    story.on(date(2025, 3, 16)).travelled(1, 1)
    story.accepted(1)
    found = {
        (finding.rule, finding.found)
        for finding in story.audited()[1]
        if finding.kind == "rule-broken"
    }
    assert found == {("F10", f"registered in {TOKYO}")}


def test_a_facility_that_two_agreements_name_is_the_firsts_and_nothing_is_owed() -> None:
    turned = {"agreement": "slv-usa-2025", "parties": {"sending": "SLV", "receiving": "USA"}}
    for settled in (False, True):
        story = Story().agreed()
        if settled:
            story.world.settle()
        cleared(story.agreed(**turned).facility(), 1).paid_ahead()
        story.on(date(2025, 3, 16)).travelled(1, 1)
        story.accepted(1)
        assert story.audited()[1] == []
    facts = main_job()
    first = Tampering(facts, FacilityAgreed)
    again = Tampering(facts, PlaceReserved).instead(first.words)
    again = again.event(country="USA", agreement="slv-usa-2025@1")
    assert {broken("facilities"), missing("facilities")} <= again.here()
