"""Services and late cancellations: what an audit makes of them from the rules alone (F11, F13)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.billing import FeeAccrued, FeeReversed
from shared.contracts.invoice import InvoiceCertified, InvoiceLineDrafted
from shared.contracts.service import (
    CancellationRecorded,
    ServiceApproved,
    ServiceDenied,
    ServiceRecorded,
    ServiceWithdrawn,
)
from shared.kernel.money import Money
from shared.tariff.fact import Cancellation, Service
from tests.unit.audit.names import (
    AUTHORITY,
    PAYER,
    REGISTRY,
)
from tests.unit.audit.rules import SIDES, Row, breaks, broken, differs, missing
from tests.unit.audit.services_told import (
    HOURS,
    NOTHING,
    SOMETHING,
    TARIFF,
    flown,
    gave,
    gave_up,
    served,
    service_id,
    settled,
    taken_back,
)
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT, night


def charge(component: str) -> Tampering:
    """What was charged under a component."""
    events = [entry.event for entry in served() if type(entry.event) is FeeAccrued]
    (nth,) = [index for index, event in enumerate(events) if event.component == component]
    return Tampering(served(), FeeAccrued, nth)


def test_f11_f13_what_both_states_say_is_found_right_to_the_cent() -> None:
    assert audited(served())[1] == []
    lines = [entry.event for entry in served() if isinstance(entry.event, InvoiceLineDrafted)]
    assert {line.component: line.amount.amount for line in lines} == {
        "bed": "65.00",
        "hours": "30.00",
        "late": "65.00",
    }


def test_f13_a_cancellation_because_of_an_order_is_found_though_both_states_sign_it() -> None:
    """F13: 'never billable when the cause is a hold': intake's log says that one stood."""
    story = Story().agreed(tariff=TARIFF).facility()
    flown(story)
    gave_up(story, 1, 2, 3)
    settled(story, 1)
    facts = story.facts()
    assert broken("F13") in Tampering(facts, CancellationRecorded).here()


def test_f11_f13_what_is_withdrawn_is_given_back_and_the_place_may_have_another_paper() -> None:
    assert audited(taken_back())[1] == []
    lines = [entry.event for entry in taken_back() if isinstance(entry.event, InvoiceLineDrafted)]
    assert [(line.period[-2:], line.component, line.amount.amount) for line in lines] == [
        ("03", "hours", "30.00"),
        ("03", "late", "65.00"),
        ("03", "bed", "65.00"),
        ("04", "hours", "-30.00"),
        ("04", "late", "-65.00"),
    ]


def test_f13_one_place_on_two_papers_is_found() -> None:
    """F13: billing would have to refuse it; here a log says it all the same."""
    facts = Tampering(taken_back(), ServiceWithdrawn, 1).gone().facts
    again = Tampering(facts, CancellationRecorded, 1)
    assert missing("F13") in again.here()


def given_back(**changed: Any) -> set[tuple[str, str | None]]:  # noqa: ANN401 - fields of the event
    """What is found in the reversal of the hours."""
    return Tampering(taken_back(), FeeReversed).event(**changed).here()


def test_f11_what_is_withdrawn_is_given_back_as_it_was_charged() -> None:
    assert differs("tariff") in given_back(amount=Money("-29.00", "USD"))
    assert broken("F11") in given_back(because=NOTHING)
    assert broken("F11") in given_back(component="late")
    assert broken("F11") in given_back(occasion=Service("guard", "hour", 4, "guard-log", night(1)))
    assert missing("G20") in given_back(evidence=(NOTHING,))
    assert broken("period") in given_back(period="2025-05")
    assert broken("G20") in given_back(night=night(1))


def test_f11_a_withdrawal_gives_everything_back_and_a_reversal_has_one() -> None:
    kept = Tampering(taken_back(), FeeReversed).gone().facts
    assert missing("F11") in Tampering(kept, ServiceWithdrawn).here()
    unasked = Tampering(taken_back(), ServiceWithdrawn).gone().facts
    assert broken("F11") in Tampering(unasked, FeeReversed).here()
    wrong_month = Tampering(taken_back(), ServiceWithdrawn).event(period="2025-05")
    assert broken("period") in wrong_month.here()
    by_the_payer = Tampering(taken_back(), ServiceWithdrawn).envelope(actor=str(AUTHORITY))
    assert broken("F11") in by_the_payer.here()
    never_recorded = Tampering(taken_back(), ServiceWithdrawn).event(service=SOMETHING)
    assert missing("F11") in never_recorded.here()
    never = Tampering(taken_back(), ServiceDenied).event(service=SOMETHING)
    assert missing("F11") in never.here()


NOON = datetime(2025, 3, 15, 18, tzinfo=UTC)
LATE = Cancellation(FIRST_NIGHT, NOON, "America/El_Salvador", "requested")
ROWS: dict[str, Row] = {
    "a service is recorded by the state that gave it": (
        ServiceRecorded,
        {"recorded_by": "USA:facility-registry:cecot/registry"},
        broken("G20"),
    ),
    "it is one that was signed": (
        ServiceRecorded,
        {"given": Service("guard", "day", 3, "guard-log", night(1))},
        broken("F11"),
    ),
    "it has happened": (
        ServiceRecorded,
        {"given": Service("guard", "hour", 3, "guard-log", night(20))},
        broken("F11"),
    ),
    "one paper is one service": ((ServiceRecorded, 1), {"reference": "LOG-1"}, broken("F11")),
    "an earlier version charges nothing": (
        ServiceRecorded,
        {"agreement": "usa-slv-2025@2"},
        missing("F8"),
    ),
    "who was taken off is on record": (
        CancellationRecorded,
        {"removed": NOTHING},
        missing("F13"),
    ),
    "it was given up when intake says": (
        CancellationRecorded,
        {"cancelled": LATE},
        broken("F13"),
    ),
    "what is approved was recorded": (ServiceApproved, {"recorded": NOTHING}, missing("F11")),
    "it is borne by its month": (ServiceApproved, {"period": "2025-05"}, broken("period")),
    "who recorded it is said": (
        ServiceApproved,
        {"recorded_by": "SLV:facility-registry:x"},
        broken("G20"),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_whatever_else_is_said_of_a_service_is_found(row: Row) -> None:
    assert breaks(served(), row)


def test_only_the_receiving_state_records_and_only_the_sending_state_approves() -> None:
    recorded = Tampering(served(), ServiceRecorded).envelope(actor=str(AUTHORITY))
    assert ("rule-broken", "F11") in recorded.here()
    approved = Tampering(served(), ServiceApproved).envelope(actor=str(REGISTRY))
    assert ("rule-broken", "F11") in approved.here()
    assert SIDES not in approved.here()


CHARGES: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "to the cent": ({"amount": Money("30.01", "USD")}, ("amount-differs", "tariff")),
    "for what was approved": (
        {"occasion": Service("guard", "hour", 4, "guard-log", night(1))},
        ("rule-broken", "F11"),
    ),
    "under what it is signed with": ({"component": "late"}, ("rule-broken", "F11")),
    "in the month": ({"period": "2025-04"}, ("rule-broken", "period")),
    "attested by who recorded it": (
        {"attested_by": "SLV:facility-registry:x"},
        ("rule-broken", "G20"),
    ),
    "with its paper": ({"evidence": (NOTHING,)}, ("evidence-missing", "G20")),
    "for nobody": ({"night": night(1)}, ("rule-broken", "G20")),
}


@pytest.mark.parametrize("row", CHARGES.values(), ids=CHARGES)
def test_a_service_is_charged_as_it_was_approved(
    row: tuple[dict[str, Any], tuple[str, str]],
) -> None:
    changed, found = row
    assert found in charge("hours").event(**changed).here()


def test_what_is_approved_is_charged_and_what_is_not_approved_is_not() -> None:
    left_out = charge("hours").gone().facts
    assert missing("F11") in Tampering(left_out, ServiceApproved).here()
    unasked = Tampering(served(), ServiceApproved).gone().facts
    assert broken("F11") in Tampering(unasked, FeeAccrued, 1).here()


def test_f11_what_is_approved_waited_for_it_or_nothing_is_charged() -> None:
    """'Recorded by the one state and approved by the other': what none recorded waits nowhere."""
    approved = Tampering(served(), ServiceApproved).event(service=service_id(9))
    assert approved.here() == {missing("F11")}
    assert broken("F11") in Tampering(approved.facts, FeeAccrued, 1).here(), "nothing was approved"


def test_f13_a_cancellation_under_terms_that_nobody_signed_is_found() -> None:
    """There is no agreed zone to compare with; that there are no terms is what is found."""
    unsigned = Tampering(served(), CancellationRecorded).event(agreement="other@1").here()
    assert {broken("F13"), missing("F8")} <= unsigned
    assert "coverage-incomplete" not in {kind for kind, _ in unsigned}


def test_d6_a_service_is_recorded_under_the_version_of_its_day() -> None:
    """D6: 'the version of the day of the deed binds', though both price it alike."""
    story = Story().agreed(tariff=TARIFF).facility()
    story.agreed(version="2", tariff=TARIFF)
    story.on(night(3))
    gave(story, 1, HOURS)
    facts = story.facts()
    assert audited(facts)[1] == []
    recorded = Tampering(facts, ServiceRecorded)
    assert recorded.words.agreement == "usa-slv-2025@2"
    assert broken("tariff") in recorded.event(agreement="usa-slv-2025@1").here()


def test_g20_who_approved_a_service_does_not_certify() -> None:
    by_the_payer = str(PAYER).replace("treasury:", "central-authority:", 1)
    facts = Tampering(served(), ServiceApproved).event(settled_by=by_the_payer).facts
    assert broken("G20") in Tampering(facts, InvoiceCertified).here()


def test_f11_an_amount_that_was_signed_otherwise_is_found() -> None:
    assert differs("tariff") in charge("late").event(amount=Money("64.99", "USD")).here()
