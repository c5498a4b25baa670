"""A death ends the custody: no night is charged from its day on, whatever was attested (T7)."""

from datetime import date, timedelta

import pytest

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.exit import ExitBeforeCustody, ExitInTheFuture
from services.placement.domain.custody.state import NotInCustody, NotTheReceivingState
from services.placement.domain.facility import state as facility_state
from services.placement.domain.incident.report_death import REPORT_DEATH, ReportDeath
from shared.contracts.billing import FeeAccrued, FeeReversed
from shared.contracts.placement import DeathReported, HeadcountAttested
from shared.contracts.unknown_person import UnknownPersonCounted
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.rejected import Rejected
from tests.unit.audit import names
from tests.unit.audit.story import Story as WholeStory
from tests.unit.audit.story import in_custody
from tests.unit.placement.story import CECOT, NOW, REGISTRY, SENDER, TAKEN, Story, custody

CERTIFICATE = "DC-2025-118"


def report(story: Story, actor: Actor = REGISTRY, after: timedelta = timedelta()) -> Event:
    command = ReportDeath(
        custody=custody(1), actor=actor, now=NOW, ended_at=TAKEN + after, reference=CERTIFICATE
    )
    (died, *_) = story.decide(REPORT_DEATH, command)
    return died


def test_t7_a_death_ends_the_custody_and_frees_the_place(story: Story) -> None:
    story.facility(1).hold(1)
    died = report(story)
    assert isinstance(died, DeathReported)
    assert (died.EXIT, died.reference, died.departed_on) == ("deceased", CERTIFICATE, TAKEN.date())
    assert story.fold(custody_state.fold(custody(1))).ended == died
    assert story.fold(facility_state.fold(CECOT)).in_custody == 0
    with pytest.raises(NotInCustody, match="DeathReported"):
        report(story)


@pytest.mark.parametrize(
    ("actor", "after", "refused"),
    [
        (SENDER, timedelta(), NotTheReceivingState),
        (REGISTRY, timedelta(days=-1), ExitBeforeCustody),
        (REGISTRY, timedelta(days=4000), ExitInTheFuture),
    ],
)
def test_a_death_is_reported_by_who_holds_the_person_and_once_it_happened(
    actor: Actor, after: timedelta, refused: type[Rejected], story: Story
) -> None:
    story.facility(1).hold(1)
    with pytest.raises(refused):
        report(story, actor, after)


def test_t7_who_has_died_is_not_counted_any_more(story: Story) -> None:
    story.facility(2).hold(1, 2)
    report(story, after=timedelta(days=1))
    attested, unknown = story.attest(TAKEN.date() + timedelta(days=1), 1, 2)
    assert isinstance(attested, HeadcountAttested)
    assert len(attested.present) == 1
    assert isinstance(unknown, UnknownPersonCounted)
    story.attest(TAKEN.date(), 1, 2)


def charged(story: WholeStory) -> list[date | None]:
    """The nights of the first person that are charged and were not taken back."""
    events = story.world.logs["billing"].events
    mine = names.custody(1)
    back = [
        event.night for event in events if isinstance(event, FeeReversed) and event.custody == mine
    ]
    nights = [
        event.night for event in events if isinstance(event, FeeAccrued) and event.custody == mine
    ]
    return sorted({night for night in nights if night not in back}, key=str)


def test_t7_no_night_is_charged_from_the_death_on_also_when_it_is_reported_late() -> None:
    story = in_custody(1, 2)
    first = date(2025, 3, 16)
    for number in range(4):
        story.on(first + timedelta(days=number + 1)).counted(first + timedelta(days=number), 1, 2)
    assert charged(story) == [first + timedelta(days=number) for number in range(4)]
    died_at = story.now - timedelta(days=2)
    story.act(
        "placement",
        REPORT_DEATH,
        ReportDeath,
        names.REGISTRY,
        time=died_at,
        custody=names.custody(1),
        ended_at=died_at,
        reference=CERTIFICATE,
    )
    assert charged(story) == [first, first + timedelta(days=1)]
    replay, found = story.audited()
    assert found == []
    assert replay.report().left == {"placement.DeathReported.v1": 1}
