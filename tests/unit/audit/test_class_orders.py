"""Orders on a class, as the audit checks them: whoever comes to match is covered (G3)."""

from functools import cache

import msgspec
import pytest

from services.audit.domain.entry import Entry
from services.audit.domain.scopes import Travel, covers, shelf_of, shelves_of
from services.intake.domain.case import fact
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldAsserted, HoldScope, OrdersSeen, PersonScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.contracts.intake import CaseProposed, ClearanceGranted, NationalityDetermined
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from shared.kernel.ids import AgreementId, ManifestId, PersonId
from tests.unit.audit.names import AGREEMENT, hold, journey
from tests.unit.audit.rules import broken
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import main_job

COVERING: list[HoldScope] = [
    ClassScope(case_kind="third-country"),
    ClassScope(nationality="VEN"),
    ClassScope(offence="0501"),
    ClassScope(court="circuit court 1"),
    ClassScope(destination="SLV"),
    ClassScope("third-country", "VEN", "0501", "Circuit Court 1", "SLV"),
    AgreementScope(AGREEMENT),
    FlightScope(journey(1)),
    FlightScope(journey(1), 1),
]
"""What covers everybody on the first journey of the main job."""
OTHERS: list[HoldScope] = [
    ClassScope(case_kind="repatriation"),
    ClassScope(nationality="COL"),
    ClassScope(offence="0502"),
    ClassScope(court="Circuit Court 2"),
    ClassScope(destination="HND"),
    ClassScope(stopover="SLV"),
    ClassScope("third-country", "VEN", "0501", "Circuit Court 2", "SLV"),
    AgreementScope(AgreementId("usa-hnd-2025")),
    FlightScope(journey(2)),
]
TRAVEL = Travel(
    pseudonyms=frozenset({PersonId("a")}),
    kind="third-country",
    nationalities=frozenset({"VEN"}),
    offences=frozenset({"05012"}),
    courts=frozenset({"court 1"}),
    agreement=AgreementId("usa-slv-2025"),
    destination="SLV",
    stopovers=("HND", "GTM"),
    manifest=ManifestId("m"),
    legs=(2, 3),
)


@pytest.mark.parametrize("scope", COVERING)
def test_g3_a_departure_under_an_order_on_it_is_found_by_the_replay(
    scope: HoldScope,
) -> None:
    facts = Tampering(main_job(), HoldAsserted, 2).event(scope=scope).facts
    for event in (PersonManifested, PersonBoarded, LegDeparted):
        assert broken("G3") in Tampering(facts, event).here()


@pytest.mark.parametrize("scope", OTHERS)
def test_an_order_on_another_class_flight_or_agreement_stops_nobody(scope: HoldScope) -> None:
    facts = Tampering(main_job(), HoldAsserted, 2).event(scope=scope).facts
    assert broken("G3") not in said(Tampering(facts, LegDeparted).findings())


@pytest.mark.parametrize("scope", COVERING)
def test_g3_an_oral_order_of_any_scope_binds_from_its_receipt(scope: HoldScope) -> None:
    """Whoever it covers and departed between its receipt and its record departed under it."""
    facts = main_job()
    departed, order = Tampering(facts, LegDeparted), Tampering(facts, HoldAsserted).words
    late = Tampering(facts, LegDeparted)
    late.place += 1
    late.instead(
        msgspec.structs.replace(order, hold=hold(8), scope=scope, received_at=departed.fact.time)
    ).envelope(actor="XX:court:district-court-9/clerk-1", time=departed.fact.time)
    assert broken("G3") in {
        (finding.kind, finding.rule)
        for finding in late.findings()
        if (finding.origin, finding.index) == (departed.fact.origin, departed.fact.sequence)
    }


def test_g3_who_fits_all_that_a_class_names_is_covered_and_nobody_else() -> None:
    """What was recorded last of the person is what an order on a class is held against."""
    facts = (
        Tampering(main_job(), HoldAsserted, 2)
        .event(scope=ClassScope(nationality="COL", offence="0601"))
        .facts
    )
    assert broken("G3") not in Tampering(facts, LegDeparted).here()
    facts = Tampering(facts, NationalityDetermined).event(nationalities=("COL",)).facts
    assert broken("G3") not in Tampering(facts, LegDeparted).here()
    facts = Tampering(facts, LegalBasisRecorded).event(offence="06012").facts
    for event in (PersonBoarded, LegDeparted):
        assert broken("G3") in Tampering(facts, event).here()


def test_g7_a_nationality_that_nobody_determined_counts_as_the_sending_states() -> None:
    """Disputed, unknown or not there at all: an order on nationals of the sender covers it."""
    scope = ClassScope(nationality="USA")
    facts = Tampering(main_job(), HoldAsserted, 2).event(scope=scope).facts
    assert broken("G3") not in Tampering(facts, LegDeparted).here()
    for words in (
        {"nationalities": ("VEN",), "disputed": True},
        {"nationalities": ("XXX",)},
        {"nationalities": ()},
        {"nationalities": ("PRI",)},
    ):
        unknown = Tampering(facts, NationalityDetermined).event(**words).facts
        assert broken("G3") in Tampering(unknown, LegDeparted).here(), words
    gone = Tampering(facts, NationalityDetermined).gone().facts
    assert broken("G3") in Tampering(gone, LegDeparted).here()


@cache
def seen_one() -> list[Entry]:
    """An order on a class, lifted before somebody of it is cleared; the nationality is later."""
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    story.held(1, ClassScope(nationality="VEN", destination="SLV"))
    story.lifted(1)
    story.held(2, ClassScope(nationality="COL"))
    story.cleared(1)
    story.lifted(2)
    story.fact(1, fact.Nationality(("COL",), disputed=False))
    story.cleared(1)
    return story.facts()


def test_g3_a_clearance_says_which_orders_on_its_classes_it_had_seen() -> None:
    """Of a class that the person comes to match, the clearance had seen none: it is undone."""
    first, second = (Tampering(seen_one(), ClearanceGranted, nth) for nth in range(2))
    (seen,) = first.words.orders
    assert seen == OrdersSeen("class:nationality=VEN;destination=SLV", 1)
    assert second.words.orders == (OrdersSeen("class:nationality=COL", 1),)
    assert first.findings() == []
    for orders in ((), (msgspec.structs.replace(seen, asserted=2),)):
        assert broken("G3") in first.event(orders=orders).here()


@pytest.mark.parametrize(
    ("scope", "is_covered"),
    [
        (ClassScope(stopover="HND"), True),
        (ClassScope(destination="HND"), True),
        (ClassScope(destination="SLV", stopover="GTM"), True),
        (ClassScope(stopover="SLV"), False),
        (ClassScope(offence="05012"), True),
        (ClassScope(offence="050123"), False),
        (CountryScope("GTM"), True),
        (FlightScope(ManifestId("m")), True),
        (FlightScope(ManifestId("m"), 2), True),
        (FlightScope(ManifestId("m"), 1), False),
        (FlightScope(ManifestId("other")), False),
        (PersonScope(PersonId("a"), "HND"), True),
        (PersonScope(PersonId("b"), "HND"), False),
    ],
)
def test_g3_an_order_on_what_is_ahead_of_the_journey_covers_it(
    scope: HoldScope,
    is_covered: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A clearance, which knows no journey, is not undone by what stands on the way alone."""
    assert covers(scope, TRAVEL) is is_covered
    if is_covered:
        assert shelf_of(scope) in [*shelves_of(TRAVEL)]
        offence = getattr(scope, "offence", None) is not None
        assert covers(scope, TRAVEL.without_journey) is offence


def test_a_fact_of_a_case_that_is_nowhere_makes_nobody_a_national() -> None:
    facts = Tampering(main_job(), CaseProposed).gone().facts
    assert said(Tampering(facts, LegDeparted).findings())
