"""G18 by the audit's own check: each incident reaches whom it must, or is overdue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.contracts.incident import (
    EscapeReported,
    IllTreatmentAlleged,
    IncidentAcknowledged,
    IncidentNotified,
    IncidentOverdue,
    MedicalEmergencyReported,
    Recaptured,
)
from shared.contracts.placement import CustodyAccepted, DeathReported, PersonReleased
from tests.unit.audit.incidents_told import emergency, incidents
from tests.unit.audit.names import custody
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import audited, in_custody
from tests.unit.audit.tampering import Tampering, said

if TYPE_CHECKING:
    from shared.kernel.event import Event

DAY = timedelta(days=1)
OF_THE_EMERGENCY, OF_THE_DEATH = 0, 9
"""Where the notices of each begin among all."""


def test_g18_an_honest_story_of_incidents_has_no_finding() -> None:
    assert audited(incidents())[1] == []


@pytest.mark.parametrize("first", [OF_THE_EMERGENCY, OF_THE_DEATH])
@pytest.mark.parametrize("nth", range(3))
def test_g18_an_incident_that_is_kept_from_an_office_is_found(first: int, nth: int) -> None:
    kept = Tampering(incidents(), IncidentNotified, first + nth).gone()
    assert missing("G18") in said(kept.findings())


@pytest.mark.parametrize("changed", [{"office": "escort"}, {"party": "GTM"}, {"due_at": "later"}])
def test_g18_a_notice_goes_where_it_has_to_and_is_due_within_hours(
    changed: dict[str, object],
) -> None:
    notice = Tampering(incidents(), IncidentNotified)
    if "due_at" in changed:
        changed = {"due_at": notice.words.due_at + DAY}
    assert broken("G18") in notice.event(**changed).here()


@pytest.mark.parametrize("event", [MedicalEmergencyReported, EscapeReported, Recaptured])
def test_g18_what_happened_before_the_custody_is_found(event: type[Event]) -> None:
    story = Tampering(incidents(), event)
    field = "recaptured_at" if event is Recaptured else "happened_at"
    at = getattr(story.words, field) - 30 * DAY
    assert broken("G18") in story.event(**{field: at}).envelope(time=at).here()


def test_g18_an_emergency_after_the_exit_is_found_and_an_allegation_after_it_is_none() -> None:
    story = in_custody(1, 2)
    story.on(date(2025, 3, 20)).left(1)
    emergency(story, 1, 1, story.now - DAY)
    facts = story.facts()
    assert broken("G18") not in said(audited(facts)[1])
    left = Tampering(facts, PersonReleased)
    earlier = left.words.ended_at - 3 * DAY
    left.event(ended_at=earlier, departed_on=earlier.date()).envelope(time=earlier)
    assert broken("G18") in said(left.findings())
    after = Tampering(incidents(), DeathReported)
    long_ago = after.words.ended_at - 2 * DAY
    after.event(ended_at=long_ago, departed_on=long_ago.date()).envelope(time=long_ago)
    alleged = Tampering(after.facts, IllTreatmentAlleged)
    assert broken("G18") not in alleged.here()


def test_g18_an_allegation_by_who_holds_the_person_is_found() -> None:
    """The registry cannot allege, so that nobody answers for it."""
    actor = "SLV:facility-registry:cecot/registry"
    alleged = Tampering(incidents(), IllTreatmentAlleged).event(alleged_by=actor)
    assert broken("G18") in alleged.envelope(actor=actor).here()


@pytest.mark.parametrize("event", [IncidentAcknowledged, IncidentOverdue])
def test_g18_an_office_that_is_silent_and_not_overdue_is_found(event: type[Event]) -> None:
    assert missing("G18") in said(Tampering(incidents(), event).gone().findings())


def test_g18_overdue_is_said_by_the_clock_and_not_early() -> None:
    early = Tampering(incidents(), IncidentOverdue)
    before = early.words.due_at - timedelta(minutes=1)
    assert broken("G18") in early.envelope(recorded_at=before).here()
    by_another = Tampering(incidents(), IncidentOverdue).envelope(actor="SLV:ops:somebody")
    assert broken("G18") in by_another.here()


@pytest.mark.parametrize("event", [MedicalEmergencyReported, DeathReported])
def test_g18_a_notice_of_what_nobody_reported_is_found(event: type[Event]) -> None:
    assert broken("G18") in said(Tampering(incidents(), event).gone().findings())


def test_an_incident_in_no_custody_is_found() -> None:
    gone = Tampering(incidents(), CustodyAccepted).gone()
    assert broken("G18") in said(gone.findings())


def test_g18_an_incident_in_the_custody_of_nobody_who_signed_reaches_no_office_by_right() -> None:
    """'Incidents reach both states': where no handover names them, no notice is one of theirs."""
    facts = Tampering(incidents(), MedicalEmergencyReported).event(custody=custody(99)).facts
    assert Tampering(facts, MedicalEmergencyReported).here() == {missing("G13")}
    for nth in range(3):
        assert broken("G18") in Tampering(facts, IncidentNotified, nth).here()
