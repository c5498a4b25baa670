"""An order of a subject without a body blocks, and two of its own body can lift it (G2)."""

import pytest

from services.intake.domain.hold.confirm_body import (
    CONFIRM_BODY,
    ConfirmBody,
    NoBodyIsNamed,
    OnlyTheBodyConfirms,
)
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold, NobodyOverridesAHold
from services.intake.domain.hold.name_body import (
    NAME_BODY,
    HoldHasItsBody,
    NameBody,
    OnlyItsAsserterNamesTheBody,
)
from services.intake.domain.hold.state import HoldIsUnknown, TwoSubjectsAreNeeded
from services.intake.domain.hold.verify_hold import VERIFY_HOLD, VerifyHold
from services.intake.domain.holds_in_force import on_departure
from shared.contracts.hold import HoldBodyConfirmed, HoldBodyNamed, HoldLifted, HoldVerified
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import HOLD, NOW, PERSON

ALONE = Actor("XX", "court", "clerk-7")
BODY = "district-court-9"
FIRST = Actor("XX", "court", f"{BODY}/clerk-1")
SECOND = Actor("XX", "court", f"{BODY}/clerk-2")
ASSERTED = made_events.hold(actor=ALONE)


def named(body: str = BODY, *before: Event, actor: Actor = ALONE) -> Event:
    (event,) = (
        given(*(before or (ASSERTED,)))
        .when(NAME_BODY, NameBody(hold=HOLD, body=body, actor=actor))
        .events
    )
    return event


def confirmed(*before: Event, actor: Actor = FIRST) -> Event:
    (event,) = given(*before).when(CONFIRM_BODY, ConfirmBody(hold=HOLD, actor=actor)).events
    return event


def lift(actor: Actor, *before: Event) -> Event:
    command = LiftHold(hold=HOLD, instrument="order 9", now=NOW, actor=actor)
    (event,) = given(*before).when(LIFT_HOLD, command).events
    return event


def test_g2_its_asserter_names_the_body_another_confirms_it_and_two_of_it_lift_the_hold() -> None:
    log: list[Event] = [ASSERTED]
    log.append(named(BODY, *log))
    assert isinstance(log[-1], HoldBodyNamed)
    log.append(confirmed(*log))
    assert isinstance(log[-1], HoldBodyConfirmed)
    assert folded(on_departure("SLV", PERSON), log).standing == (ASSERTED,)
    (verified,) = (
        given(*log).when(VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="fax", actor=SECOND)).events
    )
    assert isinstance(verified, HoldVerified)
    log.append(lift(FIRST, *log))
    log.append(lift(SECOND, *log))
    assert isinstance(log[-1], HoldLifted)
    assert folded(on_departure("SLV", PERSON), log).standing == ()


def test_g2_a_body_that_is_named_and_not_confirmed_lifts_nothing() -> None:
    with pytest.raises(NobodyOverridesAHold, match=":confirm-body"):
        lift(FIRST, ASSERTED, named())


@pytest.mark.parametrize(
    "actor",
    [
        FIRST,
        Actor("XX", "court", "clerk-8"),
        Actor("XX", "counsel", "clerk-7"),
        Actor("USA", "court", "clerk-7"),
        Actor("XX", "court", "evil-court/clerk-7"),
    ],
)
def test_g2_nobody_takes_a_hold_over_by_naming_a_body_of_their_own(actor: Actor) -> None:
    with pytest.raises(OnlyItsAsserterNamesTheBody) as caught:
        named("evil-court", actor=actor)
    assert caught.value.rule == "G2"


@pytest.mark.parametrize(
    "actor",
    [
        ALONE,
        Actor("XX", "court", "district-court-8/clerk-1"),
        Actor("XX", "counsel", f"{BODY}/clerk-1"),
        Actor("USA", "court", f"{BODY}/clerk-1"),
    ],
)
def test_g2_only_the_body_that_was_named_confirms(actor: Actor) -> None:
    with pytest.raises(OnlyTheBodyConfirms) as caught:
        confirmed(ASSERTED, named(), actor=actor)
    assert caught.value.rule == "G2"


@pytest.mark.parametrize("subject", [f"{BODY}/clerk-7", f"{BODY.upper()}/CLERK-7"])
def test_g2_the_asserter_with_a_new_token_is_no_second_subject(subject: str) -> None:
    again = Actor("XX", "court", subject)
    with pytest.raises(TwoSubjectsAreNeeded):
        confirmed(ASSERTED, named(), actor=again)
    log = (ASSERTED, named(), confirmed(ASSERTED, named()))
    given(*log).when(VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="fax", actor=again)).refused(
        TwoSubjectsAreNeeded
    )


def test_a_mistyped_body_is_named_anew_until_it_is_confirmed() -> None:
    mistyped = named("distrct-court-9")
    with pytest.raises(OnlyTheBodyConfirms, match="distrct-court-9/…"):
        confirmed(ASSERTED, mistyped)
    right = named(BODY, ASSERTED, mistyped)
    done = confirmed(ASSERTED, mistyped, right)
    with pytest.raises(HoldHasItsBody, match="this hold is of district-court-9"):
        named("elsewhere", ASSERTED, mistyped, right, done)
    with pytest.raises(HoldHasItsBody, match="this hold is of district-court-9"):
        confirmed(ASSERTED, mistyped, right, done, actor=SECOND)


def test_a_hold_of_a_body_needs_no_other_one() -> None:
    with pytest.raises(HoldHasItsBody):
        named(BODY, made_events.hold())
    with pytest.raises(HoldHasItsBody):
        confirmed(made_events.hold())


def test_nothing_is_confirmed_that_was_not_named() -> None:
    with pytest.raises(NoBodyIsNamed, match="XX:court:clerk-7 names it with :name-body"):
        confirmed(ASSERTED)
    with pytest.raises(HoldIsUnknown):
        confirmed()
