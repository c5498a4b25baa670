"""In whatever order merging, headcounts and exits come and are read, a person-night is one (T8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit.domain.records.pseudonyms import Likeness, Pseudonyms
from services.billing.domain import account as accounts
from shared.contracts.agreement import NightRule
from shared.contracts.billing import FeeAccrued, FeeReversed, TermsActivated
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.placement import CustodyEnded, HeadcountAttested
from shared.kernel.dates import month_of
from shared.kernel.ids import PersonId, agreement_of
from shared.kernel.rejected import Rejected
from shared.tariff.person_month import PersonMonths
from tests.unit.audit.names import AGENCY, COLLEAGUE, NIGHTLY, custody
from tests.unit.audit.story import Story
from tests.unit.audit.told import BY_THE_MONTH, SMALL

ARRIVAL = date(2025, 3, 27)
PEOPLE = range(1, 5)
Step = Callable[[Story, int, int], object]


def _counted(story: Story, a: int, b: int) -> None:
    """The next night's headcount; now and then one of them is not seen."""
    story.on(story.now.date() + timedelta(days=1))
    gone = {
        event.custody
        for event in story.world.logs["placement"].events
        if isinstance(event, CustodyEnded)
    }
    seen = (person for person in PEOPLE if custody(person) not in gone and (b % 3 or person != a))
    story.counted(story.now.date() - timedelta(days=1), *seen)


def _left(story: Story, a: int, b: int) -> None:
    """Somebody left, some days ago."""
    story.left(a, ended_at=story.now - timedelta(days=b))


def _left_at_once(story: Story, a: int, _: int) -> None:
    """Somebody left on the day of the arrival."""
    story.left(a, ended_at=datetime.combine(ARRIVAL, time(22), UTC))


def _closed(story: Story, _: int, b: int) -> None:
    if b == 1:
        story.on(date(2025, 4, 2)).closed("2025-03")


STEPS: tuple[Step, ...] = (
    *(_counted,) * 4,
    *(lambda story, a, b: story.same_as(a, b, (COLLEAGUE, AGENCY)[b % 2]),) * 3,
    *(lambda story, a, b: story.different_from(a, b, (COLLEAGUE, AGENCY)[a % 2]),) * 2,
    _left,
    _left_at_once,
    _closed,
    lambda story, _, __: story.world.follow("billing", "intake"),
    lambda story, _, __: story.world.follow("billing", "placement"),
    lambda story, _, __: story.world.settle(),
)


@st.composite
def merged_stories(draw: st.DrawFn, *tariffs: dict[str, object]) -> Story:
    """Four pseudonyms in four custodies, of which some are one person's for a time."""
    story = Story(in_step=False)
    rule = draw(st.sampled_from(get_args(NightRule)))
    story.agreed(tariff=draw(st.sampled_from(tariffs)), night_rule=rule).facility()
    for person in PEOPLE:
        story.registered(person)
        story.proposed(person)
        story.cleared(person)
    story.world.settle()
    story.on(ARRIVAL).opened(1)
    story.listed(1, *PEOPLE)
    story.world.settle()
    story.sealed(1)
    story.boarded(1, *PEOPLE)
    story.departed(1)
    story.arrived(1)
    story.offered(1)
    story.world.settle()
    story.accepted(*PEOPLE)
    steps = st.tuples(st.sampled_from(STEPS), st.integers(1, 4), st.integers(1, 4))
    for step, a, b in draw(st.lists(steps, min_size=4, max_size=30)):
        with suppress(Rejected):
            step(story, a, b)
    story.world.settle()
    return story


def _one_person(story: Story) -> Pseudonyms:
    """Who is who, by what intake said last of each pair."""
    known = Pseudonyms()
    for event in story.world.logs["intake"].events:
        match event:
            case PersonsMerged():
                known.say(Likeness(event.person, event.other, "", merged=True))
            case PersonsToldApart():
                with suppress(KeyError):  # of whom nobody had said so before
                    known.unsay(event.person, event.other)
            case _:
                pass
    return known


Who = tuple[PersonId, ...]
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _standing(story: Story, known: Pseudonyms) -> Counter[tuple[Who, date | None, str]]:
    """How often each person-night stands charged under each component."""
    stands: Counter[tuple[Who, date | None, str]] = Counter()
    for event in story.world.logs["billing"].events:
        if isinstance(event, FeeAccrued | FeeReversed) and event.person is not None:
            everybody = tuple(sorted(known.everybody(event.person)))
            times = 1 if isinstance(event, FeeAccrued) else -1
            stands[everybody, event.night, event.component] += times
    return +stands


def _counted_persons(story: Story, known: Pseudonyms) -> dict[str, int]:
    """How many persons have a night of each month that stands charged."""
    nights = {(who, month_of(night)) for who, night, _ in _standing(story, known) if night}
    return Counter(month for _, month in nights)


def _attested(story: Story, known: Pseudonyms) -> set[tuple[Who, date]]:
    """Every person-night that a headcount named within a custody, by the rule that was signed."""
    log = story.world.logs["placement"].events
    rule = story.world.logs["billing"].last(TermsActivated).night_rule
    first = ARRIVAL if rule == "midnight-census" else ARRIVAL + timedelta(days=1)
    ended = {event.custody: event.departed_on for event in log if isinstance(event, CustodyEnded)}
    return {
        (tuple(sorted(known.everybody(presence.person))), event.night)
        for event in log
        if isinstance(event, HeadcountAttested)
        for presence in event.present
        if event.night < max(ended.get(presence.custody, date.max), first)
    }


@settings(UNHURRIED, max_examples=60)
@given(merged_stories(NIGHTLY, SMALL, BY_THE_MONTH))
def test_t8_no_person_night_is_charged_twice_and_the_audit_finds_nothing(story: Story) -> None:
    assert story.audited()[1] == []
    assert set(_standing(story, _one_person(story)).values()) <= {1}


@settings(UNHURRIED, max_examples=40)
@given(merged_stories(BY_THE_MONTH))
def test_f6_a_month_counts_each_person_once_whoever_is_who(story: Story) -> None:
    agreement = story.world.logs["billing"].last(TermsActivated).agreement
    account = story.world.logs["billing"].fold(accounts.fold(agreement_of(agreement)))
    tally = account.of("months").tally
    assert isinstance(tally, PersonMonths)
    counted = {month: borne.persons for month, borne in tally.months.items() if borne.persons}
    assert counted == _counted_persons(story, _one_person(story))


@settings(UNHURRIED, max_examples=40)
@given(merged_stories(NIGHTLY))
def test_g20_every_attested_person_night_is_charged_whoever_is_who(story: Story) -> None:
    """Every night has a price under this tariff: none that was attested is lost either."""
    known = _one_person(story)
    standing = _standing(story, known)
    assert {(who, night) for who, night, _ in standing} == _attested(story, known)
