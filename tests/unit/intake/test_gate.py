"""The gate: what stands between a person and the other side of it (G1, G3, G4)."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.intake.domain.agreement import state as agreements
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture, RiskNotExcluded
from services.intake.domain.manifest.gate import (
    MAX_FINDINGS,
    AtTheGate,
    GateClosed,
    GateState,
    NotReadInOneDecision,
    capped,
    closed,
    day_at_the_gate,
    everyone,
)
from services.intake.domain.manifest.journey import Journey, LegState
from shared.contracts.intake import CaseWithdrawn, FitnessToTravelAssessed
from shared.kernel.decider import resolve
from shared.kernel.event import Event
from shared.kernel.rejected import Finding
from tests.support.decider_specification import DecisionLog, folded
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DOCUMENT,
    FACILITY,
    IN_STEP,
    LEG,
    MANIFEST,
    NOW,
    RECEIVER,
    SENDER,
    SHA,
    agreement_events,
    case_events,
    cleared_again,
    hold,
    lifted,
    on_country,
    on_person,
    traveller,
)

ON = date(2025, 3, 16)
ONE = traveller(1)
JOURNEY = Journey(
    manifest=MANIFEST,
    agreement=DOCUMENT.ref,
    facility=FACILITY,
    sending=SENDER,
    receiving=RECEIVER,
    legs=(LEG,),
    progress=(LegState(),),
)


def read(log: DecisionLog) -> clearance.ClearanceState:
    reading = clearance.read(AGREEMENT, RECEIVER, ONE)
    _, (cleared,) = resolve(reading, lambda folds: [log.fold(fold) for fold in folds])
    return cleared


def gate(
    log: DecisionLog,
    agreed: tuple[Event, ...] = agreement_events(),
    skew: timedelta = IN_STEP,
) -> tuple[Finding, ...]:
    """What stands between the person and a journey under the agreement."""
    command = AtTheGate(manifest=MANIFEST, clock_skew=skew, now=NOW, actor=AUTHORITY)
    terms = folded(agreements.fold(AGREEMENT), agreed)
    return everyone(command, GateState(JOURNEY, terms, (ONE,), (read(log),)), ON)


def cleared() -> DecisionLog:
    log = DecisionLog()
    log.events.extend(case_events(ONE))
    return log


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_cleared_person_passes_with_every_fact_and_no_hold() -> None:
    assert gate(cleared()) == ()


def test_g1_an_agreement_that_cannot_be_read_closes_the_gate() -> None:
    assert rules(gate(cleared(), agreed=())) == ["G1"]


@pytest.mark.parametrize("skew", [2.001, -2.001, 3600])
def test_g1_a_clock_skewed_by_more_than_2_s_closes_the_gate(skew: float) -> None:
    found = gate(cleared(), skew=timedelta(seconds=skew))
    assert rules(found) == ["G1"]


@pytest.mark.parametrize("skew", [2, -2, 0])
def test_g1_a_clock_skewed_by_2_s_does_not(skew: int) -> None:
    assert gate(cleared(), skew=timedelta(seconds=skew)) == ()


def test_g4_who_was_never_cleared_does_not_pass() -> None:
    log = DecisionLog()
    log.events.extend(case_events(ONE)[:-1])
    assert rules(gate(log)) == ["G4"]


def test_g3_a_hold_on_the_person_closes_the_gate_and_undoes_the_clearance() -> None:
    log = cleared()
    log.events.append(hold(on_person(ONE)))
    assert rules(gate(log)) == ["G3", "G4"]


def test_g4_a_lifted_hold_does_not_bring_the_clearance_back() -> None:
    log = cleared()
    log.events.extend((hold(on_country()), lifted(on_country())))
    assert rules(gate(log)) == ["G4"]
    log.events.append(cleared_again(ONE, log.events))
    assert gate(log) == ()


def test_g3_g4_a_clearance_does_not_stand_for_an_order_that_it_had_not_seen() -> None:
    """An order against everybody who goes there undoes the clearances before it, also once it is
    lifted, and whatever orders they had seen already.
    """
    log = DecisionLog()
    log.events.extend((hold(on_country()), lifted(on_country()), *case_events(ONE)[:-1]))
    log.events.append(cleared_again(ONE, log.events))
    assert gate(log) == ()
    log.events.extend((hold(on_country(), "hold-2"), lifted(on_country(), "hold-2")))
    assert rules(gate(log)) == ["G4"]
    log.events.append(cleared_again(ONE))
    assert rules(gate(log)) == ["G4"], "a clearance that says it had seen none"
    log.events.append(cleared_again(ONE, log.events))
    assert gate(log) == ()


def test_a_hold_against_another_destination_or_person_does_not_close_it() -> None:
    log = cleared()
    log.events.extend(
        (
            hold(on_person(ONE, "DDD"), "hold-1"),
            hold(on_country("DDD"), "hold-2"),
            hold(on_person(traveller(2)), "hold-3"),
        )
    )
    assert gate(log) == ()


def test_a_withdrawn_case_does_not_pass_though_it_was_cleared() -> None:
    log = cleared()
    withdrawn = CaseWithdrawn(case=ONE.case, person=ONE.person, agreement=DOCUMENT.ref)
    log.events.append(withdrawn)
    assert rules(gate(log)) == ["G4"]


def test_a_fact_that_is_not_in_force_on_the_day_closes_the_gate_after_clearance() -> None:
    log = cleared()
    log.events.append(
        FitnessToTravelAssessed(
            case=ONE.case,
            person=ONE.person,
            agreement=DOCUMENT.ref,
            signed_by="AAA",
            office="intake-agency",
            document=SHA,
            fit=True,
            valid_until=date(2025, 3, 15),
        )
    )
    assert rules(gate(log)) == ["G8"]


def test_in_force_is_judged_at_the_later_of_now_and_the_journey() -> None:
    early, late = datetime(2025, 3, 1, 23, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert day_at_the_gate(early, late) == day_at_the_gate(late, early) == date(2026, 1, 1)


def test_the_refusal_names_an_order_before_all_else_then_what_was_not_read() -> None:
    g1, g3, g4, g5 = (Finding(rule=rule, missing="it") for rule in ("G1", "G3", "G4", "G5"))
    assert isinstance(closed((g1, g4, g3)), HoldStandsAgainstDeparture)
    assert isinstance(closed((g5, g1)), NotReadInOneDecision)
    assert isinstance(closed((g5, g4)), RiskNotExcluded)
    assert isinstance(closed((g4,)), GateClosed)
    unnamed = closed((msgspec.structs.replace(g4, rule="G11"),))
    assert (type(unnamed), unnamed.rule) == (GateClosed, "G11")


def test_findings_that_would_not_fit_into_an_entry_are_counted_and_orders_kept() -> None:
    many = tuple(Finding(rule="G8", missing=f"{n}") for n in range(MAX_FINDINGS + 5))
    kept = capped((*many, Finding(rule="G3", missing="an order")))
    assert kept[0].rule == "G3"
    assert (len(kept), kept[-1].missing) == (MAX_FINDINGS + 1, "and 6 more findings")
    assert capped(many[:3]) == many[:3]
