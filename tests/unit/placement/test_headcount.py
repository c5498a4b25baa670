"""G14: every facility attests a headcount by person each day; whoever is missing is an alarm."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.placement.domain.facility.state import FacilityIsUnknown, NotThisFacilitysState
from services.placement.domain.headcount import (
    PRESENCES_PER_ENTRY,
    CountedButNotInCustody,
    HeadcountAlreadyAttested,
    NightNotBegun,
    NobodyToCount,
)
from services.placement.domain.roster import RosterState, evolve
from shared.contracts.placement import (
    HeadcountAttested,
    HeadcountMismatched,
    HeadcountRefused,
    PersonAccountedFor,
    PersonUnaccounted,
)
from shared.contracts.unknown_person import UnknownPersonCounted
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, CustodyId
from tests.unit.placement.story import NIGHT, SENDER, TAKEN, TERMS, Story, custody

NEXT = NIGHT + timedelta(days=1)
AFTER = NIGHT + timedelta(days=2)
MAX_DATA_BYTES = 60_000
"""What an entry of 65,535 bytes leaves for its data."""


def kinds(events: tuple[Event, ...]) -> Counter[type[Event]]:
    return Counter(type(event) for event in events)


def nights(events: tuple[Event, ...], kind: type[Event]) -> list[tuple[CustodyId, date]]:
    return [
        (event.custody, event.night)
        for event in events
        if isinstance(event, PersonUnaccounted | PersonAccountedFor) and isinstance(event, kind)
    ]


def test_everybody_counted_is_attested_by_name(story: Story) -> None:
    (attested,) = story.facility(2).hold(1, 2).attest(NIGHT, 1, 2)
    assert isinstance(attested, HeadcountAttested)
    assert [presence.custody for presence in attested.present] == [custody(1), custody(2)]
    assert (attested.part, attested.parts, attested.agreement) == (1, 1, TERMS)
    assert attested.attested_by == "SLV:facility-registry:cecot-registry"


def test_288_departed_and_287_attested_is_one_person_unaccounted(story: Story) -> None:
    """T5."""
    story.facility(300).hold(*range(288))
    events = story.attest(NIGHT, *range(287))
    assert kinds(events) == {HeadcountAttested: 1, HeadcountMismatched: 1, PersonUnaccounted: 1}
    mismatch = next(event for event in events if isinstance(event, HeadcountMismatched))
    assert (mismatch.expected, mismatch.counted) == (288, 287)
    assert nights(events, PersonUnaccounted) == [(custody(287), NIGHT)]
    attested = next(event for event in events if isinstance(event, HeadcountAttested))
    assert custody(287) not in {presence.custody for presence in attested.present}


def test_a_long_list_stands_in_parts_that_fit_into_an_entry(story: Story) -> None:
    story.facility(900).hold(*range(900))
    events = story.attest(NIGHT, *range(900))
    parts = [event for event in events if isinstance(event, HeadcountAttested)]
    assert [(attested.part, attested.parts, len(attested.present)) for attested in parts] == [
        (1, 3, PRESENCES_PER_ENTRY),
        (2, 3, PRESENCES_PER_ENTRY),
        (3, 3, 100),
    ]
    assert len({presence.custody for part in parts for presence in part.present}) == 900
    assert max(len(msgspec.json.encode(attested)) for attested in parts) < MAX_DATA_BYTES


def test_each_agreement_has_a_list_of_its_own_and_an_empty_one_says_so(story: Story) -> None:
    other = AgreementRef("usa-xyz-2025@2")
    story.facility(2).hold(1)
    story.offer(2, agreement=other)
    story.accept(2)
    events = story.attest(NIGHT, 1)
    lists = {
        event.agreement: len(event.present)
        for event in events
        if isinstance(event, HeadcountAttested)
    }
    assert lists == {TERMS: 1, other: 0}


def test_a_night_is_attested_once(story: Story) -> None:
    story.facility(1).hold(1).attest(NIGHT, 1)
    with pytest.raises(HeadcountAlreadyAttested):
        story.attest(NIGHT, 1)


def test_a_night_can_be_attested_after_the_fact_and_in_any_order(story: Story) -> None:
    story.facility(1).hold(1)
    assert [kinds(story.attest(night, 1)) for night in (AFTER, NIGHT, NEXT)] == [
        {HeadcountAttested: 1}
    ] * 3


def test_a_night_that_has_not_begun_is_refused_on_record(story: Story) -> None:
    story.facility(1).hold(1)
    with pytest.raises(NightNotBegun) as raised:
        story.attest(date(2026, 1, 2), 1)
    assert isinstance(story.events[-1], HeadcountRefused)
    assert raised.value.refusal.rule == "G14"
    story.attest(date(2026, 1, 1), 1)


def test_d3_a_list_with_a_stranger_is_attested_for_those_who_are_known(
    story: Story,
) -> None:
    story.facility(3).hold(1, 2, 3).end(2, TAKEN.replace(day=17))
    late = TAKEN.replace(day=18)
    story.offer(4)
    story.end(3, late)
    story.accept(4, accepted_at=late)
    attested, *strangers = story.attest(NEXT, 1, 2, 3, 4, 5)
    assert isinstance(attested, HeadcountAttested)
    assert [presence.custody for presence in attested.present] == [custody(1), custody(3)]
    left, came, nobody = (event for event in strangers if isinstance(event, UnknownPersonCounted))
    assert [left.counted, came.counted, nobody.counted] == [*map(custody, (2, 4, 5))]
    assert (left.reason, left.arrived_on, left.departed_on) == (
        "outside-the-stay",
        date(2025, 3, 16),
        date(2025, 3, 17),
    )
    assert (came.arrived_on, came.departed_on) == (date(2025, 3, 18), None)
    assert (nobody.reason, nobody.arrived_on) == ("no-custody-here", None)


def test_d3_strangers_alone_attest_no_night(story: Story) -> None:
    """Going round it: a night that nobody was there on gets a list all the same."""
    story.facility(1).hold(1).end(1, TAKEN.replace(day=17))
    with pytest.raises(CountedButNotInCustody, match="none of the 2 persons") as raised:
        story.attest(AFTER, 1, 5)
    assert [finding.missing for finding in raised.value.findings] == [
        "in custody from 2025-03-16 to 2025-03-17",
        "no such custody was accepted here",
    ]
    assert isinstance(story.events[-1], HeadcountRefused)


def test_however_wrong_a_list_is_its_refusal_fits_into_an_entry(story: Story) -> None:
    story.facility(1).hold(1).end(1, TAKEN.replace(day=17))
    with pytest.raises(CountedButNotInCustody, match="none of the 5000 persons"):
        story.attest(AFTER, *range(1, 5001))
    assert len(msgspec.json.encode(story.events[-1])) < MAX_DATA_BYTES


def test_who_left_before_the_night_is_not_missing(story: Story) -> None:
    story.facility(2).hold(1, 2).end(2, TAKEN.replace(day=17))
    assert kinds(story.attest(NEXT, 1)) == {HeadcountAttested: 1}


def test_who_left_later_must_be_counted_though_the_night_is_attested_after_it(
    story: Story,
) -> None:
    story.facility(2).hold(1, 2).end(2, TAKEN.replace(day=17))
    assert nights(story.attest(NIGHT, 1), PersonUnaccounted) == [(custody(2), NIGHT)]


def test_in_and_out_on_one_day_may_be_counted_and_is_not_missing_when_not(story: Story) -> None:
    story.facility(3).hold(1, 2, 3).end(2, TAKEN)
    story.end(3, TAKEN)
    (attested,) = story.attest(NIGHT, 1, 2)
    assert isinstance(attested, HeadcountAttested)
    assert [presence.custody for presence in attested.present] == [custody(1), custody(2)]


def test_a_person_who_is_counted_again_is_accounted_for_once(story: Story) -> None:
    story.facility(2).hold(1, 2).attest(NIGHT, 1)
    assert nights(story.attest(NEXT, 1, 2), PersonAccountedFor) == [(custody(2), NEXT)]
    assert kinds(story.attest(AFTER, 1, 2)) == {HeadcountAttested: 1}


def test_being_counted_on_an_earlier_night_explains_nothing(story: Story) -> None:
    story.facility(2).hold(1, 2).attest(NEXT, 1)
    assert kinds(story.attest(NIGHT, 1, 2)) == {HeadcountAttested: 1}
    assert nights(story.attest(AFTER, 1, 2), PersonAccountedFor) == [(custody(2), AFTER)]


def test_who_was_missing_on_an_earlier_night_and_counted_since_is_accounted_for_at_once(
    story: Story,
) -> None:
    story.facility(2).hold(1, 2).attest(NEXT, 1, 2)
    events = story.attest(NIGHT, 1)
    assert nights(events, PersonUnaccounted) == [(custody(2), NIGHT)]
    assert nights(events, PersonAccountedFor) == [(custody(2), NEXT)]


def test_a_later_count_before_the_person_was_on_the_roster_explains_nothing(story: Story) -> None:
    story.facility(2).hold(1).attest(NEXT, 1)
    story.hold(2)
    events = story.attest(NIGHT, 1)
    assert nights(events, PersonUnaccounted) == [(custody(2), NIGHT)]
    assert nights(events, PersonAccountedFor) == []


def test_who_is_still_missing_later_stays_unaccounted_for(story: Story) -> None:
    story.facility(2).hold(1, 2).attest(NEXT, 1, 2)
    story.attest(AFTER, 1)
    assert nights(story.attest(NIGHT, 1), PersonAccountedFor) == []


def test_when_nobody_was_in_custody_there_is_nothing_to_attest(story: Story) -> None:
    story.facility(1).hold(1)
    with pytest.raises(NobodyToCount):
        story.attest(NIGHT - timedelta(days=1))


def test_only_the_facilitys_own_state_attests(story: Story) -> None:
    with pytest.raises(FacilityIsUnknown):
        story.attest(NIGHT, 1)
    story.facility(1).hold(1)
    with pytest.raises(NotThisFacilitysState):
        story.attest(NIGHT, 1, actor=SENDER)


def test_the_roster_ignores_what_is_not_about_it_and_refuses_what_cannot_be(story: Story) -> None:
    story.facility(2).reserve(1)
    assert evolve(RosterState(), story.events[-1]) == RosterState()
    story.hold(2)
    (ended,) = story.end(2, TAKEN)
    with pytest.raises(LookupError, match="not on the roster"):
        evolve(RosterState(), ended)


@pytest.mark.parametrize(
    ("attested_at", "broken"),
    [
        (datetime(2199, 1, 1, tzinfo=UTC), False),  # the shell refuses it, whatever the night
        (datetime(2025, 3, 16, 6, tzinfo=UTC), False),  # midnight in El Salvador
        (datetime(2025, 3, 16, 5, 59, tzinfo=UTC), True),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
    ],
)
def test_g14_a_list_is_not_signed_before_its_night_has_begun(
    story: Story, attested_at: datetime, *, broken: bool
) -> None:
    assert date(2025, 3, 16) == NIGHT
    story.facility(2).hold(1)
    if broken:
        with pytest.raises(NightNotBegun, match="attest it once it has"):
            story.attest(NIGHT, 1, attested_at=attested_at)
        return
    (attested,) = story.attest(NIGHT, 1, attested_at=attested_at)
    assert isinstance(attested, HeadcountAttested)
