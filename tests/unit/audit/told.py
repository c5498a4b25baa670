"""Stories that were told once and are tampered with often: their facts, in causal order."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from services.intake.domain.case.fact import Identity
from services.placement.domain.custody.reserve_place import RESERVE_PLACE, PlaceSought, ReservePlace
from services.placement.domain.person_location import PersonLocation
from shared.contracts.hold import CountryScope, PersonScope
from shared.contracts.manifest import Custodian
from shared.kernel.decider import Boundary, Decider
from shared.kernel.rejected import Rejected
from tests.unit.audit.names import AGENCY, CLERK_ALONE, NIGHTLY, person
from tests.unit.audit.papers_told import NATIONAL_ID
from tests.unit.audit.story import Story, in_custody
from tests.unit.audit.told_suspended import suspended_and_terminated

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

FIRST_NIGHT = date(2025, 3, 16)
SMALL: dict[str, Any] = {
    "currency": "USD",
    "components": [
        {
            "kind": "prepaid",
            "id": "seven-nights",
            "amount": {"amount": "1000.00", "currency": "USD"},
            "persons": "1",
            "nights": "7",
            "effective": {"start": "2025-03-16", "end": "2026-03-16"},
            "rounding": {"mode": "half-even", "place": "2"},
        }
    ],
}
"""Seven person-nights, and no price for the eighth."""
BY_THE_MONTH: dict[str, Any] = {
    "currency": "USD",
    "components": [
        {
            "kind": "person-month",
            "id": "months",
            "rate": {"amount": "8500.00", "currency": "USD"},
            "minimum": "2",
            "maximum": "3",
            "rounding": {"mode": "half-even", "place": "2"},
        }
    ],
}
"""So much for each person and month: for two at least, and for three at most."""


def night(number: int) -> date:
    """The n-th night after the first."""
    return FIRST_NIGHT + timedelta(days=number)


@cache
def main_job() -> list[Entry]:
    """A month of everything that the main job has: orders, a substitute, an exit told late."""
    story = _cleared()
    story.on(FIRST_NIGHT)
    _flown(story)
    for number in range(16):
        story.on(night(number + 1))
        present = (1, 2) if number == 5 or number > 7 else (1, 2, 5)
        story.counted(night(number), *present)
        if number == 7:
            story.back(5)
    story.capacity(50)
    story.on(date(2025, 4, 3)).closed("2025-03")
    story.certified()
    story.left(2, ended_at=datetime(2025, 3, 28, 20, tzinfo=UTC))
    story.counted(date(2025, 4, 1), 1)
    story.counted(date(2025, 4, 2), 1)
    story.on(date(2025, 5, 2)).closed("2025-04", 2)
    return story.facts()


def _cleared() -> Story:
    story = Story().agreed().facility()
    story.paid_ahead()
    for index in range(1, 7):
        story.registered(index)
        story.proposed(index)
    for index in range(1, 6):
        story.cleared(index)
    story.held(1, PersonScope(person(4)))
    story.verified(1)
    story.held(2, PersonScope(person(2)), form="written")
    story.lifted(2)
    story.cleared(2)
    story.held(3, CountryScope("HND"))
    story.held(4, CountryScope("GTM"), by=CLERK_ALONE)
    story.body_named(4, CLERK_ALONE, "district-court-8")
    story.body_named(4, CLERK_ALONE)
    story.body_confirmed(4)
    story.verified(4)
    story.lifted(4)
    story.withdrawn(6)
    return story


def _flown(story: Story) -> None:
    story.opened(1)
    story.listed(1, 1, 2, 3)
    with suppress(Rejected):
        story.listed(1, 4)
    story.taken_off(1, 3)
    story.listed(1, 5, instead_of=3)
    story.sealed(1)
    story.boarded(1, 1, 2, 5)
    story.departed(1)
    story.arrived(1)
    story.offered(1, Custodian(party="SLV", body="other-wing", responsible_state="USA"))
    story.offered(1)
    story.accepted(1, 2, 5)
    story.assigned(1, "module-1")


@cache
def by_the_night() -> list[Entry]:
    """Two components for each night, and a stay whose end is told late."""
    story = Story().agreed(tariff=NIGHTLY).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).travelled(1, 1, 2)
    story.accepted(1, 2)
    for number in range(3):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    story.left(2, ended_at=datetime(2025, 3, 17, 20, tzinfo=UTC))
    story.on(date(2025, 4, 2)).closed("2025-03")
    return story.facts()


@cache
def pool_used_up() -> list[Entry]:
    """Seven nights are paid for: the others wait, get a price, or need none any more."""
    story = Story().agreed(tariff=SMALL).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).travelled(1, 1, 2)
    story.accepted(1, 2)
    for number in range(6):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    story.left(2, ended_at=datetime(2025, 3, 20, 20, tzinfo=UTC))
    story.agreed(version="2", tariff=NIGHTLY)
    story.repriced(1, "2025-03")
    story.repriced(2, "2025-03")
    story.on(date(2025, 4, 2)).closed("2025-03")
    return story.facts()


@cache
def two_custodies() -> list[Entry]:
    """One person in two custodies, by a placement that does not look where the person is: the
    night is charged once (T8).
    """
    story = in_custody(1)
    story.world.weakened.append((RESERVE_PLACE, Decider(nobody_elsewhere, RESERVE_PLACE.decide)))
    story.proposed(2, who=1)
    story.cleared(2)
    story.travelled(2, 2)
    story.accepted(2)
    story.on(night(2)).counted(night(1), 1, 2)
    story.left(1, ended_at=datetime(2025, 3, 17, 1, tzinfo=UTC))
    story.on(night(3)).left(2, ended_at=datetime(2025, 3, 18, 20, tzinfo=UTC))
    return story.facts()


def nobody_elsewhere(command: ReservePlace) -> Boundary[PlaceSought]:
    """The boundary weakened on purpose: the person's other stays are not in it."""
    whole = RESERVE_PLACE.boundary(command)
    assert isinstance(whole, Boundary)
    custody, facility, *_ = whole.folds
    return Boundary(
        (custody, facility), lambda stay, site: PlaceSought(stay, site, PersonLocation())
    )


@cache
def who_is_who() -> list[Entry]:
    """Two pseudonyms that may be one person's: found, merged, told apart, and an order between."""
    story = Story().agreed().facility()
    story.registered(1)
    story.registered(2, like=1)
    story.held(1, PersonScope(person(1)))
    story.lifted(1)
    story.same_as(2, 1)
    story.registered(3, like=1)
    story.different_from(3, 1)
    story.looked_for(1, 3)
    story.identity_read(3)
    story.exported(3)
    story.located(3)
    story.located(99)
    story.proposed(3)
    story.document_added(3, NATIONAL_ID)
    story.fact(3, Identity(("passport", "national-id")))
    story.cleared(3)
    return story.facts()


@cache
def merged_in_custody() -> list[Entry]:
    """Two pseudonyms in two custodies are found to be one person's, and then two persons' again:
    one night is charged twice and its month closed by then, one is of both, one of one alone.
    """
    story = Story().agreed(tariff=NIGHTLY).facility()
    for each in (1, 2):
        story.registered(each)
        story.proposed(each)
        story.cleared(each)
    story.on(date(2025, 3, 30)).travelled(1, 1, 2)
    story.accepted(1, 2)
    for day in (date(2025, 3, 30), date(2025, 3, 31), date(2025, 4, 1)):
        story.on(day + timedelta(days=1)).counted(day, 1, 2)
    story.on(date(2025, 4, 3)).closed("2025-03")
    story.same_as(2, 1)
    story.counted(date(2025, 4, 2), 1, 2)
    story.on(date(2025, 4, 5)).counted(date(2025, 4, 3), 2)
    story.different_from(1, 2, by=AGENCY)
    story.counted(date(2025, 4, 4), 1, 2)
    story.on(date(2025, 5, 2)).left(1, ended_at=datetime(2025, 4, 4, 20, tzinfo=UTC))
    story.closed("2025-04", 2)
    return story.facts()


@cache
def silent_for_three_nights() -> list[Entry]:
    """Two in custody whom nobody counts for three nights; then the facility attests again."""
    story = in_custody(1, 2)
    story.on(night(3)).counted(night(2), 1, 2)
    story.on(night(4)).counted(night(0), 1, 2)
    story.counted(night(3), 1, 2)
    story.on(night(8)).left(1)
    story.on(night(12)).capacity(70)
    story.on(datetime(2025, 3, 28, 15, tzinfo=UTC)).left(2)
    return story.facts()


@cache
def told_four_days_late() -> list[Entry]:
    """Somebody who came is recorded four days later; then the facility attests one night and is
    silent about the others.
    """
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.on(FIRST_NIGHT).travelled(1, 1)
    arrived = story.now
    story.on(night(4)).accepted(1, at=arrived)
    story.on(datetime(2025, 3, 20, 20, tzinfo=UTC)).counted(night(1), 1)
    story.on(night(5)).capacity(70)
    story.on(night(6)).capacity(80)
    return story.facts()


STORIES = (
    main_job,
    by_the_night,
    pool_used_up,
    who_is_who,
    merged_in_custody,
    suspended_and_terminated,
)
"""The honest ones. That one person is in two custodies is found (G12)."""
