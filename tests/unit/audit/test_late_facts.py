"""What is told of persons who have departed, as the audit checks that it is followed up (D7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.intake.domain.case import fact
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.hold import PersonScope
from shared.contracts.identity import PersonsMerged
from shared.contracts.intake import (
    AgreementActivated,
    AgreementSigned,
    NationalityDetermined,
    PersonRegistered,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from shared.kernel.event import Event
from shared.kernel.rejected import Finding
from tests.unit.audit.exclusions_told import FIRST, SECOND, excluded
from tests.unit.audit.late_facts_told import handed_over, told_since
from tests.unit.audit.names import CLERK, JUDGE, PAPER, case, person
from tests.unit.audit.recalls_told import LATE
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering

CAUSES = {
    0: (NationalityDetermined, -1),
    1: (RiskOfIllTreatmentAssessed, -1),
    2: (ExclusionMatched, 0),
    3: (PersonsMerged, 0),
    4: (ExclusionMatched, 1),
    5: (ExclusionMatched, 2),
}
"""What each of those who are found is found by."""


def test_d7_whoever_what_is_told_would_have_kept_here_is_found_and_nobody_else() -> None:
    replay, findings = audited(told_since())
    assert findings == []
    said = [fact.event for fact in told_since()]
    found = [event for event in said if isinstance(event, WrongfulTransferFound)]
    assert [event.case for event in found] == [case(number) for number in (1, 2, 3, 4, 4, 6)]
    assert [event.closes.rule for event in found] == ["G7", "G5", "G8", "G3", "G8", "G8"]
    recalled = [event.case for event in said if isinstance(event, RecallOrdered)]
    assert recalled == [case(1)]
    assert list(replay.state.handed_over) == [case(number) for number in range(2, 7)]


@pytest.mark.parametrize(("number", "cause"), CAUSES.items())
def test_d7_who_is_not_found_within_an_hour_of_what_is_told_is_missed(
    number: int, cause: tuple[type, int]
) -> None:
    facts = Tampering(told_since(), WrongfulTransferFound, number).gone().facts
    assert missing("D7") in Tampering(facts, *cause).here()


ROWS: dict[str, Row] = {
    "found by what the facts do not lack": (
        WrongfulTransferFound,
        {"closes": Finding(rule="G6", missing="no legal basis", evidence=f"document/{PAPER}")},
        missing("D7"),
    ),
    "found of a departure that was not": (
        WrongfulTransferFound,
        {"departed_at": LATE},
        broken("D7"),
    ),
    "it binds since the departure": (WrongfulTransferFound, {"since": LATE}, broken("D7")),
    "found as of when it was told": (WrongfulTransferFound, {"found_at": LATE}, broken("D7")),
    "found by an order as of when it bound them": (
        (WrongfulTransferFound, 3),
        {"found_at": LATE},
        broken("D7"),
    ),
    "whoever excluded them is told": (
        (WrongfulTransferFound, 2),
        {"issuer": None},
        broken("D7"),
    ),
    "and of a fact nobody else is": (
        WrongfulTransferFound,
        {"issuer": str(JUDGE)},
        broken("D7"),
    ),
    "an exclusion that is not there finds nobody": (
        (WrongfulTransferFound, 2),
        {"closes": Finding(rule="G8", missing="excluded", evidence="exclusion/another")},
        missing("D7"),
    ),
    "a fact after a departure says so": (
        (NationalityDetermined, -1),
        {"after_departure": False},
        broken("D7"),
    ),
    "and one before it does not": (
        NationalityDetermined,
        {"after_departure": True},
        broken("D7"),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(told_since(), row)


def test_an_exclusion_that_was_withdrawn_within_the_hour_asks_for_nobody() -> None:
    facts = Tampering(told_since(), WrongfulTransferFound, 2).gone().facts
    matched = Tampering(facts, ExclusionMatched)
    assert missing("D7") in matched.here()
    ended = ExclusionWithdrawn(
        exclusion=FIRST,
        person=matched.words.person,
        document=PAPER,
        withdrawn_by=str(JUDGE),
        withdrawn_at=LATE,
    )
    facts = Tampering(facts, PersonRegistered, 8).instead(ended).envelope(actor=str(JUDGE)).facts
    assert missing("D7") not in Tampering(facts, ExclusionMatched).here()


def test_what_is_told_again_is_no_news_and_of_whoever_has_left_custody_nothing_is_asked() -> None:
    story = handed_over()
    real = fact.RiskAssessment(
        "SLV", (), substantial_grounds=True, valid_until=LATE.date() + timedelta(days=60)
    )
    for number in (20, 21):
        story.fact(2, real)
        story.registered(number)
    story.on(LATE).left(2)
    story.fact(2, fact.Nationality(("USA",), disputed=False))
    excluded(story, 2, SECOND, CLERK)
    story.held(9, PersonScope(person(9)))
    story.same_as(2, 9)
    story.registered(30)
    story.on(LATE + timedelta(days=2)).registered(31)
    replay, findings = story.audited()
    assert findings == []
    assert case(2) not in replay.state.handed_over
    found = [each.event for each in story.facts() if type(each.event) is WrongfulTransferFound]
    assert [event.closes.rule for event in found] == ["G7", "G5", "G7", "G8", "G3"]


def test_a_case_under_no_version_lacks_nothing_that_can_be_said() -> None:
    facts = told_since()
    signed: list[type[Event]] = [AgreementSigned, AgreementSigned, AgreementActivated]
    for event in signed:
        facts = Tampering(facts, event).gone().facts
    assert missing("D7") in Tampering(facts, WrongfulTransferFound).here()
