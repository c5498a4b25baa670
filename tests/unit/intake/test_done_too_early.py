"""A past day is believed, but no step of a case is on a day before the case was proposed (G4)."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from services.intake.domain.case.answer_case import ACCEPT_CASE, AcceptCase
from services.intake.domain.case.state import DoneBeforeProposed
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from shared.contracts.intake import CaseProposed, ReceivingStateAccepted
from shared.kernel.event import Event
from shared.kernel.rejected import Rejected
from tests.support.bad_input import rows
from tests.support.decider_specification import given
from tests.support.intake_log import traveller
from tests.support.journeys import Journey
from tests.unit.intake import made_events
from tests.unit.intake.made_events import AGREEMENT, CASE, PAPER, RECEIVING_AUTHORITY, SENDER

Step = Callable[[datetime, datetime], object]


def _begun(proposed_at: datetime, without: type[Event] | None = None) -> tuple[Event, ...]:
    proposed = msgspec.structs.replace(made_events.case_proposed(), proposed_at=proposed_at)
    facts = made_events.facts(without=ReceivingStateAccepted) if without else made_events.facts()
    return (*made_events.in_force(), made_events.REGISTERED, proposed, *facts)


def _accepted(proposed_at: datetime, done_at: datetime) -> object:
    on = done_at.astimezone(UTC).date()
    command = AcceptCase(
        case=CASE, agreement=AGREEMENT, document=PAPER, on=on, actor=RECEIVING_AUTHORITY
    )
    log = _begun(proposed_at, without=ReceivingStateAccepted)
    return given(*log).when(ACCEPT_CASE, command).events


def _cleared(proposed_at: datetime, done_at: datetime) -> object:
    on = done_at.astimezone(UTC).date()
    command = ClearCase(case=CASE, on=on, now=made_events.NOW, actor=SENDER)
    return given(*_begun(proposed_at)).when(CLEAR_CASE, command).events


def _since(proposed_at: datetime) -> Journey:
    """A journey of a case that was proposed then."""
    journey = Journey(1)
    journey.log.events[:] = [
        msgspec.structs.replace(event, proposed_at=proposed_at)
        if isinstance(event, CaseProposed)
        else event
        for event in journey.log.events
    ]
    return journey


def _listed(proposed_at: datetime, done_at: datetime) -> object:
    return _since(proposed_at).opened().manifest(traveller(1), done_at=done_at)


def _sealed(proposed_at: datetime, done_at: datetime) -> object:
    return _since(proposed_at).manifested().seal(done_at=done_at)


def _boarded(proposed_at: datetime, done_at: datetime) -> object:
    return _since(proposed_at).sealed().board(traveller(1), done_at=done_at)


def _doors_closed(proposed_at: datetime, done_at: datetime) -> object:
    journey = _since(proposed_at).sealed()
    midnight = proposed_at.astimezone(UTC).replace(hour=0, minute=0, second=0)
    journey.board(traveller(1), done_at=midnight)
    return journey.authorise(done_at=done_at)


STEPS: dict[str, Step] = {
    "acceptance": _accepted,
    "clearance": _cleared,
    "listing": _listed,
    "sealing": _sealed,
    "boarding": _boarded,
    "doors closed": _doors_closed,
}


@pytest.mark.parametrize(("step", "proposed", "done", "right"), rows("done_too_early"))
def test_g4_no_step_is_on_a_day_before_the_proposal(
    step: str, proposed: str, done: str, right: str
) -> None:
    proposed_at, done_at = map(datetime.fromisoformat, (proposed, done))
    try:
        assert STEPS[step](proposed_at, done_at)
        said = "good"
    except DoneBeforeProposed:
        said = DoneBeforeProposed.__name__
    except Rejected as refused:
        said = str(refused.refusal.rule)
    assert said == right
