"""A hold blocks at once, and only two subjects of its issuing office lift it."""

from datetime import timedelta

import pytest

from services.intake.domain.hold.assert_hold import (
    ASSERT_HOLD,
    AssertHold,
    HoldsAreNotForThisOffice,
    HoldStandsAlready,
    OrderReceivedInTheFuture,
)
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold, NobodyOverridesAHold
from services.intake.domain.hold.state import HoldIsSettled, HoldIsUnknown, TwoSubjectsAreNeeded
from services.intake.domain.hold.verify_hold import VERIFY_HOLD, OnlyItsIssuerVerifies, VerifyHold
from services.intake.domain.holds_in_force import of_scope, on_departure
from services.intake.domain.person import PersonIsUnknown
from shared.contracts.hold import (
    CountryScope,
    HoldAsserted,
    HoldLifted,
    HoldLiftRequested,
    HoldScope,
    HoldVerified,
    PersonScope,
)
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import HoldId, PersonId
from tests.support.decider_specification import folded, given
from tests.support.two_subjects import spelt_otherwise
from tests.unit.intake import made_events
from tests.unit.intake.made_events import COURT, HOLD, NOW, OTHER_CLERK, PERSON, REGISTERED

MINISTER = Actor("USA", "central-authority", "minister-1")


def assert_hold(actor: Actor = COURT, scope: HoldScope | None = None, late: int = 0) -> AssertHold:
    """An oral order, received `late` seconds from now."""
    return AssertHold(
        hold=HOLD,
        scope=scope or PersonScope(PERSON),
        form="oral",
        received_at=NOW + timedelta(seconds=late),
        reference="25-cv-766",
        now=NOW,
        actor=actor,
    )


def lift(actor: Actor, instrument: str = "25-cv-766 order 9") -> LiftHold:
    """An attempt to lift the hold."""
    return LiftHold(hold=HOLD, instrument=instrument, now=NOW, actor=actor)


def stands(*log: Event, person: PersonId = PERSON, destination: str = "SLV") -> bool:
    """Whether anything stands against this person's departure there."""
    folds = (on_departure(destination, person), of_scope(CountryScope(destination).tag))
    return any(folded(fold, log).standing for fold in folds)


@pytest.mark.parametrize("office", ["court", "counsel", "central-authority", "consulate"])
@pytest.mark.parametrize("party", ["USA", "SLV", "VEN", "XX"])
def test_g2_any_court_counsel_central_authority_or_consulate_asserts(
    office: str, party: str
) -> None:
    events = given(REGISTERED).when(ASSERT_HOLD, assert_hold(Actor(party, office, "one"))).events
    assert stands(*events)


@pytest.mark.parametrize("office", ["intake-agency", "escort", "ops", "treasury"])
def test_g2_no_other_office_asserts(office: str) -> None:
    refusal = (
        given(REGISTERED)
        .when(ASSERT_HOLD, assert_hold(Actor("USA", office, "one")))
        .refused(HoldsAreNotForThisOffice)
    )
    assert refusal.rule == "G2"


def test_g3_an_oral_order_binds_from_the_minute_it_was_received() -> None:
    (asserted,) = given(REGISTERED).when(ASSERT_HOLD, assert_hold(late=-600)).events
    assert isinstance(asserted, HoldAsserted)
    assert asserted.form == "oral"
    assert asserted.received_at == NOW - timedelta(seconds=600)
    assert stands(asserted)


def test_g3_an_order_is_not_received_in_the_future() -> None:
    given(REGISTERED).when(ASSERT_HOLD, assert_hold(late=3)).refused(OrderReceivedInTheFuture)


def test_two_seconds_of_clock_skew_keep_no_order_from_binding() -> None:
    assert stands(*given(REGISTERED).when(ASSERT_HOLD, assert_hold(late=2)).events)


def test_a_hold_on_somebody_unknown_protects_nobody_and_says_so() -> None:
    given().when(ASSERT_HOLD, assert_hold()).refused(PersonIsUnknown)


def test_the_same_hold_twice_is_a_conflict() -> None:
    given(REGISTERED, made_events.hold()).when(ASSERT_HOLD, assert_hold()).refused(
        HoldStandsAlready
    )


def test_g3_a_hold_on_a_person_matches_that_person_only() -> None:
    assert stands(made_events.hold())
    assert not stands(made_events.hold(), person=PersonId("somebody else"))


def test_g3_a_hold_on_a_country_matches_every_departure_there() -> None:
    (asserted,) = given().when(ASSERT_HOLD, assert_hold(scope=CountryScope("SLV"))).events
    assert stands(asserted)
    assert stands(asserted, person=PersonId("somebody else"))
    assert not stands(asserted, destination="RWA")


def test_g3_a_withholding_order_counts_against_its_destination_only() -> None:
    withheld = made_events.hold(PersonScope(PERSON, "SLV"))
    assert stands(withheld, destination="SLV")
    assert not stands(withheld, destination="RWA")


def test_g2_verification_comes_after_and_is_by_somebody_else() -> None:
    verify = VerifyHold(hold=HOLD, instrument="fax 12", actor=OTHER_CLERK)
    (verified,) = given(made_events.hold()).when(VERIFY_HOLD, verify).events
    assert isinstance(verified, HoldVerified)
    assert verified.verified_by == "USA:court:district-court-9/clerk-2"
    assert stands(made_events.hold(), verified)
    given(made_events.hold(), verified).when(VERIFY_HOLD, verify).refused(HoldIsSettled)


@pytest.mark.parametrize(
    "actor", [COURT, Actor("USA", "counsel", COURT.subject), spelt_otherwise(COURT)]
)
def test_g2_whoever_asserted_does_not_verify_whatever_office_they_use(actor: Actor) -> None:
    refusal = (
        given(made_events.hold())
        .when(VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="x", actor=actor))
        .refused(TwoSubjectsAreNeeded)
    )
    assert refusal.rule == "G2"


@pytest.mark.parametrize(
    "actor",
    [
        MINISTER,
        Actor("SLV", "court", "district-court-9/clerk-2"),
        Actor("USA", "counsel", "district-court-9/clerk-2"),
        Actor("USA", "court", "district-court-8/clerk-2"),
        Actor("USA", "court", "clerk-2"),
    ],
)
def test_g2_only_the_issuing_office_says_that_it_stands_by_its_order(actor: Actor) -> None:
    refusal = (
        given(made_events.hold())
        .when(VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="x", actor=actor))
        .refused(OnlyItsIssuerVerifies, "district-court-9/…")
    )
    assert refusal.rule == "G2"


def test_g2_an_order_of_an_office_without_a_body_blocks_and_nobody_verifies_it() -> None:
    hold = made_events.hold(actor=Actor("XX", "court", "clerk-1"))
    verify = VerifyHold(hold=HOLD, instrument="x", actor=Actor("XX", "court", "clerk-2"))
    given(hold).when(VERIFY_HOLD, verify).refused(OnlyItsIssuerVerifies)
    assert stands(hold)


def test_g2_a_hold_is_lifted_by_two_subjects_of_its_issuing_office() -> None:
    (requested,) = given(made_events.hold()).when(LIFT_HOLD, lift(COURT)).events
    assert isinstance(requested, HoldLiftRequested)
    assert stands(made_events.hold(), requested)
    (lifted,) = given(made_events.hold(), requested).when(LIFT_HOLD, lift(OTHER_CLERK)).events
    assert isinstance(lifted, HoldLifted)
    assert not stands(made_events.hold(), requested, lifted)
    given(made_events.hold(), requested, lifted).when(LIFT_HOLD, lift(OTHER_CLERK)).refused(
        HoldIsSettled
    )


def test_g2_the_same_subject_does_not_lift_alone() -> None:
    (requested,) = given(made_events.hold()).when(LIFT_HOLD, lift(COURT)).events
    for same in (COURT, spelt_otherwise(COURT)):
        given(made_events.hold(), requested).when(LIFT_HOLD, lift(same)).refused(
            TwoSubjectsAreNeeded
        )


def test_d10_a_colleague_whose_body_is_spelt_otherwise_is_of_the_issuing_office() -> None:
    (requested,) = given(made_events.hold()).when(LIFT_HOLD, lift(COURT)).events
    (lifted,) = (
        given(made_events.hold(), requested)
        .when(LIFT_HOLD, lift(spelt_otherwise(OTHER_CLERK)))
        .events
    )
    assert isinstance(lifted, HoldLifted)


@pytest.mark.parametrize(
    "actor",
    [
        MINISTER,
        Actor("SLV", "court", "district-court-9/clerk-2"),
        Actor("USA", "counsel", "district-court-9/clerk-2"),
        Actor("USA", "court", "district-court-8/clerk-2"),
        Actor("USA", "court", "clerk-2"),
        Actor("USA", "ops", "root"),
    ],
)
def test_g2_nobody_overrides_a_hold(actor: Actor) -> None:
    refusal = (
        given(made_events.hold())
        .when(LIFT_HOLD, lift(actor))
        .refused(NobodyOverridesAHold, "nobody can override it")
    )
    assert refusal.rule == "G2"
    (requested,) = given(made_events.hold()).when(LIFT_HOLD, lift(COURT)).events
    given(made_events.hold(), requested).when(LIFT_HOLD, lift(actor)).refused(NobodyOverridesAHold)


@pytest.mark.parametrize("asserter", ["clerk-1", "/clerk-1"])
@pytest.mark.parametrize("lifter", ["clerk-1", "/clerk-1", "clerk-1/two", "/clerk-2"])
def test_g2_an_office_without_a_body_has_no_two_subjects_so_its_hold_stands(
    asserter: str, lifter: str
) -> None:
    hold = made_events.hold(actor=Actor("XX", "court", asserter))
    given(hold).when(LIFT_HOLD, lift(Actor("XX", "court", lifter))).refused(
        NobodyOverridesAHold, "subjects need the form body/person"
    )


def test_g2_two_of_another_law_firm_of_the_same_party_do_not_lift() -> None:
    hold = made_events.hold(actor=Actor("XX", "counsel", "firm-a/lawyer-1"))
    for subject in ("firm-b/lawyer-1", "firm-b/lawyer-2", "firm-a-b/lawyer-2"):
        given(hold).when(LIFT_HOLD, lift(Actor("XX", "counsel", subject))).refused(
            NobodyOverridesAHold, "only XX:counsel:firm-a/… lifts this hold"
        )


def test_g2_both_name_the_same_instrument_and_a_later_request_replaces_a_mistyped_one() -> None:
    (mistyped,) = given(made_events.hold()).when(LIFT_HOLD, lift(COURT, "25-cv-766 order 6")).events
    for corrects in (COURT, OTHER_CLERK):
        (requested,) = given(made_events.hold(), mistyped).when(LIFT_HOLD, lift(corrects)).events
        assert isinstance(requested, HoldLiftRequested)
        assert stands(made_events.hold(), mistyped, requested)
        given(made_events.hold(), mistyped, requested).when(LIFT_HOLD, lift(corrects)).refused(
            TwoSubjectsAreNeeded
        )
        other = COURT if corrects is OTHER_CLERK else OTHER_CLERK
        (lifted,) = (
            given(made_events.hold(), mistyped, requested).when(LIFT_HOLD, lift(other)).events
        )
        assert isinstance(lifted, HoldLifted)
        assert lifted.instrument == "25-cv-766 order 9"


def test_lifting_one_hold_leaves_the_other_standing() -> None:
    other = made_events.hold(CountryScope("SLV"), MINISTER, HoldId("other"))
    lifted = HoldLifted(
        hold=HOLD,
        scope=PersonScope(PERSON),
        instrument="x",
        lifted_by=str(OTHER_CLERK),
        lifted_at=NOW,
    )
    assert stands(made_events.hold(), other, lifted)
    assert not stands(made_events.hold(), lifted)


@pytest.mark.parametrize(
    ("decider", "command"),
    [(LIFT_HOLD, lift(COURT)), (VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="x", actor=COURT))],
    ids=["lift", "verify"],
)
def test_a_hold_that_is_not_there_is_unknown(decider: object, command: object) -> None:
    given().when(decider, command).refused(HoldIsUnknown)  # type: ignore[arg-type]  # each decider with its own command
