"""Places, custody and headcounts: capacity, two signatures, who was there (G13, G14, G19)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityAgreed,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.contracts.manifest import Custodian, HandoverOffered
from shared.contracts.placement import (
    CustodyAccepted,
    HandoverPending,
    HeadcountAttested,
    HeadcountMismatched,
    PersonAccountedFor,
    PersonReleased,
    PersonUnaccounted,
    PlaceAssigned,
    PlaceReserved,
    Presence,
    ReservationReleased,
)
from shared.contracts.returns import ReturnCompleted
from tests.unit.audit.names import CECOT, custody, journey, person
from tests.unit.audit.rules import SIDES, Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import main_job, night, two_custodies

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

LONG_AGO, FAR = datetime(2025, 3, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
OTHER = Custodian(party="SLV", body="another", responsible_state="SLV")
ONE, TWO = Presence(custody(1), person(1)), Presence(custody(2), person(2))
STRANGER, ANOTHER = Presence(custody(9), person(9)), Presence(custody(1), person(2))
LATER = night(20)
COUNTED: tuple[type[Any], int] = (HeadcountAttested, 2)
RESERVED = "accord.example/placement/0#0"

ROWS: dict[str, Row] = {
    "a state registers its own facility": (FacilityRegistered, {"country": "GTM"}, SIDES),
    "a facility was registered": (CapacityProposed, {"facility": "x"}, missing("G19")),
    "who proposes a capacity says so": (
        CapacityProposed, {"proposed_by": "SLV:ops:x"}, broken("G19")),
    "what is approved was proposed": (CapacityApproved, {"places": 41}, broken("G19")),
    "a capacity holds who is there": ((CapacityApproved, 1), {"places": 3}, broken("G19")),
    "a count is of a day that has begun": (
        OwnPopulationReported, {"counted_on": LATER}, broken("G14")),
    "a place is asked for": (PlaceReserved, {"manifest": journey(7)}, missing("G13")),
    "a place is for who asked": (PlaceReserved, {"person": person(2)}, broken("ledger")),
    "a place is in a known facility": (PlaceReserved, {"facility": "x"}, missing("G19")),
    "a place is under the journey's terms": (PlaceReserved, {"agreement": "o@1"}, broken("ledger")),
    "a place is between the journey's states": (PlaceReserved, {"sending": "GTM"}, broken("G13")),
    "a place is held by the receiver": (PlaceReserved, {"receiving": "GTM"}, broken("G19")),
    "a place is held once": ((PlaceReserved, 1), {"custody": custody(1)}, broken("G19")),
    "what is released was held": (ReservationReleased, {"custody": custody(9)}, missing("G13")),
    "what is released was for the journey": (
        ReservationReleased, {"manifest": journey(7)}, broken("G19")),
    "what is released was there": (ReservationReleased, {"facility": "x"}, broken("G19")),
    "a handover was offered": (HandoverPending, {"offer": RESERVED}, missing("G13")),
    "an offer comes from what caused it": (HandoverPending, {"offer": RESERVED}, broken("G13")),
    "who is offered is on a journey": (HandoverPending, {"custody": custody(9)}, missing("G13")),
    "an offer is recorded word for word": (HandoverPending, {"custodian": OTHER}, broken("G13")),
    "who offered is recorded": (HandoverPending, {"offered_by": "USA:ops:x"}, broken("G13")),
    "whether a place is held is true": (
        HandoverPending, {"place_was_reserved": False}, broken("G19")),
    "what is accepted was offered": (CustodyAccepted, {"offer": RESERVED}, broken("G13")),
    "both sign the same custodian": (CustodyAccepted, {"custodian": OTHER}, broken("G13")),
    "the receiver accepts": (CustodyAccepted, {"receiving": "GTM"}, broken("G13")),
    "it accepts in its own facility": (CustodyAccepted, {"facility": "x"}, broken("G13")),
    "it accepts after the offer": (CustodyAccepted, {"accepted_at": LONG_AGO}, broken("G13")),
    "it accepts what has happened": (CustodyAccepted, {"accepted_at": FAR}, broken("G14")),
    "the first night is the local date": (CustodyAccepted, {"arrived_on": LATER}, broken("fees")),
    "the time zone is the facility's": (CustodyAccepted, {"timezone": "UTC"}, broken("fees")),
    "whether a place was held is true": (
        CustodyAccepted, {"place_was_reserved": False}, broken("G19")),
    "a custody was pending": (CustodyAccepted, {"custody": custody(9)}, missing("G13")),
    "a custody is accepted once": ((CustodyAccepted, 1), {"custody": custody(1)}, broken("G13")),
    "a place is for who is there": (PlaceAssigned, {"custody": custody(9)}, missing("G13")),
    "a place is where they are": (PlaceAssigned, {"facility": "x"}, broken("G13")),
    "who leaves was there": (PersonReleased, {"custody": custody(9)}, missing("G13")),
    "who leaves is who was there": (PersonReleased, {"person": person(9)}, broken("ledger")),
    "who leaves is in custody": (PersonReleased, {"custody": custody(5)}, broken("G13")),
    "nobody leaves before they came": (PersonReleased, {"ended_at": LONG_AGO}, broken("G13")),
    "nobody leaves in the future": (PersonReleased, {"ended_at": FAR}, broken("G14")),
    "the day of departure is the local date": (
        ReturnCompleted, {"departed_on": LATER}, broken("fees")),
    "who attests says so": (COUNTED, {"attested_by": "SLV:ops:x"}, broken("G14")),
    "a night has begun": (COUNTED, {"night": date(2030, 1, 1)}, broken("G14")),
    "a night is attested once": (COUNTED, {"night": night(0)}, broken("G14")),
    "nobody is counted before they came": (
        (HeadcountAttested, 12), {"night": night(-3)}, broken("G14")),
    "a list has all its parts": (COUNTED, {"parts": 2}, missing("G14")),
    "parts are numbered": (COUNTED, {"part": 2, "parts": 2}, broken("G14")),
    "a part is one of the parts": (COUNTED, {"part": 2, "parts": 1}, broken("G14")),
    "who is counted is in custody": (COUNTED, {"present": (ONE, STRANGER)}, broken("G14")),
    "who is counted is themselves": (COUNTED, {"present": (ANOTHER, TWO)}, broken("G14")),
    "nobody is counted twice": (COUNTED, {"present": (ONE, ONE, TWO)}, broken("G14")),
    "who is counted is held under it": (COUNTED, {"agreement": "other@1"}, broken("G14")),
    "who is not counted is missed": (COUNTED, {"present": (ONE, TWO)}, missing("G14")),
    "a mismatch says how many were counted": (
        HeadcountMismatched, {"counted": 1}, broken("G14")),
    "a mismatch says how many were expected": (
        HeadcountMismatched, {"expected": 4}, broken("G14")),
    "a mismatch is of a headcount": (HeadcountMismatched, {"night": night(9)}, missing("G14")),
    "who is missing is in custody": (PersonUnaccounted, {"custody": custody(9)}, missing("G13")),
    "who is missing was not counted": (
        PersonUnaccounted, {"custody": custody(1), "person": person(1)}, broken("G14")),
    "who is missing was on that night": (PersonUnaccounted, {"night": night(9)}, missing("G14")),
    "who is found was in custody": (PersonAccountedFor, {"custody": custody(9)}, missing("G13")),
    "who is found was missing": (
        PersonAccountedFor, {"custody": custody(1), "person": person(1)}, broken("G14")),
    "who is found is where they were": (PersonAccountedFor, {"facility": "x"}, broken("G14")),
    "who is found was counted": (PersonAccountedFor, {"night": night(9)}, broken("G14")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(main_job(), row)


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (CapacityProposed, "each side acts for itself"),
        (OwnPopulationReported, "each side acts for itself"),
        (CustodyAccepted, "G13"),
        (PlaceAssigned, "G13"),
        (PersonReleased, "G13"),
        (HeadcountAttested, "G14"),
    ],
)
def test_the_state_of_the_facility_speaks_for_it(event: type[Any], rule: str) -> None:
    changed = Tampering(main_job(), event).envelope(actor="USA:facility-registry:elsewhere/one")
    assert broken(rule) in changed.here()


def test_a_capacity_takes_two_subjects() -> None:
    proposer = Tampering(main_job(), CapacityProposed).fact.actor
    assert broken("G19") in Tampering(main_job(), CapacityApproved).envelope(actor=proposer).here()


def test_a_capacity_is_proposed_before_it_is_approved() -> None:
    facts = Tampering(main_job(), CapacityProposed).gone().facts
    assert broken("G19") in Tampering(facts, CapacityApproved).here()


def test_places_reserved_en_route_and_in_custody_never_exceed_the_capacity() -> None:
    facts = main_job()
    for places in (Tampering(facts, CapacityProposed), Tampering(facts, CapacityApproved)):
        facts = Tampering(facts, type(places.words)).event(places=5).facts
    assert said(audited(facts)[1]) == {broken("G19")}
    third = Tampering(facts, PlaceReserved, 2)
    assert third.here() == {broken("G19")}
    assert Tampering(facts, PlaceReserved, 1).here() == set()


def test_who_comes_without_a_reservation_takes_a_place_that_is_free() -> None:
    facts = main_job()
    for nth in range(2):
        facts = Tampering(facts, HandoverPending, nth * 3).event(place_was_reserved=False).facts
    facts = Tampering(facts, CustodyAccepted).event(place_was_reserved=False).facts
    unreserved = Tampering(facts, PlaceReserved)
    unreserved.instead(
        ReservationReleased(
            custody=custody(9),
            person=person(9),
            agreement=unreserved.words.agreement,
            facility=CECOT,
            manifest=journey(9),
        )
    )
    assert Tampering(unreserved.facts, CustodyAccepted).here() == set()
    full = Tampering(unreserved.facts, OwnPopulationReported).event(count=38).facts
    assert broken("G19") in Tampering(full, CustodyAccepted).here()


def test_a_facility_is_registered_once_and_by_a_state() -> None:
    facts = main_job()
    again = Tampering(facts, OwnPopulationReported)
    again.instead(Tampering(facts, FacilityRegistered).words)
    assert broken("ledger") in again.here()
    independent = Tampering(facts, FacilityRegistered).event(country="XX")
    assert SIDES in independent.envelope(actor="XX:monitor:somebody").here()


def test_a_facility_is_agreed_once() -> None:
    facts = main_job()
    agreed = Tampering(facts, FacilityAgreed)
    again = Tampering(facts, PlaceReserved).instead(agreed.words)
    assert broken("facilities") in again.here()


def test_the_state_that_an_agreement_names_takes_over_a_facilitys_name() -> None:
    facts = main_job()
    registered, agreed = Tampering(facts, FacilityRegistered), Tampering(facts, FacilityAgreed)
    third = msgspec.structs.replace(registered.words, country="GTM")
    first = Tampering(facts, FacilityAgreed).instead(third)
    first.envelope(actor="GTM:facility-registry:third", causation=None)
    assert first.here() == set()
    named = Tampering(first.facts, FacilityRegistered, 1).instead(agreed.words)
    named.envelope(actor=agreed.fact.actor, causation=agreed.fact.causation)
    assert named.here() == set()
    own = Tampering(named.facts, CapacityProposed).instead(registered.words)
    assert own.here() == set()
    assert broken("ledger") in Tampering(first.facts, FacilityRegistered, 1).here()


def test_an_agreement_that_is_not_in_force_names_no_facility() -> None:
    facts = [entry for entry in main_job() if type(entry.event) is not HandoverOffered]
    agreed = Tampering(facts, FacilityAgreed)
    assert agreed.here() == set()


def _with_two_offers_elsewhere() -> list[Entry]:
    facts = main_job()
    return Tampering(facts, HandoverPending).event(facility="elsewhere").facts


def test_an_offer_to_another_facility_gives_up_the_place_first() -> None:
    found = Tampering(_with_two_offers_elsewhere(), HandoverPending).here()
    assert broken("G13") in found
    assert broken("G19") in found


def test_a_pending_handover_may_give_up_its_place() -> None:
    """A later offer to another facility releases the reservation; the person stays known."""
    facts = main_job()
    second = Tampering(facts, HandoverPending, 3)
    second.instead(
        ReservationReleased(
            custody=custody(1),
            person=person(1),
            agreement=second.words.agreement,
            facility=CECOT,
            manifest=journey(1),
        )
    )
    assert second.here() == set()
    accepted = Tampering(second.facts, CustodyAccepted).event(place_was_reserved=False)
    assert missing("G13") not in accepted.here()


def test_an_acceptance_stands_whatever_is_offered_later() -> None:
    facts = main_job()
    late = Tampering(facts, HandoverPending, 5)
    accepted = Tampering(facts, CustodyAccepted, 2)
    again = Tampering(facts, PlaceAssigned).instead(late.words)
    again.envelope(actor=late.fact.actor, causation=late.fact.causation)
    assert accepted.here() == set()
    assert broken("G13") in again.here()


def test_a_person_is_in_exactly_one_custody() -> None:
    assert broken("G12") in Tampering(two_custodies(), CustodyAccepted, 1).here()


def test_who_is_missing_is_named_before_anything_else() -> None:
    facts = Tampering(main_job(), PersonUnaccounted).gone().facts
    assert missing("G14") in Tampering(facts, HeadcountMismatched).here()
    facts = Tampering(main_job(), HeadcountMismatched).gone().facts
    assert missing("G14") in Tampering(facts, HeadcountAttested, 5).here()
    assert broken("G14") in Tampering(facts, PersonUnaccounted).here()


def test_a_long_list_stands_in_several_parts() -> None:
    facts = main_job()
    whole = Tampering(facts, HeadcountAttested, 2)
    rest = msgspec.structs.replace(whole.words, present=whole.words.present[1:], part=2, parts=2)
    first = msgspec.structs.replace(whole.words, present=whole.words.present[:1], parts=2)
    two = Tampering(facts, HeadcountAttested, 2).instead(first)
    following = Tampering(two.facts, HeadcountAttested, 3)
    following.instead(rest).envelope(
        **{name: getattr(two.fact, name) for name in ("actor", "time", "correlation")}
    )
    of_headcounts = [finding for finding in following.findings() if finding.rule == "G14"]
    assert ["overdue at" in finding.expected for finding in of_headcounts] == [True], (
        "nothing but that the night after is attested no more"
    )
    assert broken("G14") in following.event(part=1).here()
    assert missing("G14") in two.here()


def test_an_early_exit_explains_a_night_that_was_missed() -> None:
    facts = main_job()
    found = Tampering(facts, PersonAccountedFor)
    exit_day = Tampering(facts, ReturnCompleted).words.departed_on
    assert broken("G14") in found.event(night=exit_day + timedelta(days=1)).here()
