"""G15: the audit's own check of every lawful end and of every day past one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.contracts.lawful_end import CustodyTerm, DecisionName
from shared.contracts.manifest import HandoverOffered
from shared.contracts.overstay import LawfulEndApproached, LawfulEndDateSet, OverstayDetected
from shared.contracts.placement import CustodyAccepted, HandoverPending
from tests.unit.audit.ends_told import ENDS, JUDGMENT, decided, held_past_the_end, sentenced
from tests.unit.audit.names import THEIRS, custody
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering, said

END = datetime(2025, 4, 20, 23, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)


def alarms(number: int) -> list[tuple[date, int]]:
    """Each alarm of one person: which end, and which day past it."""
    events = (fact.event for fact in held_past_the_end())
    return [
        (event.ends_on, event.day)
        for event in events
        if isinstance(event, OverstayDetected) and event.custody == custody(number)
    ]


def test_g15_every_day_past_the_end_is_an_alarm_and_nothing_is_wrong_with_that() -> None:
    replay, found = audited(held_past_the_end())
    assert found == []
    assert replay.report().waiting == {}
    assert alarms(1) == [(ENDS, day) for day in (1, 2, 3)] + [
        (date(2025, 4, 28), day) for day in (1, 2, 3)
    ]
    assert alarms(2) == [(date(2025, 4, 11), day) for day in range(4, 16)]


WAITED_FOR = {10, 14, 17}
"""The last before another end binds or the person leaves: the clock is given an hour, and then its
reason is gone.
"""


@pytest.mark.parametrize("nth", sorted({*range(18)} - WAITED_FOR))
def test_g15_no_day_is_left_out(nth: int) -> None:
    left_out = Tampering(held_past_the_end(), OverstayDetected, nth).gone()
    assert missing("G15") in said(left_out.findings())


@pytest.mark.parametrize("nth", range(2))
def test_g15_no_approach_is_left_out(nth: int) -> None:
    left_out = Tampering(held_past_the_end(), LawfulEndApproached, nth).gone()
    assert missing("G15") in said(left_out.findings())


def test_a_clock_that_does_not_go_is_found_day_by_day() -> None:
    """Each day that nobody was alarmed about is a finding of its own."""
    story = sentenced(1)
    story.on(ENDS)
    story.world._due.clear()  # noqa: SLF001 - a placement whose clock does not go
    for day in range(1, 5):
        story.on(ENDS + day * DAY).assigned(1, f"module-{day}")
        story.on(datetime(2025, 4, 20 + day, 15, tzinfo=UTC)).assigned(1, f"house-{day}")
        story.world._due.clear()  # noqa: SLF001 - nothing that would follow either
    _, found = story.audited()
    days = [finding.expected for finding in found if "past its lawful end" in finding.expected]
    assert [text.split()[1] for text in days] == ["1", "2", "3", "4"]


def test_what_is_due_and_not_marked_yet_is_waited_for() -> None:
    story = sentenced(1)
    story.on(ENDS + DAY)
    due, story.world._due = story.world._due, []  # noqa: SLF001 - a clock that has not looked yet
    assert due
    story.assigned(1, "module-1")
    replay, _ = story.audited()
    assert replay.report().waiting["overstay"] == 1


ROWS: tuple[Row, ...] = (
    (OverstayDetected, {"day": 9}, broken("G15")),
    (OverstayDetected, {"ends_on": ENDS + DAY}, broken("G15")),
    (OverstayDetected, {"due_at": END - DAY}, broken("G15")),
    ((OverstayDetected, 1), {"day": 4}, broken("G15")),
    (LawfulEndApproached, {"ends_on": ENDS + DAY}, broken("G15")),
    (LawfulEndDateSet, {"return_margin_days": 0}, broken("G15")),
    (LawfulEndDateSet, {"latest_end": ENDS}, broken("G15")),
    (LawfulEndDateSet, {"replaces": JUDGMENT}, broken("G15")),
    (
        LawfulEndDateSet,
        {"replaces": DecisionName(issued_by="Nobody", reference="none")},
        missing("G15"),
    ),
    ((LawfulEndDateSet, 2), {"replaces": None}, broken("G15")),
    (HandoverOffered, {"term": None}, broken("G15")),
    (HandoverOffered, {"term": CustodyTerm(return_margin_days=30)}, broken("G15")),
    (HandoverPending, {"term": None}, broken("G13")),
    (CustodyAccepted, {"term": None}, broken("G13")),
    (CustodyAccepted, {"term": CustodyTerm(return_margin_days=30)}, broken("G13")),
)


@pytest.mark.parametrize("row", ROWS)
def test_what_is_said_of_a_lawful_end_follows_from_the_record(row: Row) -> None:
    assert breaks(held_past_the_end(), row)


def test_g15_no_end_is_put_off_silently() -> None:
    """An operator who writes a later day into what binds, without a decision that replaces one."""
    facts = held_past_the_end()
    words = Tampering(facts, LawfulEndDateSet).words
    assert (
        broken("G15") in Tampering(facts, LawfulEndDateSet).event(binding=words.lawful_end).here()
    )


@pytest.mark.parametrize(
    "actor",
    ["SLV:facility-registry:cecot/registry", "VEN:court:tribunal-1", "SLV:court:juzgado-2"],
)
def test_g15_only_who_may_says_until_when(actor: str) -> None:
    """Nor does a court of one state put off what one of the other said."""
    changed = Tampering(held_past_the_end(), LawfulEndDateSet, 2).envelope(actor=actor)
    assert broken("G15") in changed.here()


def test_a_decision_that_was_not_made_is_found() -> None:
    changed = Tampering(held_past_the_end(), LawfulEndDateSet)
    end = changed.words.lawful_end
    future = type(end)(
        issued_by=end.issued_by,
        reference=end.reference,
        decided_on=date(2025, 4, 9),
        document=end.document,
        ends_on=end.ends_on,
    )
    assert broken("G15") in changed.event(lawful_end=future).here()


def test_a_decision_of_the_same_name_says_what_it_replaces() -> None:
    story = sentenced(1)
    story.on(date(2025, 4, 1))
    decided(story, 1, date(2025, 4, 10))
    decided(story, 1, date(2025, 4, 12), reference="25-cv-900")
    facts = story.facts()
    assert story.audited()[1] == []
    first = Tampering(facts, LawfulEndDateSet).words.lawful_end
    again = Tampering(facts, LawfulEndDateSet, 1).event(lawful_end=first)
    assert broken("G15") in again.here()


def test_g15_one_number_of_two_offices_is_two_decisions() -> None:
    """Going round it: the other state's authority drops a court's end by saying its number."""
    story = sentenced(1)
    story.on(date(2025, 4, 1))
    decided(story, 1, date(2040, 1, 1), by=THEIRS)
    decided(story, 1, date(2025, 4, 10))
    name = DecisionName(issued_by="District Court 9", reference="25-cv-766")
    decided(story, 1, date(2050, 1, 1), by=THEIRS, replaces=name)
    facts = story.facts()
    assert story.audited()[1] == []
    last = Tampering(facts, LawfulEndDateSet, 2)
    assert broken("G15") in last.event(binding=last.words.lawful_end).here()
    both = (*Tampering(facts, LawfulEndDateSet, 2).words.replaced_of, "XX:court")
    assert broken("G15") in Tampering(facts, LawfulEndDateSet, 2).event(replaced_of=both).here()


@pytest.mark.parametrize(
    "changed", [{"actor": "SLV:facility-registry:desk"}, {"time": END + timedelta(hours=1)}]
)
@pytest.mark.parametrize("event", [OverstayDetected, LawfulEndApproached])
def test_an_alarm_is_of_placements_own_clock_at_its_instant(
    event: type[OverstayDetected], changed: dict[str, object]
) -> None:
    assert broken("G15") in Tampering(held_past_the_end(), event).envelope(**changed).here()


def test_who_is_in_nobodys_custody_overstays_nowhere() -> None:
    """The lifecycle finds it; the clock's rule has nothing to compare it with."""
    for event in (OverstayDetected, LawfulEndApproached, LawfulEndDateSet):
        lost = Tampering(held_past_the_end(), event).event(custody=custody(99))
        assert missing("G13") in lost.here()


def test_g15_an_end_that_binds_once_an_earlier_one_gives_way_is_waited_for_from_then_on() -> None:
    """'Past it an alarm, daily': also past one that bound nobody when it was said."""
    story = sentenced(1)
    story.on(date(2025, 4, 1))
    decided(story, 1, date(2025, 5, 1), by=THEIRS)
    decided(story, 1, date(2040, 1, 1), reference="25-cv-900", replaces=JUDGMENT)
    story.on(date(2025, 5, 3)).assigned(1, "module-1")
    story.on(datetime(2025, 5, 3, 15, tzinfo=UTC)).assigned(1, "module-2")
    facts = story.facts()
    assert audited(facts)[1] == []
    silent = Tampering(facts, OverstayDetected).gone()
    assert missing("G15") in said(silent.findings())
