"""Honest stories of any kind: offices ask for whatever they like, and the services decide."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from hypothesis import strategies as st

from services.intake.domain.case import fact
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, PersonScope
from shared.contracts.hold_scope import AgreementScope
from shared.contracts.intake import PersonRegistered
from shared.contracts.placement import CustodyAccepted, CustodyEnded
from shared.kernel.rejected import Rejected
from tests.unit.audit.names import (
    AGENCY,
    AGREEMENT,
    CLERK,
    CLERK_ALONE,
    COLLEAGUE,
    NIGHTLY,
    OTHER_STATE,
    custody,
    person,
)
from tests.unit.audit.story import Story
from tests.unit.audit.told import BY_THE_MONTH, FIRST_NIGHT, SMALL

PEOPLE = range(1, 6)
Step = Callable[[Story, int, int], object]


def _here(story: Story, on: date) -> list[int]:
    """Whom the record has in custody on a date."""
    here: set[str] = set()
    for event in story.world.logs["placement"].events:
        if isinstance(event, CustodyAccepted) and event.arrived_on <= on:
            here.add(event.custody)
        elif isinstance(event, CustodyEnded) and event.departed_on <= on:
            here.discard(event.custody)
    return [traveller for traveller in PEOPLE if custody(traveller) in here]


def _counted(story: Story, a: int, b: int) -> None:
    """A headcount, of yesterday or of a day before; now and then somebody is missing."""
    story.on(story.now.date() + timedelta(days=1))
    on = story.now.date() - timedelta(days=(1, 1, 0, 2)[a % 4])
    story.counted(on, *(present for present in _here(story, on) if b % 3 or present != a))


def _registered_alike(story: Story, a: int, b: int) -> None:
    """A newcomer has the name of somebody who is registered."""
    known = {
        event.person
        for event in story.world.logs["intake"].events
        if isinstance(event, PersonRegistered)
    }
    if person(b) in known:
        story.registered(a, like=b, by=(AGENCY, OTHER_STATE)[b % 2])


def _prepared(story: Story, a: int, _: int) -> None:
    with suppress(Rejected):
        story.registered(a)
    story.proposed(a)
    story.cleared(a)


def _travelled(story: Story, a: int, b: int) -> None:
    """A journey of whoever may come on it; somebody may stay behind, or be held at the door."""
    number = len(story.world.logs["intake"].entries)
    story.opened(number)
    listed: list[int] = []
    for traveller in PEOPLE:
        with suppress(Rejected, StopIteration):
            story.listed(number, traveller)
            listed.append(traveller)
    story.world.settle()
    if b % 4 == 0 and listed:
        story.taken_off(number, listed.pop())
    story.sealed(number)
    aboard = listed[: max(1, len(listed) - a % 2)]
    story.boarded(number, *aboard)
    if b % 5 == 0:
        story.held(number, PersonScope(person(a)))
    story.departed(number)
    story.arrived(number)
    story.offered(number)
    story.world.settle()
    story.accepted(*aboard)


def _held(story: Story, a: int, b: int) -> None:
    scopes = (
        PersonScope(person(a)),
        PersonScope(person(a), "SLV"),
        PersonScope(person(a), "HND"),
        CountryScope("SLV"),
        ClassScope(nationality="VEN", offence="0501"),
        ClassScope(destination="SLV", nationality="COL"),
        AgreementScope(AGREEMENT),
    )
    story.held(a, scopes[(a + b) % len(scopes)], by=CLERK_ALONE if b % 3 == 0 else CLERK)


def _closed(story: Story, a: int, b: int) -> None:
    story.on(story.now.date() + timedelta(days=a * b))
    last = story.now.date().replace(day=1) - timedelta(days=1)
    number = (last.year - 2025) * 12 + last.month
    story.closed(last.isoformat()[:7], number)


def _repriced(story: Story, a: int, b: int) -> None:
    story.repriced(a, (story.now.date() - timedelta(days=10 * b)).isoformat()[:7])


def _left_earlier(story: Story, a: int, b: int) -> None:
    story.left(a, ended_at=story.now - timedelta(days=b, hours=a))


STEPS: tuple[Step, ...] = (
    *(_counted,) * 6,
    *(_travelled,) * 3,
    *(_prepared,) * 2,
    _registered_alike,
    _held,
    lambda story, a, _: story.declined(a),
    _closed,
    _repriced,
    _left_earlier,
    lambda story, a, _: story.back(a),
    lambda story, a, _: story.lifted(a),
    lambda story, a, _: story.body_named(a, CLERK_ALONE),
    lambda story, a, _: story.body_confirmed(a),
    lambda story, a, _: story.verified(a),
    lambda story, a, _: story.cleared(a),
    lambda story, a, _: story.withdrawn(a),
    lambda story, a, b: story.same_as(a, b, (COLLEAGUE, AGENCY)[b % 2]),
    lambda story, a, b: story.different_from(a, b, (COLLEAGUE, AGENCY)[a % 2]),
    lambda story, a, _: story.fact(a, fact.Nationality(("USA",), disputed=False)),
    lambda story, a, _: story.fact(a, fact.Nationality(("VEN",), disputed=a == 1)),
    lambda story, a, _: story.accepted(a),
    lambda story, a, _: story.assigned(a, f"module-{a}"),
    lambda story, a, _: story.certified(a),
    lambda story, _, __: story.paid_ahead(),
    lambda story, a, b: story.capacity(a * b),
    lambda story, a, _: story.agreed(version=str(a), tariff=(NIGHTLY, SMALL, BY_THE_MONTH)[a % 3]),
    lambda story, _, b: story.on(story.now.date() + timedelta(days=b)),
    lambda story, _, __: story.world.settle(),
)
TERMS: tuple[dict[str, object], ...] = (
    {},
    {"tariff": NIGHTLY},
    {"tariff": NIGHTLY, "night_rule": "midnight-census"},
    {"tariff": SMALL},
    {"tariff": BY_THE_MONTH},
)


@st.composite
def honest_stories(draw: st.DrawFn) -> Story:
    """A story in which whatever the services refuse did not happen."""
    story = Story(in_step=draw(st.booleans()))
    story.agreed(**draw(st.sampled_from(TERMS)))
    story.facility(draw(st.sampled_from((3, 40))), own=1)
    story.world.settle()
    story.on(FIRST_NIGHT)
    steps = st.tuples(st.sampled_from(STEPS), st.integers(1, 5), st.integers(1, 5))
    beginning = [(_prepared, traveller, 1) for traveller in PEOPLE] + [(_travelled, 1, 1)]
    for step, a, b in (*beginning, *draw(st.lists(steps, max_size=40))):
        with suppress(Rejected, StopIteration):
            step(story, a, b)
    story.world.settle()
    return story
