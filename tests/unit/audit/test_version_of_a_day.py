"""A replay derives by itself which version a day is under, and who acted under another (D6)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.audit.domain.records.terms import Terms
from services.audit.domain.records.versions import Version, Versions
from services.intake.domain.case.fact import Fitness
from shared.contracts.agreement import agreed_on, digest
from shared.contracts.billing import FeeAccrued, NightUnpriced, TermsActivated
from shared.contracts.intake import (
    CaseProposed,
    ClearanceGranted,
    FitnessToTravelAssessed,
    ReceivingStateAccepted,
)
from shared.contracts.manifest import LegDeparted, ManifestOpened, PersonBoarded, PersonManifested
from shared.kernel.ids import AgreementRef, EntryRef
from shared.tariff.fact import PersonNight
from tests.support import version_of_a_day
from tests.support.first_agreement import first_agreement
from tests.support.version_of_a_day import Question
from tests.unit.audit.names import AGREEMENT, NIGHTLY, custody, document, person
from tests.unit.audit.rules import broken
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT, night

CHANGE = night(2)
"""The first day of the amendment."""
FROM_THE_CHANGE = {"start": str(CHANGE), "end": "2027-03-16"}
ELSEWHERE = [{"facility": "izalco", "timezone": "America/El_Salvador"}]
SECOND = AgreementRef("usa-slv-2025@2")
FIRST = AgreementRef("usa-slv-2025@1")


@version_of_a_day.each
def test_d6_a_replay_knows_the_version_of_the_day(asked: Question) -> None:
    versions = Versions()
    for term in asked.terms:
        terms = term.of(document())
        signed_by = {"USA", "SLV"} if term.signed_by_both else {"USA"}
        versions.of(AGREEMENT).append(Version(terms, digest(terms), signed_by))
    found = versions.binding(AGREEMENT, asked.day)
    in_force = found is not None and agreed_on(asked.day, found)
    assert (found.version if found and in_force else None) == asked.in_force


@version_of_a_day.each
def test_d6_a_replay_prices_a_night_by_its_version(asked: Question) -> None:
    terms, first = Terms(), AgreementRef("none@1")
    for term in asked.terms:
        signed = term.of(document(tariff=NIGHTLY))
        if term.signed_by_both:
            first = signed.ref
            terms.activate(
                TermsActivated(
                    agreement=signed.ref,
                    digest=digest(signed),
                    parties=signed.parties,
                    effective=signed.effective,
                    tariff=signed.tariff,
                    signed=EntryRef("accord.example/intake/0#7"),
                )
            )
    fact = PersonNight(custody(1), person(1), asked.day, EntryRef("accord.example/placement/0#1"))
    priced, prices = terms.prices(first, fact)
    assert (priced.number if priced else None) == asked.in_force
    assert bool(prices) == (asked.in_force is not None)


def begun() -> Story:
    """A case that was cleared under version 1."""
    story = Story().agreed(tariff=NIGHTLY).facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    return story


def amended(story: Story, **changed: Any) -> Story:  # noqa: ANN401 - any term can be changed
    """Both states sign version 2, early: it begins two nights after the arrival."""
    return story.agreed(
        **{"version": "2", "tariff": NIGHTLY, "effective": FROM_THE_CHANGE, **changed}
    )


def test_d6_an_amendment_signed_early_leaves_an_honest_story_without_a_finding() -> None:
    components = [{**each, "id": f"later-{each['id']}"} for each in NIGHTLY["components"]]
    components[1]["beside"] = [f"later-{name}" for name in components[1]["beside"]]
    story = amended(begun(), tariff={**NIGHTLY, "components": components})
    story.on(FIRST_NIGHT).travelled(1, 1)
    story.accepted(1)
    for number in range(4):
        story.on(night(number + 1)).counted(night(number), 1)
    _, found = story.audited()
    assert found == []
    charged = {entry.event.fact.night: entry.event.agreement for entry in of(story, FeeAccrued)}
    assert charged == {night(0): FIRST, night(1): FIRST, CHANGE: SECOND, night(3): SECOND}


def of(story: Story, event: type) -> list[Any]:
    return [entry for entry in story.facts() if isinstance(entry.event, event)]


def test_d6_a_journey_goes_on_under_the_version_that_came_into_force_meanwhile() -> None:
    story = begun()
    story.on(CHANGE - timedelta(days=1)).opened(1)
    amended(story)
    story.on(CHANGE).listed(1, 1)
    assert story.audited()[1] == []


def under_two() -> Story:
    """A first journey that departs before the change, a person proposed after it."""
    story = amended(begun())
    story.on(FIRST_NIGHT).travelled(1, 1)
    story.registered(2)
    story.on(CHANGE).proposed(2)
    story.cleared(2)
    story.travelled(2, 2)
    return story


@pytest.mark.parametrize(
    ("event", "nth", "version"),
    [(CaseProposed, 0, SECOND), (CaseProposed, 1, FIRST), (ManifestOpened, 1, FIRST)],
)
def test_f8_what_names_another_version_than_that_of_its_day_is_found(
    event: type, nth: int, version: AgreementRef
) -> None:
    """By signing early nobody brings a version forward, by keeping an old one nobody evades it."""
    facts = under_two().facts()
    assert broken("F8") in Tampering(facts, event, nth).event(agreement=version).here()


GAP = {"start": str(CHANGE + timedelta(days=3)), "end": "2027-03-16"}


def test_what_is_done_in_a_gap_between_two_terms_is_found() -> None:
    ends = {"start": "2025-03-01", "end": str(CHANGE)}
    story = Story().agreed(tariff=NIGHTLY, effective=ends).facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    amended(story, effective=GAP)
    story.on(FIRST_NIGHT).travelled(1, 1)
    story.accepted(1)
    story.on(night(4)).counted(night(1), 1)
    story.counted(night(2), 1)
    assert [entry.event.night for entry in of(story, NightUnpriced)] == [night(2)]
    assert story.audited()[1] == []
    facts, noon = story.facts(), datetime(2025, 3, 19, 12, tzinfo=UTC)
    for event in (ClearanceGranted, PersonManifested, PersonBoarded):
        late = Tampering(facts, event).envelope(time=noon, recorded_at=noon)
        assert broken("effective") in late.here()
    late = Tampering(facts, LegDeparted).event(departed_at=noon)
    assert broken("effective") in late.envelope(time=noon, recorded_at=noon).here()


def test_d6_a_journey_to_a_facility_that_the_version_of_the_day_does_not_have_is_found() -> None:
    facts = under_two().facts()
    there = Tampering(facts, ManifestOpened, 1).event(facility="izalco")
    assert broken("facilities") in Tampering(there.facts, PersonManifested, 1).here()


def test_d6_whose_office_signed_is_asked_of_the_version_of_the_day() -> None:
    required = [
        {**fact, "office": "monitor"} if fact["fact"] == "fitness" else fact
        for fact in first_agreement()["required_facts"]
    ]
    story = amended(begun(), required_facts=required)
    story.fact(1, Fitness(fit=True, valid_until=CHANGE + timedelta(days=30)))
    assert story.audited()[1] == []
    late = datetime.combine(CHANGE, datetime.min.time(), UTC)
    signed = Tampering(story.facts(), FitnessToTravelAssessed, 1)
    assert broken("required_facts") in signed.envelope(time=late, recorded_at=late).here()


def test_before_its_first_day_a_replay_reads_the_version_that_begins_first() -> None:
    versions = Versions()
    for number, start in ((1, "2025-05-01"), (2, "2025-04-01"), (3, "2025-06-01")):
        terms = document(version=str(number), effective={"start": start, "end": "2026-01-01"})
        versions.of(AGREEMENT).append(Version(terms, digest(terms), {"USA", "SLV"}))
    found = versions.binding(AGREEMENT, date(2025, 1, 1))
    assert found is not None
    assert found.version == 2


def test_g4_a_step_on_a_day_before_the_proposal_is_found() -> None:
    """Whoever says that it was done earlier, so that another version binds, is found."""
    facts = under_two().facts()
    early = datetime.combine(FIRST_NIGHT, datetime.min.time(), UTC)
    for event in (ReceivingStateAccepted, ClearanceGranted, PersonManifested, PersonBoarded):
        assert broken("G4") in Tampering(facts, event, 1).envelope(time=early).here()
