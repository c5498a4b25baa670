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
from services.intake.domain.holds_in_force import on_departure
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
from tests.support.two_subjects import spelt_otherwise
from tests.unit.intake import given
from tests.unit.intake.given import COURT, HOLD, NOW, OTHER_CLERK, PERSON, REGISTERED, when

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
    return LiftHold(hold=HOLD, instrument=instrument, actor=actor)


def stands(*log: Event, person: PersonId = PERSON, destination: str = "SLV") -> bool:
    """Whether anything stands against this person's departure there."""
    return given.folded(on_departure(destination, person), log).standing != ()


@pytest.mark.parametrize("office", ["court", "counsel", "central-authority", "consulate"])
@pytest.mark.parametrize("party", ["USA", "SLV", "VEN", "XX"])
def test_g2_any_court_counsel_central_authority_or_consulate_asserts(
    office: str, party: str
) -> None:
    events = when(ASSERT_HOLD, assert_hold(Actor(party, office, "one")), REGISTERED)
    assert stands(*events)


@pytest.mark.parametrize("office", ["intake-agency", "escort", "ops", "treasury"])
def test_g2_no_other_office_asserts(office: str) -> None:
    with pytest.raises(HoldsAreNotForThisOffice) as caught:
        when(ASSERT_HOLD, assert_hold(Actor("USA", office, "one")), REGISTERED)
    assert caught.value.refusal.rule == "G2"


def test_g3_an_oral_order_binds_from_the_minute_it_was_received() -> None:
    (asserted,) = when(ASSERT_HOLD, assert_hold(late=-600), REGISTERED)
    assert isinstance(asserted, HoldAsserted)
    assert asserted.form == "oral"
    assert asserted.received_at == NOW - timedelta(seconds=600)
    assert stands(asserted)


def test_g3_an_order_is_not_received_in_the_future() -> None:
    with pytest.raises(OrderReceivedInTheFuture):
        when(ASSERT_HOLD, assert_hold(late=3), REGISTERED)


def test_two_seconds_of_clock_skew_keep_no_order_from_binding() -> None:
    assert stands(*when(ASSERT_HOLD, assert_hold(late=2), REGISTERED))


def test_a_hold_on_somebody_unknown_protects_nobody_and_says_so() -> None:
    with pytest.raises(PersonIsUnknown):
        when(ASSERT_HOLD, assert_hold())


def test_the_same_hold_twice_is_a_conflict() -> None:
    with pytest.raises(HoldStandsAlready):
        when(ASSERT_HOLD, assert_hold(), REGISTERED, given.hold())


def test_g3_a_hold_on_a_person_matches_that_person_only() -> None:
    assert stands(given.hold())
    assert not stands(given.hold(), person=PersonId("somebody else"))


def test_g3_a_hold_on_a_country_matches_every_departure_there() -> None:
    (asserted,) = when(ASSERT_HOLD, assert_hold(scope=CountryScope("SLV")))
    assert stands(asserted)
    assert stands(asserted, person=PersonId("somebody else"))
    assert not stands(asserted, destination="RWA")


def test_g3_a_withholding_order_counts_against_its_destination_only() -> None:
    withheld = given.hold(PersonScope(PERSON, "SLV"))
    assert stands(withheld, destination="SLV")
    assert not stands(withheld, destination="RWA")


def test_g2_verification_comes_after_and_is_by_somebody_else() -> None:
    verify = VerifyHold(hold=HOLD, instrument="fax 12", actor=OTHER_CLERK)
    (verified,) = when(VERIFY_HOLD, verify, given.hold())
    assert isinstance(verified, HoldVerified)
    assert verified.verified_by == "USA:court:district-court-9/clerk-2"
    assert stands(given.hold(), verified)
    with pytest.raises(HoldIsSettled):
        when(VERIFY_HOLD, verify, given.hold(), verified)


@pytest.mark.parametrize(
    "actor", [COURT, Actor("USA", "counsel", COURT.subject), spelt_otherwise(COURT)]
)
def test_g2_whoever_asserted_does_not_verify_whatever_office_they_use(actor: Actor) -> None:
    with pytest.raises(TwoSubjectsAreNeeded) as caught:
        when(VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="x", actor=actor), given.hold())
    assert caught.value.refusal.rule == "G2"


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
    with pytest.raises(OnlyItsIssuerVerifies, match="district-court-9/…") as caught:
        when(VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="x", actor=actor), given.hold())
    assert caught.value.refusal.rule == "G2"


def test_g2_an_order_of_an_office_without_a_body_blocks_and_nobody_verifies_it() -> None:
    hold = given.hold(actor=Actor("XX", "court", "clerk-1"))
    verify = VerifyHold(hold=HOLD, instrument="x", actor=Actor("XX", "court", "clerk-2"))
    with pytest.raises(OnlyItsIssuerVerifies):
        when(VERIFY_HOLD, verify, hold)
    assert stands(hold)


def test_g2_a_hold_is_lifted_by_two_subjects_of_its_issuing_office() -> None:
    (requested,) = when(LIFT_HOLD, lift(COURT), given.hold())
    assert isinstance(requested, HoldLiftRequested)
    assert stands(given.hold(), requested)
    (lifted,) = when(LIFT_HOLD, lift(OTHER_CLERK), given.hold(), requested)
    assert isinstance(lifted, HoldLifted)
    assert not stands(given.hold(), requested, lifted)
    with pytest.raises(HoldIsSettled):
        when(LIFT_HOLD, lift(OTHER_CLERK), given.hold(), requested, lifted)


def test_g2_the_same_subject_does_not_lift_alone() -> None:
    (requested,) = when(LIFT_HOLD, lift(COURT), given.hold())
    for same in (COURT, spelt_otherwise(COURT)):
        with pytest.raises(TwoSubjectsAreNeeded):
            when(LIFT_HOLD, lift(same), given.hold(), requested)


def test_d10_a_colleague_whose_body_is_spelt_otherwise_is_of_the_issuing_office() -> None:
    (requested,) = when(LIFT_HOLD, lift(COURT), given.hold())
    (lifted,) = when(LIFT_HOLD, lift(spelt_otherwise(OTHER_CLERK)), given.hold(), requested)
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
    with pytest.raises(NobodyOverridesAHold, match="nobody can override it") as caught:
        when(LIFT_HOLD, lift(actor), given.hold())
    assert caught.value.refusal.rule == "G2"
    (requested,) = when(LIFT_HOLD, lift(COURT), given.hold())
    with pytest.raises(NobodyOverridesAHold):
        when(LIFT_HOLD, lift(actor), given.hold(), requested)


@pytest.mark.parametrize("asserter", ["clerk-1", "/clerk-1"])
@pytest.mark.parametrize("lifter", ["clerk-1", "/clerk-1", "clerk-1/two", "/clerk-2"])
def test_g2_an_office_without_a_body_has_no_two_subjects_so_its_hold_stands(
    asserter: str, lifter: str
) -> None:
    hold = given.hold(actor=Actor("XX", "court", asserter))
    with pytest.raises(NobodyOverridesAHold, match="subjects need the form body/person"):
        when(LIFT_HOLD, lift(Actor("XX", "court", lifter)), hold)


def test_g2_two_of_another_law_firm_of_the_same_party_do_not_lift() -> None:
    hold = given.hold(actor=Actor("XX", "counsel", "firm-a/lawyer-1"))
    for subject in ("firm-b/lawyer-1", "firm-b/lawyer-2", "firm-a-b/lawyer-2"):
        with pytest.raises(NobodyOverridesAHold, match="only XX:counsel:firm-a/… lifts this hold"):
            when(LIFT_HOLD, lift(Actor("XX", "counsel", subject)), hold)


def test_g2_both_name_the_same_instrument_and_a_later_request_replaces_a_mistyped_one() -> None:
    (mistyped,) = when(LIFT_HOLD, lift(COURT, "25-cv-766 order 6"), given.hold())
    for corrects in (COURT, OTHER_CLERK):
        (requested,) = when(LIFT_HOLD, lift(corrects), given.hold(), mistyped)
        assert isinstance(requested, HoldLiftRequested)
        assert stands(given.hold(), mistyped, requested)
        with pytest.raises(TwoSubjectsAreNeeded):
            when(LIFT_HOLD, lift(corrects), given.hold(), mistyped, requested)
        other = COURT if corrects is OTHER_CLERK else OTHER_CLERK
        (lifted,) = when(LIFT_HOLD, lift(other), given.hold(), mistyped, requested)
        assert isinstance(lifted, HoldLifted)
        assert lifted.instrument == "25-cv-766 order 9"


def test_lifting_one_hold_leaves_the_other_standing() -> None:
    other = given.hold(CountryScope("SLV"), MINISTER, HoldId("other"))
    lifted = HoldLifted(
        hold=HOLD, scope=PersonScope(PERSON), instrument="x", lifted_by=str(OTHER_CLERK)
    )
    left = given.folded(on_departure("SLV", PERSON), (given.hold(), other, lifted))
    assert left.standing == (other,)


@pytest.mark.parametrize(
    ("decider", "command"),
    [(LIFT_HOLD, lift(COURT)), (VERIFY_HOLD, VerifyHold(hold=HOLD, instrument="x", actor=COURT))],
    ids=["lift", "verify"],
)
def test_a_hold_that_is_not_there_is_unknown(decider: object, command: object) -> None:
    with pytest.raises(HoldIsUnknown):
        when(decider, command)  # type: ignore[arg-type]  # each decider with its own command
