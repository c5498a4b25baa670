"""What billing does about the other services' entries, and what it names as the cause."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from services.billing.domain.accrual import AccrueNight
from services.billing.domain.charged_identity import ChargeApart, ChargeAsOne
from services.billing.domain.funding_position import ReviewFunding
from services.billing.domain.return_order import StopFees
from services.billing.domain.stay import OpenStay
from services.billing.domain.stay_close import CloseStay
from services.billing.domain.terms import ActivateTerms
from services.billing.reactions import TO_INTAKE, TO_PLACEMENT, react
from shared.contracts.agreement import digest
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.intake import AgreementActivated, PersonRegistered
from shared.contracts.placement import CustodyAccepted, CustodyEnded, HeadcountAttested
from shared.contracts.returns import ReturnCompleted, ReturnOrdered
from shared.kernel.event import Event, concrete
from shared.kernel.ids import EntryRef
from tests.integration.billing.neighbours import accepted, headcount
from tests.support.drawn_events import events
from tests.support.entries import foreign
from tests.unit.billing.story import BED, TERMS, custody, document, person

ORIGIN = "accord.example/placement/0"
NIGHT = date(2025, 4, 1)


def commands(event: Event) -> list[object]:
    """The commands that follow from this fact, as the entry number 7 of its log."""
    steps = react(foreign(7, event, ORIGIN))
    assert {step.provenance.causation for step in steps} <= {f"{ORIGIN}#7"}
    return [step.command for step in steps]


def test_an_activation_brings_the_terms_in_with_its_entry() -> None:
    signed = document(BED)
    event = AgreementActivated(agreement=TERMS, digest=digest(signed), document=signed)

    (command,) = commands(event)

    assert isinstance(command, ActivateTerms)
    assert (command.signed, command.digest) == (f"{ORIGIN}#7", digest(signed))


def test_accepted_custody_opens_a_stay() -> None:
    (command,) = commands(accepted(1, NIGHT))

    assert isinstance(command, OpenStay)
    assert (command.custody, command.arrived_on) == (custody(1), NIGHT)


def test_who_is_who_is_charged_by_as_intake_decided_it() -> None:
    who: dict[str, Any] = {"person": person(2), "other": person(1)}
    by = "USA:intake-agency:desk-2"
    decided = EntryRef(f"{ORIGIN}#7")
    for event, command in (
        (PersonsMerged(**who, set_aside=True, decided_by=by), ChargeAsOne),
        (PersonsToldApart(**who, decided_by=by), ChargeApart),
    ):
        assert commands(event) == [command(**who, decided=decided)]


def test_a_headcount_is_one_command_a_person() -> None:
    found = commands(headcount(range(1, 4), NIGHT))

    assert [event.person for event in found if isinstance(event, AccrueNight)] == [
        person(1),
        person(2),
        person(3),
    ]
    assert {event.attested for event in found if isinstance(event, AccrueNight)} == {f"{ORIGIN}#7"}


def test_d12_after_a_headcount_its_agreements_money_is_looked_at() -> None:
    *_, last = commands(headcount(range(1, 4), NIGHT))
    assert isinstance(last, ReviewFunding)
    assert last.agreement == TERMS


@pytest.mark.parametrize("kind", concrete(CustodyEnded))
def test_every_way_out_closes_the_stay(kind: type[CustodyEnded]) -> None:
    @settings(max_examples=5, deadline=None)
    @given(events(kind))
    def closes(ended: CustodyEnded) -> None:
        event = msgspec.structs.replace(ended, custody=custody(1), departed_on=NIGHT)
        if isinstance(event, ReturnCompleted):
            assert commands(msgspec.structs.replace(event, from_arrival=True)) == []
            event = msgspec.structs.replace(event, from_arrival=False)
        (command,) = commands(event)
        assert isinstance(command, CloseStay)
        assert (command.custody, command.person) == (custody(1), ended.person)
        assert (command.departed_on, command.ended) == (NIGHT, f"{ORIGIN}#7")

    closes()


@settings(max_examples=5, deadline=None)
@given(events(ReturnOrdered))
def test_g16_an_order_of_return_stops_the_fee(event: ReturnOrdered) -> None:
    ordered = msgspec.structs.replace(
        event, custody=custody(1), ordered_on=NIGHT, ground="court-order"
    )
    assert commands(msgspec.structs.replace(ordered, ground="arrival-refused")) == []
    (command,) = commands(ordered)
    assert isinstance(command, StopFees)
    assert (command.custody, command.person) == (custody(1), ordered.person)
    assert (command.ordered_on, command.order) == (NIGHT, f"{ORIGIN}#7")


def test_other_facts_are_none_of_billing_s_business() -> None:
    other = PersonRegistered(person=person(1), registered_by="USA", commitment="0" * 64)

    assert commands(other) == []


def test_the_types_that_are_read_are_those_that_are_acted_on() -> None:
    assert TO_INTAKE.types == (AgreementActivated, PersonsMerged, PersonsToldApart)
    read = (CustodyAccepted, HeadcountAttested, CustodyEnded, ReturnOrdered)
    assert TO_PLACEMENT.types == read
