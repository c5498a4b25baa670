"""Orders: they bind at once and from their receipt, and nobody overrides them (G2, G3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
import pytest

from services.audit.domain.entry import Entry
from shared.contracts.hold import (
    CountryScope,
    HoldAsserted,
    HoldBodyConfirmed,
    HoldBodyNamed,
    HoldLifted,
    HoldLiftRequested,
    HoldVerified,
    OrdersSeen,
    PersonScope,
)
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDeparted, PersonBoarded
from tests.unit.audit.names import hold, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import main_job

ROWS: dict[str, Row] = {
    "some offices assert no holds": (HoldAsserted, {"office": "treasury"}, broken("G2")),
    "an order is asserted by its actor": (
        HoldAsserted,
        {"asserted_by": "XX:court:a/b"},
        broken("G2"),
    ),
    "an order is issued by its party": (HoldAsserted, {"issued_by": "USA"}, broken("G2")),
    "an order was received": (
        HoldAsserted,
        {"received_at": datetime(2031, 1, 1, tzinfo=UTC)},
        broken("G3"),
    ),
    "a hold is asserted once": ((HoldAsserted, 1), {"hold": hold(1)}, broken("G2")),
    "what is verified stands": (HoldVerified, {"hold": hold(77)}, missing("G2")),
    "an order keeps its scope": (HoldVerified, {"scope": CountryScope("SLV")}, broken("G3")),
    "who verifies says so": (HoldVerified, {"verified_by": "XX:court:a/b"}, broken("G2")),
    "what is to be lifted stands": (HoldLiftRequested, {"hold": hold(77)}, missing("G2")),
    "its issuer asks": (HoldLiftRequested, {"requested_by": "XX:court:a/b"}, broken("G2")),
    "what is lifted stands": (HoldLifted, {"hold": hold(77)}, missing("G2")),
    "it is lifted by the named instrument": (HoldLifted, {"instrument": "another"}, broken("G2")),
    "its issuer lifts": (HoldLifted, {"lifted_by": "XX:court:a/b"}, broken("G2")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(main_job(), row)


def test_an_order_is_verified_and_lifted_by_two_subjects() -> None:
    facts = main_job()
    asserter = Tampering(facts, HoldAsserted).fact.actor
    verified = Tampering(facts, HoldVerified).event(verified_by=asserter)
    assert broken("G2") in verified.envelope(actor=asserter).here()
    asked = Tampering(facts, HoldLiftRequested).fact.actor
    lifted = Tampering(facts, HoldLifted).event(lifted_by=asked).envelope(actor=asked)
    assert broken("G2") in lifted.here()


def test_an_order_is_verified_once() -> None:
    facts = main_job()
    first = Tampering(facts, HoldVerified)
    again = Tampering(facts, HoldAsserted, 1)
    again.instead(first.words).envelope(actor=first.fact.actor)
    assert broken("G2") in again.here()


def test_an_order_of_no_body_is_lifted_by_nobody() -> None:
    nobody = "XX:court:clerk"
    facts = Tampering(main_job(), HoldAsserted, 1).event(asserted_by=nobody).facts
    asked = Tampering(facts, HoldLiftRequested).event(requested_by=nobody).envelope(actor=nobody)
    assert broken("G2") in asked.here()


def test_an_order_is_not_lifted_without_a_first_request() -> None:
    facts = Tampering(main_job(), HoldLiftRequested).gone().facts
    assert broken("G2") in Tampering(facts, HoldLifted).here()


@pytest.mark.parametrize(
    "scope",
    [PersonScope(person(1)), PersonScope(person(1), "SLV"), CountryScope("SLV")],
)
def test_nobody_departs_under_a_matching_order(scope: PersonScope | CountryScope) -> None:
    facts = Tampering(main_job(), HoldAsserted, 2).event(scope=scope).facts
    for event in (PersonBoarded, LegDeparted):
        assert broken("G3") in Tampering(facts, event).here()


@pytest.mark.parametrize("scope", [PersonScope(person(1), "HND"), PersonScope(person(3))])
def test_an_order_against_another_country_or_person_stops_nobody_else(scope: PersonScope) -> None:
    facts = Tampering(main_job(), HoldAsserted, 2).event(scope=scope).facts
    found = said(Tampering(facts, LegDeparted).findings())
    assert (broken("G3") in found) == (scope.person == person(3))
    assert broken("G3") not in Tampering(facts, LegDeparted).here()


def test_a_clearance_does_not_outlive_an_order_that_was_lifted() -> None:
    facts = Tampering(main_job(), ClearanceGranted, 5).gone().facts
    assert broken("G4") in Tampering(facts, PersonBoarded, 1).here()


@cache
def seen_one() -> list[Entry]:
    """An order against everybody who goes there, lifted before somebody is cleared."""
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    story.held(1, CountryScope("SLV"))
    story.lifted(1)
    story.held(2, CountryScope("HND"))
    story.cleared(1)
    return story.facts()


def test_g3_a_clearance_says_which_orders_against_its_destination_it_had_seen() -> None:
    cleared = Tampering(seen_one(), ClearanceGranted)
    seen = cleared.words.orders
    assert seen == (OrdersSeen("country:SLV", 1),)
    assert not cleared.findings()
    for said_to_have_seen in ((), (OrdersSeen("country:SLV", 2),), (*seen, *seen)):
        assert broken("G3") in cleared.event(orders=said_to_have_seen).here()


@pytest.mark.parametrize("scope", [PersonScope(person(1)), CountryScope("SLV")])
def test_an_oral_order_binds_from_its_receipt_whenever_it_is_recorded(
    scope: PersonScope | CountryScope,
) -> None:
    """Whoever departed between its receipt and its record departed under it (G3)."""
    facts = main_job()
    departed = Tampering(facts, LegDeparted)
    order = Tampering(facts, HoldAsserted).words
    received = departed.fact.time - timedelta(minutes=1)
    late = Tampering(facts, LegDeparted)
    late.place += 1
    late.instead(
        msgspec.structs.replace(order, hold=hold(8), scope=scope, received_at=received)
    ).envelope(actor="XX:court:district-court-9/clerk-1", time=received)
    assert broken("G3") in {
        (finding.kind, finding.rule)
        for finding in late.findings()
        if (finding.origin, finding.index) == (departed.fact.origin, departed.fact.sequence)
    }
    after = departed.fact.time + timedelta(minutes=1)
    late.event(scope=CountryScope("HND"))
    assert broken("G3") not in said(late.findings())
    late.event(scope=scope, received_at=after).envelope(time=after)
    assert broken("G3") not in said(late.findings())


def test_an_order_is_about_somebody_who_is_registered() -> None:
    changed = Tampering(main_job(), HoldAsserted).event(scope=PersonScope(person(99)))
    assert missing("G9") in changed.here()


BODIES: dict[str, Row] = {
    "who asserted names the body": (HoldBodyNamed, {"named_by": "XX:court:b"}, broken("G2")),
    "a body is named of a hold that stands": (HoldBodyNamed, {"hold": hold(77)}, missing("G2")),
    "an asserter with a body names none": (HoldBodyNamed, {"hold": hold(1)}, broken("G2")),
    "the body that was named is confirmed": (HoldBodyConfirmed, {"body": "b"}, broken("G2")),
    "what is confirmed was named": (HoldBodyConfirmed, {"hold": hold(3)}, broken("G2")),
    "who confirms says so": (HoldBodyConfirmed, {"confirmed_by": "XX:court:a/b"}, broken("G2")),
}


@pytest.mark.parametrize("row", BODIES.values(), ids=BODIES)
def test_an_issuing_body_is_named_by_the_asserter_and_confirmed_by_the_body(row: Row) -> None:
    assert breaks(main_job(), row)


@pytest.mark.parametrize(
    "confirmer", ["XX:court:district-court-9/clerk-7", "XX:court:Court-8/x", "USA:court:a/b"]
)
def test_nobody_takes_a_hold_over_by_confirming_a_body(confirmer: str) -> None:
    confirmed = Tampering(main_job(), HoldBodyConfirmed).event(confirmed_by=confirmer)
    assert confirmed.envelope(actor=confirmer).here() == {broken("G2")}


def test_a_hold_whose_body_nobody_confirmed_is_lifted_by_nobody() -> None:
    facts = Tampering(main_job(), HoldBodyConfirmed).gone().facts
    assert broken("G2") in Tampering(facts, HoldLifted, 1).here()


def test_another_body_does_not_verify_an_order() -> None:
    other = "XX:court:district-court-8/clerk-1"
    verified = Tampering(main_job(), HoldVerified).event(verified_by=other)
    assert broken("G2") in verified.envelope(actor=other).here()


def test_a_body_of_an_order_that_is_nowhere_is_not_confirmed() -> None:
    confirmed = Tampering(main_job(), HoldBodyConfirmed).event(hold=hold(99))
    assert confirmed.here() == {missing("G2")}
