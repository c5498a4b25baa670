"""Journeys and handovers: the gate at each step, two subjects, nobody is lost (G4, G12, G13)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shared.contracts.intake import CaseTransferred, ClearanceGranted
from shared.contracts.manifest import (
    Custodian,
    HandoverOffered,
    Leg,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
    PlaceConfirmed,
)
from tests.unit.audit.names import case, custody, journey, person
from tests.unit.audit.rules import SIDES, Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

OPENED = next(entry for entry in main_job() if isinstance(entry.event, ManifestOpened))
PLANNED = OPENED.event.legs[0].planned_departure  # type: ignore[union-attr]  # it is the manifest
BEYOND = (Leg("USA", "SLV", PLANNED + timedelta(days=900)),)
ELSEWHERE = (Leg("USA", "GTM", PLANNED),)
APART = (Leg("USA", "GTM", PLANNED), Leg("HND", "SLV", PLANNED))
FAR = PLANNED + timedelta(days=2000)
SOMEBODY = Custodian(party="GTM", body="wing", responsible_state="SLV")
NOBODY = Custodian(party="SLV", body="wing", responsible_state="GTM")

ROWS: dict[str, Row] = {
    "a journey is to an agreed facility": (
        ManifestOpened, {"facility": "elsewhere"}, broken("facilities")),
    "a journey is from the sender": (ManifestOpened, {"sending": "GTM"}, broken("parties")),
    "the sender plans it": (ManifestOpened, {"sending": "GTM"}, SIDES),
    "a journey goes to the receiver": (ManifestOpened, {"legs": ELSEWHERE}, broken("parties")),
    "a journey has legs": (ManifestOpened, {"legs": ()}, broken("parties")),
    "a journey is within the agreement": (ManifestOpened, {"legs": BEYOND}, broken("effective")),
    "a leg begins where the last ended": (ManifestOpened, {"legs": APART}, broken("G4")),
    "a journey is under what is in force": (
        ManifestOpened, {"agreement": "usa-slv-2025@2"}, broken("F8")),
    "a person is put on an open list": (
        PersonManifested, {"manifest": journey(7)}, missing("G4")),
    "who is on the list has a case": (PersonManifested, {"case": case(77)}, missing("G4")),
    "the list says who they are": (PersonManifested, {"person": person(2)}, broken("ledger")),
    "the list is under its agreement": (PersonManifested, {"agreement": "o@1"}, broken("ledger")),
    "the list is for its facility": (PersonManifested, {"facility": "x"}, broken("facilities")),
    "the list is between its states": (PersonManifested, {"receiving": "GTM"}, broken("parties")),
    "a person is on one journey": ((PersonManifested, 1), {"person": person(1)}, broken("G12")),
    "a case comes onto a list once": ((PersonManifested, 1), {"case": case(1)}, broken("G4")),
    "who is replaced was on the list": (
        PersonManifested, {"substitute_for": case(9)}, missing("G4")),
    "a place is for who is on the list": (PlaceConfirmed, {"case": case(9)}, missing("G4")),
    "a place is held by placement": (
        PlaceConfirmed, {"reservation": "accord.example/placement/0#0"}, missing("G19")),
    "a place is confirmed once": ((PlaceConfirmed, 1), {"case": case(1)}, broken("G19")),
    "a place is the person's": (PlaceConfirmed, {"person": person(2)}, broken("ledger")),
    "who is removed was on the list": (PersonRemoved, {"case": case(9)}, missing("G4")),
    "who is removed leaves its facility": (PersonRemoved, {"facility": "x"}, broken("facilities")),
    "what is sealed is open": (ManifestSealed, {"manifest": journey(7)}, missing("G4")),
    "what is sealed is who is on it": (
        ManifestSealed, {"cases": (case(1), case(2))}, broken("G4")),
    "nobody is sealed who has no case": (
        ManifestSealed, {"cases": (case(1), case(2), case(77))}, missing("G4")),
    "nobody boards another journey": (PersonBoarded, {"manifest": journey(7)}, missing("G4")),
    "nobody boards twice": ((PersonBoarded, 1), {"case": case(1)}, broken("G4")),
    "doors are closed on who is on board": (
        LegDepartureAuthorised, {"cases": (case(1),)}, broken("G4")),
    "who authorises says so": (
        LegDepartureAuthorised, {"authorised_by": "USA:ops:x"}, broken("G4")),
    "an authorised leg exists": (LegDepartureAuthorised, {"leg": 2}, broken("G4")),
    "an authorised journey is open": (
        LegDepartureAuthorised, {"manifest": journey(7)}, missing("G4")),
    "a departed leg is of a journey": (LegDeparted, {"manifest": journey(7)}, missing("G4")),
    "exactly who is on board departs": (LegDeparted, {"cases": (case(1),)}, broken("G4")),
    "nobody departs without a case": (
        LegDeparted, {"cases": (case(1), case(2), case(77))}, missing("G4")),
    "nobody departs without terms": (LegDeparted, {"departed_at": FAR}, broken("effective")),
    "nobody departs in the future": (LegDeparted, {"departed_at": FAR}, broken("G1")),
    "who departed arrives": (LegArrived, {"cases": (case(1),)}, broken("G12")),
    "an arrival is of a journey": (LegArrived, {"manifest": journey(7)}, missing("G4")),
    "an arrival is after the departure": (
        LegArrived, {"arrived_at": PLANNED - timedelta(days=3)}, broken("G12")),
    "who is offered was on the journey": (HandoverOffered, {"case": case(9)}, missing("G4")),
    "who offers says so": (HandoverOffered, {"offered_by": "USA:ops:x"}, broken("G13")),
    "an offer is between its states": (HandoverOffered, {"receiving": "GTM"}, broken("G13")),
    "an offer is to its facility": (HandoverOffered, {"facility": "x"}, broken("G13")),
    "an offer is of the case's custody": (HandoverOffered, {"custody": custody(9)}, broken("G13")),
    "the custodian is the receiver's": (HandoverOffered, {"custodian": SOMEBODY}, broken("G13")),
    "one of the two states answers": (HandoverOffered, {"custodian": NOBODY}, broken("G13")),
    "an offer is where the journey ended": (
        HandoverOffered, {"offered_at": PLANNED - timedelta(days=3)}, broken("G13")),
    "an offer has happened": (HandoverOffered, {"offered_at": FAR}, broken("G1")),
    "a transfer needs both signatures": (
        CaseTransferred, {"accepted": "accord.example/placement/0#0"}, missing("G13")),
    "a transfer is of a journey": (CaseTransferred, {"manifest": journey(7)}, broken("G13")),
    "a transfer is of an open case": (CaseTransferred, {"case": case(9)}, missing("G4")),
    "a transfer is into a custody": (CaseTransferred, {"custody": custody(9)}, missing("G13")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(main_job(), row)


@pytest.mark.parametrize(
    "event", [PersonManifested, ManifestSealed, PersonBoarded, LegDeparted, LegArrived]
)
def test_a_journey_is_its_senders_alone(event: type[Any]) -> None:
    assert SIDES in Tampering(main_job(), event).envelope(actor="SLV:escort:escolta/una").here()


@pytest.mark.parametrize(
    "event", [PersonManifested, ManifestSealed, PersonBoarded, LegDepartureAuthorised, LegDeparted]
)
def test_the_gate_asks_for_a_clearance_at_every_step(event: type[Any]) -> None:
    facts = Tampering(main_job(), ClearanceGranted).gone().facts
    assert broken("G4") in Tampering(facts, event).here()


def test_who_authorised_a_leg_does_not_depart_it() -> None:
    authorised = Tampering(main_job(), LegDepartureAuthorised).fact.actor
    assert broken("G4") in Tampering(main_job(), LegDeparted).envelope(actor=authorised).here()


def test_nothing_departs_that_was_not_authorised_nor_arrives_that_did_not_depart() -> None:
    facts = Tampering(main_job(), LegDepartureAuthorised).gone().facts
    assert broken("G4") in Tampering(facts, LegDeparted).here()
    facts = Tampering(main_job(), LegDeparted).gone().facts
    assert broken("G12") in Tampering(facts, LegArrived).here()


def test_nobody_is_on_a_sealed_list_without_a_place() -> None:
    facts = Tampering(main_job(), PlaceConfirmed).gone().facts
    assert broken("G19") in Tampering(facts, ManifestSealed).here()


def test_nobody_boards_before_the_list_is_sealed() -> None:
    facts = Tampering(main_job(), ManifestSealed).gone().facts
    assert broken("G4") in Tampering(facts, PersonBoarded).here()


def _again(facts: list[Entry], event: type[Any], later: type[Any]) -> Tampering:
    """An entry of the first type once more, in place of the first one of the second."""
    first, place = Tampering(facts, event), Tampering(facts, later)
    return place.instead(first.words).envelope(
        actor=first.fact.actor, causation=first.fact.causation
    )


@pytest.mark.parametrize(
    ("event", "later", "rule"),
    [
        (ManifestOpened, PersonManifested, "ledger"),
        (ManifestSealed, PersonBoarded, "G4"),
        (PersonManifested, PersonBoarded, "G4"),
        (LegDepartureAuthorised, LegDeparted, "G4"),
        (LegDeparted, LegArrived, "G4"),
        (PersonBoarded, LegDeparted, "G4"),
    ],
)
def test_a_step_is_taken_once(event: type[Any], later: type[Any], rule: str) -> None:
    assert broken(rule) in _again(main_job(), event, later).here()


def test_an_arrival_is_recorded_once() -> None:
    again = _again(main_job(), LegArrived, HandoverOffered)
    assert broken("G12") in again.here()


def _removed(facts: list[Entry], later: type[Any], nth: int = 0) -> Tampering:
    """Person 1 is taken off, in place of a later entry."""
    first, place = Tampering(facts, PersonRemoved), Tampering(facts, later, nth)
    gone = msgspec.structs.replace(first.words, case=case(1), person=person(1))
    return place.instead(gone).envelope(actor=first.fact.actor, causation=None)


def test_who_leaves_the_plane_opens_its_doors_again() -> None:
    off = _removed(main_job(), PersonBoarded, 2)
    assert off.here() == set()
    off = _removed(main_job(), LegDeparted)
    assert off.here() == set()
    assert broken("G12") in Tampering(off.facts, LegArrived).here()


def test_nobody_is_taken_off_after_departure() -> None:
    assert broken("G12") in _removed(main_job(), LegArrived).here()
    assert broken("G12") in _removed(main_job(), CaseTransferred, 2).here()


def test_nobody_is_offered_who_did_not_arrive() -> None:
    facts = Tampering(main_job(), PersonBoarded).gone().facts
    assert broken("G13") in Tampering(facts, HandoverOffered).here()
    facts = Tampering(main_job(), LegArrived).gone().facts
    assert broken("G13") in Tampering(facts, HandoverOffered).here()


def test_nobody_is_transferred_who_was_not_offered() -> None:
    facts = Tampering(main_job(), HandoverOffered).gone().facts
    facts = Tampering(facts, HandoverOffered, 2).gone().facts
    assert broken("G13") in Tampering(facts, CaseTransferred).here()


def test_a_leg_departs_after_the_one_before_has_arrived() -> None:
    """No service takes journeys of two legs yet; a log of one that does is checked all the same."""
    legs = (Leg("USA", "GTM", PLANNED), Leg("GTM", "SLV", PLANNED + timedelta(hours=3)))
    facts = Tampering(main_job(), ManifestOpened).event(legs=legs).facts
    second = Tampering(facts, LegDepartureAuthorised).event(leg=2)
    assert broken("G4") in second.here()
    assert broken("G4") in Tampering(second.facts, LegDeparted).event(leg=2).here()
    arrived = Tampering(facts, LegArrived)
    authorised = Tampering(facts, LegDepartureAuthorised)
    again = Tampering(facts, HandoverOffered)
    again.instead(msgspec.structs.replace(authorised.words, leg=2, authorised_at=again.fact.time))
    again.envelope(actor=authorised.fact.actor)
    assert arrived.here() == set()
    assert again.here() == set()


def test_a_departure_that_is_told_late_was_bound_by_its_own_day() -> None:
    """What came into force after it does not bear it (G4)."""
    departed = Tampering(main_job(), LegDeparted)
    before = departed.fact.time - timedelta(days=40)
    found = departed.event(departed_at=before).envelope(time=before).here()
    assert {broken("G10"), broken("G11")} <= found


def test_an_offer_that_comes_after_the_acceptance_changes_nothing() -> None:
    facts = main_job()
    offer = Tampering(facts, HandoverOffered)
    again = Tampering(facts, CaseTransferred).instead(offer.words)
    again.envelope(actor=offer.fact.actor, time=offer.fact.time, causation=None)
    replay, _ = audited(again.facts)
    assert again.here() == set()
    assert "handover" not in replay.report().waiting


def test_who_stayed_on_board_of_a_journey_that_has_begun_is_not_taken_off() -> None:
    """A departure that leaves somebody on board out is found; they are lost all the same (G12)."""
    left = Tampering(main_job(), LegDeparted)
    facts = left.event(
        cases=tuple(listed for listed in left.words.cases if listed != case(1))
    ).facts
    assert broken("G12") in _removed(facts, LegArrived).here()
