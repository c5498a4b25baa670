"""Each log by itself: dense, strictly later, in its own words; and entries of one decision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import msgspec
import pytest

from services.audit.domain.replay import Replay
from shared.contracts.billing import StayClosed, StayOpened
from shared.contracts.facility import FacilityEvent
from shared.contracts.intake import (
    AgreementActivated,
    CaseProposed,
    CaseTransferred,
    ClearanceGranted,
    PersonRegistered,
)
from shared.contracts.invoice import InvoiceDrafted, InvoiceIssued
from shared.contracts.manifest import LegDeparted, PlaceConfirmed
from shared.contracts.placement import HeadcountAttested
from tests.support.signing import KEYS
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from shared.kernel.event import Event


class FacilityPainted(FacilityEvent, frozen=True):
    """A type that this node has no rule for."""

    TYPE: ClassVar[str] = "placement.FacilityPainted.v1"


@pytest.mark.parametrize("event", [PersonRegistered, HeadcountAttested, StayOpened])
def test_a_sequence_has_no_gap(event: type[Event]) -> None:
    changed = Tampering(main_job(), event)
    left_out = changed.facts.pop(changed.place)
    found = audited(changed.facts)[1]
    first = next(finding for finding in found if finding.origin == left_out.origin)
    assert first.kind == "sequence-gap"
    assert (first.index, first.expected) == (left_out.sequence + 1, f"entry {left_out.sequence}")


def test_an_entry_that_comes_twice_is_found_and_read_once() -> None:
    changed = Tampering(main_job(), HeadcountAttested, 3)
    changed.facts.insert(changed.place + 1, changed.fact)
    replay, found = audited(changed.facts)
    assert said(found) == {("sequence-gap", None)}
    assert replay.report().nights_accrued == audited(main_job())[0].report().nights_accrued


def test_the_clock_of_a_log_never_steps_back_nor_stands_still() -> None:
    changed = Tampering(main_job(), PersonRegistered, 2)
    before = next(
        fact
        for fact in changed.facts
        if (fact.origin, fact.sequence) == (changed.fact.origin, changed.fact.sequence - 1)
    )
    for late in (timedelta(), timedelta(seconds=1)):
        stepped = Tampering(main_job(), PersonRegistered, 2)
        stepped.envelope(recorded_at=before.recorded_at - late)
        assert ("clock-regression", None) in stepped.here()


def test_no_entry_tells_of_what_has_not_happened_but_what_another_log_told() -> None:
    changed = Tampering(main_job(), PersonRegistered, 2)
    recorded_at = changed.fact.recorded_at
    changed.envelope(time=recorded_at + timedelta(seconds=2))
    assert changed.here() == set()
    changed.envelope(time=recorded_at + timedelta(seconds=3))
    assert changed.here() == {("rule-broken", "time")}
    caused = Tampering(main_job(), StayOpened)
    caused.envelope(time=caused.fact.recorded_at + timedelta(days=1))
    assert ("rule-broken", "time") not in caused.here()


@pytest.mark.parametrize(
    "causation", ["accord.example/intake/0#9999", "accord.example/none/0#0", "nothing"]
)
def test_what_caused_an_entry_is_on_record(causation: str) -> None:
    changed = Tampering(main_job(), PlaceConfirmed).envelope(causation=causation)
    assert ("evidence-missing", "ledger") in changed.here()


def test_what_follows_from_an_entry_names_that_one_and_no_other_as_its_cause() -> None:
    facts = main_job()
    asked = Tampering(facts, StayOpened).fact.causation
    another = next(fact.ref for fact in facts if isinstance(fact.event, FacilityEvent))
    changed = Tampering(facts, StayOpened).envelope(causation=another)
    (found,) = [finding for finding in changed.findings() if finding.rule == "ledger"]
    assert (found.kind, found.expected, found.found) == (
        "rule-broken",
        f"the cause {asked}",
        another,
    )


@pytest.mark.parametrize("event", [PersonRegistered, CaseProposed, LegDeparted, InvoiceDrafted])
@pytest.mark.parametrize("changed", [{"subject": "person/somebody"}, {"agreement": "other@1"}])
def test_an_entry_says_outside_what_its_event_says_inside(
    event: type[Event], changed: dict[str, str]
) -> None:
    facts = main_job()
    tampered = Tampering(facts, event).envelope(**changed)
    wrong = "subject" in changed or "agreement" in event.__struct_fields__
    assert (("rule-broken", "ledger") in tampered.here()) == wrong


def test_a_fact_of_one_service_stands_in_no_other_services_log() -> None:
    facts = [
        msgspec.structs.replace(fact, origin="accord.example/billing/0") for fact in main_job()[:1]
    ]
    (found,) = audited(facts)[1]
    assert (found.kind, found.rule, found.found) == (
        "rule-broken",
        "ledger",
        "accord.example/billing/0",
    )


def test_the_time_of_an_entry_is_when_it_happened() -> None:
    changed = Tampering(main_job(), LegDeparted)
    changed.envelope(time=changed.fact.time - timedelta(minutes=1))
    assert ("rule-broken", "ledger") in changed.here()


@pytest.mark.parametrize("event", [StayOpened, CaseTransferred, PlaceConfirmed])
def test_only_the_follower_records_what_another_log_caused(event: type[Event]) -> None:
    changed = Tampering(main_job(), event).envelope(actor="SLV:treasury:hacienda/una")
    assert ("rule-broken", "ledger") in changed.here()


def test_a_follower_records_nothing_of_its_own() -> None:
    changed = Tampering(main_job(), ClearanceGranted).envelope(actor="XX:ops:intake-follower")
    assert ("rule-broken", "ledger") in changed.here()


def test_an_actor_is_written_as_party_office_and_subject() -> None:
    changed = Tampering(main_job(), ClearanceGranted).envelope(actor="somebody")
    assert ("rule-broken", "each side acts for itself") in changed.here()


@pytest.mark.parametrize("event", [AgreementActivated, InvoiceDrafted, InvoiceIssued])
def test_entries_of_one_decision_have_one_actor_and_one_story(event: type[Event]) -> None:
    for changed in ({"actor": "SLV:treasury:somebody/else"}, {"correlation": "another story"}):
        assert ("rule-broken", "ledger") in Tampering(main_job(), event).envelope(**changed).here()


def test_a_type_without_a_rule_is_coverage_incomplete() -> None:
    changed = Tampering(main_job(), HeadcountAttested)
    changed.instead(FacilityPainted(facility=changed.words.facility))
    assert changed.here() == {("coverage-incomplete", None)}


def test_an_entry_that_cannot_be_checked_is_a_finding_and_never_a_crash() -> None:
    changed = Tampering(main_job(), StayClosed).event(agreement="no version", departed_on=None)
    assert ("coverage-incomplete", None) in changed.here()


def test_a_log_that_ends_in_the_midst_of_a_decision_could_not_be_checked() -> None:
    changed = Tampering(main_job(), InvoiceDrafted)
    replay = Replay(KEYS.fault)
    for fact in changed.facts[: changed.place + 1]:
        assert replay.feed(fact) == []
    found = replay.finish()
    assert said(found) == {("coverage-incomplete", "tariff"), ("coverage-incomplete", "D3")}
    assert {(finding.origin, finding.index) for finding in found} == {
        (changed.fact.origin, changed.fact.sequence)
    }
    assert replay.finish() == []
